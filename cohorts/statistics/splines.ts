import { quantile } from './bootstrap.ts';
import type { Undetermined } from './leastSquares.ts';

/** Where the knots lie, as quantiles of x, by their number (Harrell, Regression Modeling Strategies, 2015, table 2.3). */
const KNOT_QUANTILES: Readonly<Record<3 | 4 | 5, readonly number[]>> = {
  3: [0.1, 0.5, 0.9],
  4: [0.05, 0.35, 0.65, 0.95],
  5: [0.05, 0.275, 0.5, 0.725, 0.95],
};

/** Knots of a restricted cubic spline at quantiles of x; a sentence where so many values are equal that knots fall together. */
export function knotsOf(x: ArrayLike<number>, knots: 3 | 4 | 5): readonly number[] | Undetermined {
  const sorted = Float64Array.from(x).sort();
  const places = KNOT_QUANTILES[knots].map((p) => quantile(sorted, p));
  const isRising = places.every((place, at) => at === 0 || place > (places[at - 1] ?? Number.NaN));
  if (isRising && Number.isFinite(places[0])) return places;
  return { undetermined: `the ${sorted.length} values take too few different ones for a curve of ${knots} knots` };
}

/**
 * Basis of restricted cubic splines: curves of two continuous derivatives, cubic between the knots and straight beyond the outer two (Harrell, Regression
 * Modeling Strategies, 2015, section 2.4.5; Stone & Koo, Proc Stat Comput Sect ASA, 1985).
 *
 *     x_1 = x
 *     x_{j+1} = [(x−t_j)₊³ − (x−t_{k−1})₊³ (t_k−t_j)/(t_k−t_{k−1}) + (x−t_k)₊³ (t_{k−1}−t_j)/(t_k−t_{k−1})] / (t_k−t_1)²
 *
 * for j = 1 … k − 2, so that all are in x's unit.
 *
 * @param knots  t_1 < … < t_k, k ≥ 3
 * @returns the k − 1 numbers at x
 */
export function splineBasis(x: number, knots: readonly number[]): number[] {
  const k = knots.length;
  const [first = Number.NaN, last = Number.NaN] = [knots[0], knots[k - 1]];
  const before = knots[k - 2] ?? Number.NaN;
  const scale = (last - first) ** 2;
  const numbers = [x];
  for (const knot of knots.slice(0, -2)) {
    const bent =
      cube(x - knot) -
      (cube(x - before) * (last - knot)) / (last - before) +
      (cube(x - last) * (before - knot)) / (last - before);
    numbers.push(bent / scale);
  }
  return numbers;
}

/** The basis as columns of a design, [k − 1][rows]. */
export function splineColumns(x: ArrayLike<number>, knots: readonly number[]): Float64Array[] {
  const columns = Array.from({ length: knots.length - 1 }, () => new Float64Array(x.length));
  for (let row = 0; row < x.length; row++) {
    for (const [at, value] of splineBasis(x[row] ?? Number.NaN, knots).entries()) {
      const column = columns[at];
      if (column) column[row] = value;
    }
  }
  return columns;
}

const cube = (value: number): number => (value > 0 ? value ** 3 : 0);
