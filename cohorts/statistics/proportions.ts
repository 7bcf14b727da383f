import { normalQuantile } from './distributions.ts';

/** A share with its interval. */
export interface Proportion {
  readonly count: number;
  readonly of: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A share and Wilson's score interval, which stays within 0 and 1 and holds for small counts (Wilson, J Am Stat Assoc 22:209–212, 1927).
 *
 *     (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)
 *
 * NaN throughout where there is nobody.
 */
export function proportionOf(count: number, of: number, level: number): Proportion {
  if (of === 0) return { count, of, share: Number.NaN, low: Number.NaN, high: Number.NaN };
  const z = normalQuantile(1 - (1 - level) / 2);
  const share = count / of;
  const denominator = 1 + (z * z) / of;
  const centre = (share + (z * z) / (2 * of)) / denominator;
  const half = (z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))) / denominator;
  // At 0 and n the bound is exactly that end; rounding must not carry it beyond.
  return {
    count,
    of,
    share,
    low: count === 0 ? 0 : centre - half,
    high: count === of ? 1 : centre + half,
  };
}
