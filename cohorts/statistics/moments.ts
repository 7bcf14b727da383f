/** A pivot below this share of its diagonal entry: the column follows from those before it. */
const RANK_TOLERANCE = 1e-10;

/**
 * Solves the normal equations `A β = b` by Cholesky; undefined when A has lost a rank.
 *
 * @param a  symmetric positive definite, row-major, [size²]
 */
export function solveNormalEquations(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array | undefined {
  const size = b.length;
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (lower[i * size + k] ?? 0) * (lower[j * size + k] ?? 0);
      if (i === j) {
        if (!(sum > RANK_TOLERANCE * (a[i * size + i] ?? 0))) return undefined;
        lower[i * size + i] = Math.sqrt(sum);
      } else {
        lower[i * size + j] = sum / (lower[j * size + j] ?? 1);
      }
    }
  const beta = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = b[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (lower[i * size + k] ?? 0) * (beta[k] ?? 0);
    beta[i] = sum / (lower[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = beta[i] ?? 0;
    for (let k = i + 1; k < size; k++) sum -= (lower[k * size + i] ?? 0) * (beta[k] ?? 0);
    beta[i] = sum / (lower[i * size + i] ?? 1);
  }
  return beta;
}
