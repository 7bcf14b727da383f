/** F of a covariance: P ≈ F Fᵀ. */
export interface LowRankFactor {
  /** [size, rank] row-major */
  readonly factor: Float64Array;
  readonly size: number;
  readonly rank: number;
}

/**
 * Cholesky factor with the largest remaining variance taken first, ended when no more than a share of the variance is left (Harbrecht, Peters &
 * Schneider, Appl Numer Math 2012): a smooth field on hundreds of places has some tens of free directions.
 *
 * @param covariance  symmetric, positive semidefinite, [size, size]
 * @param share       of the trace that may be left
 */
export function pivotedCholesky(covariance: Float64Array, size: number, share: number): LowRankFactor {
  const rest = Float64Array.from({ length: size }, (_, at) => covariance[at * size + at]);
  let trace = 0;
  for (const variance of rest) trace += variance;
  const columns: Float64Array[] = [];
  let left = trace;
  while (columns.length < size && left > share * trace) {
    let pivot = 0;
    for (let at = 1; at < size; at++) if (rest[at] > rest[pivot]) pivot = at;
    if (!(rest[pivot] > 0)) break;
    const scale = 1 / Math.sqrt(rest[pivot]);
    const column = new Float64Array(size);
    for (let at = 0; at < size; at++) {
      let value = covariance[at * size + pivot];
      for (const earlier of columns) value -= earlier[at] * earlier[pivot];
      column[at] = value * scale;
    }
    columns.push(column);
    left = 0;
    for (let at = 0; at < size; at++) {
      rest[at] = Math.max(0, rest[at] - column[at] * column[at]);
      left += rest[at];
    }
    rest[pivot] = 0;
  }
  const rank = columns.length;
  const factor = new Float64Array(size * rank);
  for (const [at, column] of columns.entries())
    for (let row = 0; row < size; row++) factor[row * rank + at] = column[row];
  return { factor, size, rank };
}
