import { studentQuantile, studentTwoSided } from './distributions.ts';
import type { Undetermined } from './leastSquares.ts';

/** Count, mean and standard deviation (n − 1) of one group. */
export interface GroupSummary {
  readonly n: number;
  readonly mean: number;
  readonly sd: number;
}

/** Difference of two means. */
export interface GroupComparison {
  readonly a: GroupSummary;
  readonly b: GroupSummary;
  /** mean(a) − mean(b) */
  readonly difference: number;
  readonly std_error: number;
  readonly low: number;
  readonly high: number;
  readonly t: number;
  readonly degreesOfFreedom: number;
  readonly p_value: number;
  /** Difference in pooled standard deviations. */
  readonly cohenD: number;
}

/** Mean and spread; NaN where there are too few values to have one. */
export function summarise(values: ArrayLike<number>): GroupSummary {
  const n = values.length;
  let sum = 0;
  for (let row = 0; row < n; row++) sum += values[row] ?? 0;
  const mean = n > 0 ? sum / n : Number.NaN;
  let squares = 0;
  for (let row = 0; row < n; row++) squares += ((values[row] ?? 0) - mean) ** 2;
  return { n, mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN };
}

/**
 * Welch's test: two means whose groups may spread differently (Welch, Biometrika 34:28–35, 1947), with Cohen's d.
 *
 *     t = (ā − b̄)/√(s_a²/n_a + s_b²/n_b),   d = (ā − b̄)/√(((n_a−1)s_a² + (n_b−1)s_b²)/(n_a+n_b−2))
 */
export function compareGroups(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  level = 0.95,
): GroupComparison | Undetermined {
  const [first, second] = [summarise(a), summarise(b)];
  if (first.n < 2 || second.n < 2) {
    return { undetermined: `groups of ${first.n} and ${second.n} are too small: each needs at least 2` };
  }
  const partA = first.sd ** 2 / first.n;
  const partB = second.sd ** 2 / second.n;
  const variance = partA + partB;
  if (variance === 0) return { undetermined: 'neither group varies at all, so that there is nothing to compare with' };
  const std_error = Math.sqrt(variance);
  const difference = first.mean - second.mean;
  const t = difference / std_error;
  const degreesOfFreedom = variance ** 2 / (partA ** 2 / (first.n - 1) + partB ** 2 / (second.n - 1));
  const half = studentQuantile(1 - (1 - level) / 2, degreesOfFreedom) * std_error;
  return {
    a: first,
    b: second,
    difference,
    std_error,
    low: difference - half,
    high: difference + half,
    t,
    degreesOfFreedom,
    p_value: studentTwoSided(t, degreesOfFreedom),
    cohenD: difference / pooledSd(first, second),
  };
}

/**
 * Difference of means in units of the groups' average spread, `(ā − b̄)/√((s_a² + s_b²)/2)`; with only one value in a group,
 * in units of the other's spread. Above 0.1 is commonly called imbalance (Austin, Stat Med 28:3083–3107, 2009).
 */
export function standardisedDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [first, second] = [summarise(a), summarise(b)];
  const spreads = [first.sd, second.sd].filter((sd) => !Number.isNaN(sd));
  const variance = spreads.reduce((sum, sd) => sum + sd ** 2, 0) / spreads.length;
  return variance > 0 ? (first.mean - second.mean) / Math.sqrt(variance) : Number.NaN;
}

/** Mean of some rows under weights by row, as the bootstrap asks for it. */
export function weightedMean(values: Float64Array, rows: readonly number[], weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (const row of rows) {
    sum += (weights[row] ?? 0) * (values[row] ?? 0);
    total += weights[row] ?? 0;
  }
  return sum / total;
}

/** The values of some rows. */
export function pickRows(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? Number.NaN);
}

function pooledSd(a: GroupSummary, b: GroupSummary): number {
  return Math.sqrt(((a.n - 1) * a.sd ** 2 + (b.n - 1) * b.sd ** 2) / (a.n + b.n - 2));
}
