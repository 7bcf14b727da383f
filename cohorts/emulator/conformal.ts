/** What turns a spread into half of an interval: `h = factor · (spread + floor)`. */
export interface Conformal {
  /** Its own unit: what the spread cannot see */
  readonly floor: number;
  readonly factor: number;
}

/**
 * Split conformal prediction with errors scaled by a spread (Lei et al., J Am Stat Assoc 2018): of the calibration rows' scores `|y − ŷ|/(spread + floor)`
 * the ⌈(n + 1) level⌉-th smallest, so that a further row exchangeable with them lies inside with probability of at least the level.
 *
 * @param errors  y − ŷ of rows not learned from, NaN where there is no y; with their spreads, [rows]
 * @returns an infinite factor where the rows are too few for the level
 */
export function calibrateIntervals(errors: Float64Array, spreads: Float64Array, level: number): Conformal {
  const whole = errors
    .map(Math.abs)
    .filter((error) => !Number.isNaN(error))
    .sort();
  const floor = whole.length === 0 ? Number.NaN : whole[whole.length >> 1];
  const scores = errors
    .map((error, row) => Math.abs(error) / (spreads[row] + floor))
    .filter((score) => !Number.isNaN(score));
  scores.sort();
  const rank = Math.ceil((scores.length + 1) * level);
  return { floor, factor: rank > scores.length ? Number.POSITIVE_INFINITY : scores[rank - 1] };
}

/** Half width of an interval about an answer of this spread. */
export const halfWidthOf = ({ floor, factor }: Conformal, spread: number): number => factor * (spread + floor);
