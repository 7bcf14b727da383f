import type { Level } from './aggregation.ts';
import { applyBlock, BLOCK, type SparseMatrix } from './sparse.ts';

/** Approximates A⁻¹ for a block of columns. */
export interface Preconditioner {
  /** Writes M⁻¹ · r to `out`, [rows, BLOCK] each. M is symmetric and positive definite. */
  apply(r: Float64Array, out: Float64Array): void;
}

/**
 * One V-cycle: a forward Gauss–Seidel sweep on the way down, a backward one on the way up, so that the cycle is symmetric; the
 * coarsest level is solved by Cholesky. The matrix has the constants in its null space: there the coarsest one is made definite by adding
 * a multiple of 1 1ᵀ, which changes nothing for right sides that sum to zero.
 */
export function openMultigrid(levels: readonly Level[]): Preconditioner {
  const work = levels.map(({ matrix }) => ({
    right: new Float64Array(BLOCK * matrix.rows),
    solution: new Float64Array(BLOCK * matrix.rows),
    residual: new Float64Array(BLOCK * matrix.rows),
  }));
  const factor = choleskyOfSingular(levels[levels.length - 1].matrix);
  const cycle = (at: number, right: Float64Array, out: Float64Array): void => {
    const { matrix, middles, prolongation, restriction } = levels[at];
    if (prolongation === undefined || restriction === undefined) {
      solveFactored(factor, matrix.rows, right, out);
      return;
    }
    const { residual } = work[at];
    const below = work[at + 1];
    sweepFromZero(matrix, middles, right, out);
    residualAfter(matrix, middles, out, residual);
    applyBlock(restriction, residual, below.right);
    cycle(at + 1, below.right, below.solution);
    applyBlock(prolongation, below.solution, residual);
    for (let i = 0; i < residual.length; i++) out[i] += residual[i];
    sweepBack(matrix, middles, right, out);
  };
  return { apply: (r, out) => cycle(0, r, out) };
}

/** A forward Gauss–Seidel sweep that starts at zero, `x = (D + L)⁻¹ b`, [rows, BLOCK]: it meets nothing above the diagonal. */
function sweepFromZero(
  { rows, starts, columns, values }: SparseMatrix,
  middles: Uint32Array,
  right: Float64Array,
  x: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const to = BLOCK * row;
    let s0 = right[to];
    let s1 = right[to + 1];
    let s2 = right[to + 2];
    let s3 = right[to + 3];
    const end = middles[row];
    for (let i = starts[row]; i < end; i++) {
      const at = BLOCK * columns[i];
      const value = values[i];
      s0 -= value * x[at];
      s1 -= value * x[at + 1];
      s2 -= value * x[at + 2];
      s3 -= value * x[at + 3];
    }
    const inverse = 1 / values[end];
    x[to] = s0 * inverse;
    x[to + 1] = s1 * inverse;
    x[to + 2] = s2 * inverse;
    x[to + 3] = s3 * inverse;
  }
}

/** What is left of the right side after `sweepFromZero`: `b − A x = −U x`, as (D + L) x = b. */
function residualAfter(
  { rows, starts, columns, values }: SparseMatrix,
  middles: Uint32Array,
  x: Float64Array,
  out: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    const end = starts[row + 1];
    for (let i = middles[row] + 1; i < end; i++) {
      const at = BLOCK * columns[i];
      const value = values[i];
      s0 -= value * x[at];
      s1 -= value * x[at + 1];
      s2 -= value * x[at + 2];
      s3 -= value * x[at + 3];
    }
    const to = BLOCK * row;
    out[to] = s0;
    out[to + 1] = s1;
    out[to + 2] = s2;
    out[to + 3] = s3;
  }
}

/** A Gauss–Seidel sweep from the last row to the first. */
function sweepBack(
  { rows, starts, columns, values }: SparseMatrix,
  middles: Uint32Array,
  right: Float64Array,
  x: Float64Array,
): void {
  for (let row = rows - 1; row >= 0; row--) {
    const to = BLOCK * row;
    let s0 = right[to];
    let s1 = right[to + 1];
    let s2 = right[to + 2];
    let s3 = right[to + 3];
    const end = starts[row + 1];
    for (let i = starts[row]; i < end; i++) {
      const at = BLOCK * columns[i];
      const value = values[i];
      s0 -= value * x[at];
      s1 -= value * x[at + 1];
      s2 -= value * x[at + 2];
      s3 -= value * x[at + 3];
    }
    const inverse = 1 / values[middles[row]];
    // The row's own entry was taken away with the others: what is left is the correction.
    x[to] += s0 * inverse;
    x[to + 1] += s1 * inverse;
    x[to + 2] += s2 * inverse;
    x[to + 3] += s3 * inverse;
  }
}

/** Lower Cholesky factor of A + α 1 1ᵀ with α the mean diagonal over n, dense, [n, n] */
function choleskyOfSingular({ rows, starts, columns, values }: SparseMatrix): Float64Array {
  const dense = new Float64Array(rows * rows);
  let trace = 0;
  for (let row = 0; row < rows; row++) {
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      // Products of matrices round A_ij and A_ji apart; their mean is symmetric.
      dense[row * rows + columns[i]] += values[i] / 2;
      dense[columns[i] * rows + row] += values[i] / 2;
      if (columns[i] === row) trace += values[i];
    }
  }
  const shift = trace / (rows * rows);
  for (let at = 0; at < dense.length; at++) dense[at] += shift;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = dense[i * rows + j];
      for (let k = 0; k < j; k++) sum -= dense[i * rows + k] * dense[j * rows + k];
      dense[i * rows + j] = i === j ? Math.sqrt(sum) : sum / dense[j * rows + j];
    }
  }
  return dense;
}

function solveFactored(factor: Float64Array, rows: number, right: Float64Array, out: Float64Array): void {
  for (let column = 0; column < BLOCK; column++) {
    for (let i = 0; i < rows; i++) {
      let sum = right[BLOCK * i + column];
      for (let k = 0; k < i; k++) sum -= factor[i * rows + k] * out[BLOCK * k + column];
      out[BLOCK * i + column] = sum / factor[i * rows + i];
    }
    for (let i = rows - 1; i >= 0; i--) {
      let sum = out[BLOCK * i + column];
      for (let k = i + 1; k < rows; k++) sum -= factor[k * rows + i] * out[BLOCK * k + column];
      out[BLOCK * i + column] = sum / factor[i * rows + i];
    }
  }
}
