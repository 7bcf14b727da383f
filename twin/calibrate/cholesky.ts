/**
 * Cholesky factor of a symmetric positive definite matrix, in place: A = L Lᵀ, rows of L by inner products (Golub & Van Loan, Matrix Computations).
 *
 * @param out  lower triangle of A on entry, L on return; what stands above the diagonal is left alone, [size, size] row-major
 * @returns false when A is not positive definite to working precision (out is then of no use)
 */
export function factorCholesky(out: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; j <= i; j++) {
      const other = j * size;
      // Four running sums hide the latency of each addition; their order is fixed.
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let k = 0;
      for (; k + 3 < j; k += 4) {
        s0 += out[row + k] * out[other + k];
        s1 += out[row + k + 1] * out[other + k + 1];
        s2 += out[row + k + 2] * out[other + k + 2];
        s3 += out[row + k + 3] * out[other + k + 3];
      }
      for (; k < j; k++) s0 += out[row + k] * out[other + k];
      const rest = out[row + j] - (s0 + s1 + (s2 + s3));
      if (i !== j) out[row + j] = rest / out[other + j];
      else {
        if (!(rest > 0)) return false;
        out[row + j] = Math.sqrt(rest);
      }
    }
  }
  return true;
}

/** Solves L Lᵀ x = b. @param factor L as `factorCholesky` leaves it @param out b on entry, x on return, [size] */
export function solveCholesky(factor: Float64Array, size: number, out: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = out[i];
    for (let k = 0; k < i; k++) sum -= factor[i * size + k] * out[k];
    out[i] = sum / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    const x = out[i] / factor[i * size + i];
    out[i] = x;
    for (let k = 0; k < i; k++) out[k] -= factor[i * size + k] * x;
  }
}
