import { TwinError } from '../errors.ts';
import type { Preconditioner } from './multigrid.ts';
import { applyBlock, BLOCK, type SparseMatrix } from './sparse.ts';

/** How a block of columns was solved. */
export interface BlockSolution {
  /** [rows, BLOCK] */
  readonly solution: Float64Array;
  readonly iterations: number;
  /** Largest of the columns' ‖r‖ / ‖b‖ */
  readonly residual: number;
}

const MOST_ITERATIONS = 400;

/**
 * Conjugate gradients on BLOCK right sides side by side, each with its own steps, in one pass over the matrix: A x = b for a symmetric, positive
 * semi-definite A with the constants in its null space and columns of b that sum to zero. Sums run in the order of the rows.
 *
 * @throws TwinError NoConvergence when the residual does not fall to `tolerance` of the right side
 */
export function solveBlock(
  matrix: SparseMatrix,
  preconditioner: Preconditioner,
  right: Float64Array,
  tolerance: number,
): BlockSolution {
  const x = new Float64Array(right.length);
  const r = right.slice();
  const z = new Float64Array(right.length);
  const p = new Float64Array(right.length);
  const q = new Float64Array(right.length);
  const [rr, rz, pq, factor] = [0, 1, 2, 3].map(() => new Float64Array(BLOCK));
  columnDots(right, right, rr);
  const goal = rr.map((value) => value * tolerance * tolerance);
  const start = rr.slice();
  const oldRz = new Float64Array(BLOCK);
  const worst = () =>
    Math.sqrt(rr.reduce((most, value, k) => (start[k] > 0 ? Math.max(most, value / start[k]) : most), 0));
  for (let iteration = 0; iteration <= MOST_ITERATIONS; iteration++) {
    if (rr.every((value, k) => value <= goal[k])) return { solution: x, iterations: iteration, residual: worst() };
    preconditioner.apply(r, z);
    columnDots(r, z, rz);
    for (let k = 0; k < BLOCK; k++) factor[k] = oldRz[k] > 0 ? rz[k] / oldRz[k] : 0;
    for (let at = 0; at < p.length; at += BLOCK) {
      p[at] = z[at] + factor[0] * p[at];
      p[at + 1] = z[at + 1] + factor[1] * p[at + 1];
      p[at + 2] = z[at + 2] + factor[2] * p[at + 2];
      p[at + 3] = z[at + 3] + factor[3] * p[at + 3];
    }
    oldRz.set(rz);
    applyBlock(matrix, p, q);
    columnDots(p, q, pq);
    for (let k = 0; k < BLOCK; k++) factor[k] = pq[k] > 0 && rr[k] > goal[k] ? rz[k] / pq[k] : 0;
    const [f0, f1, f2, f3] = factor;
    for (let at = 0; at < p.length; at += BLOCK) {
      x[at] += f0 * p[at];
      x[at + 1] += f1 * p[at + 1];
      x[at + 2] += f2 * p[at + 2];
      x[at + 3] += f3 * p[at + 3];
      r[at] -= f0 * q[at];
      r[at + 1] -= f1 * q[at + 1];
      r[at + 2] -= f2 * q[at + 2];
      r[at + 3] -= f3 * q[at + 3];
    }
    columnDots(r, r, rr);
  }
  throw new TwinError(
    'NoConvergence',
    `the potentials of the volume conductor did not converge: after ${MOST_ITERATIONS} iterations the residual is ${worst().toExponential(1)} of the current, expected ${tolerance}; check conductivities and the torso's surfaces`,
    { residual: worst() },
  );
}

function columnDots(a: Float64Array, b: Float64Array, out: Float64Array): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let at = 0; at < a.length; at += BLOCK) {
    s0 += a[at] * b[at];
    s1 += a[at + 1] * b[at + 1];
    s2 += a[at + 2] * b[at + 2];
    s3 += a[at + 3] * b[at + 3];
  }
  out[0] = s0;
  out[1] = s1;
  out[2] = s2;
  out[3] = s3;
}
