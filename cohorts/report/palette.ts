/** Okabe & Ito's palette for marks, told apart with any kind of colour vision; women and men, and what else must be told apart, also differ by shape. */
export const COLOUR = {
  women: '#D55E00',
  men: '#0072B2',
  explained: '#0072B2',
  unexplained: '#E69F00',
  single: '#0072B2',
  second: '#009E73',
  third: '#CC79A7',
  pooled: '#37332d',
  muted: '#8d867c',
  ink: '#37332d',
} as const;

/** Colours of words: the palette's own where they are dark enough to be read on white, darker shades of them where not. */
export const TEXT_COLOUR = {
  ink: '#26231f',
  soft: '#625c53',
  women: '#a84a00',
  men: '#0068a3',
  link: '#00639c',
  warning: '#7a4b00',
} as const;

/** What words stand on. */
export const PAPER = { page: '#ffffff', wash: '#faf8f5', warning: '#fff8e8' } as const;

/** The sex scale of every figure. */
export const SEX_SCALE = { domain: ['women', 'men'], range: [COLOUR.women, COLOUR.men] } as const;
export const SEX_SYMBOLS = { domain: ['women', 'men'], range: ['circle', 'triangle'] } as const;

/**
 * Contrast of two colours by the Web Content Accessibility Guidelines 2.1: (L₁ + 0.05)/(L₂ + 0.05) of their relative luminances, 1 … 21. Words need 4.5,
 * marks that carry meaning 3.
 *
 * @param one  `#rrggbb`
 */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}
