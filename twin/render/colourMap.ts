import type { Colour } from './picture.ts';

/**
 * Viridis at eleven even steps: even in lightness, so that equal differences look equal, also in grey and to colour-blind eyes
 * (N. Smith and S. van der Walt for matplotlib, 2015, in the public domain).
 */
const VIRIDIS: readonly Colour[] = [
  [0x44, 0x01, 0x54],
  [0x48, 0x24, 0x75],
  [0x41, 0x44, 0x87],
  [0x35, 0x5f, 0x8d],
  [0x2a, 0x78, 0x8e],
  [0x21, 0x91, 0x8c],
  [0x22, 0xa8, 0x84],
  [0x44, 0xbf, 0x70],
  [0x7a, 0xd1, 0x51],
  [0xbd, 0xdf, 0x26],
  [0xfd, 0xe7, 0x25],
];

/** Of places without a value. */
export const MISSING_COLOUR: Colour = [176, 172, 166];

/** Colour of a share of the range, early bright and late dark; outside of 0 … 1 the end's own colour, grey for NaN. */
export function colourOf(share: number): Colour {
  if (Number.isNaN(share)) return MISSING_COLOUR;
  const place = (1 - Math.min(1, Math.max(0, share))) * (VIRIDIS.length - 1);
  const step = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const [low, high] = [VIRIDIS[step], VIRIDIS[step + 1]];
  const mix = (channel: 0 | 1 | 2) => low[channel] + (place - step) * (high[channel] - low[channel]);
  return [mix(0), mix(1), mix(2)];
}
