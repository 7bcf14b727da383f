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
const MISSING: Colour = [176, 172, 166];
/** Steps of the table; more than eight bits can show. */
const STEPS = 1024;

/** Colours from early, bright, to late, dark, [STEPS, 3]; the last entry is for missing values. */
export const COLOUR_TABLE: Float32Array = colourTable();

/** Where in the table the colour of a share of the range stands: its end's outside of 0 … 1, the missing one's for NaN. */
export function colourIndex(share: number): number {
  if (Number.isNaN(share)) return 3 * STEPS;
  return 3 * Math.round(Math.min(1, Math.max(0, share)) * (STEPS - 1));
}

function colourTable(): Float32Array {
  const table = new Float32Array(3 * (STEPS + 1));
  for (let step = 0; step < STEPS; step++) {
    const place = (1 - step / (STEPS - 1)) * (VIRIDIS.length - 1);
    const below = Math.min(VIRIDIS.length - 2, Math.floor(place));
    const [low, high] = [VIRIDIS[below], VIRIDIS[below + 1]];
    for (const channel of [0, 1, 2] as const) {
      table[3 * step + channel] = low[channel] + (place - below) * (high[channel] - low[channel]);
    }
  }
  table.set(MISSING, 3 * STEPS);
  return table;
}
