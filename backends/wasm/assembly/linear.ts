import { solveCholesky } from './cholesky';
import { addProduct, multiplyTransposed } from './panels';

export { factorCholesky } from './cholesky';
export { weightedGram } from './gram';
export { addProduct, multiplyTransposed, pack, packTransposed } from './panels';

/** Conjugate gradients end here at the latest. With the factor as preconditioner two to five steps are usual. */
const STEPS: i32 = 200;

/**
 * Solves `(P W Pᵀ + diag(s)) x = b` by conjugate gradients in float64 with a float32 Cholesky factor of nearly the same matrix as preconditioner
 * (Golub & Van Loan, Matrix Computations): the float32 matrix only sets the number of steps, not the answer.
 *
 * @param weights    W, f64, [stride]
 * @param diagonal   s, f64, [8 · count]
 * @param triangle   of `factorCholesky`
 * @param tolerance  of the error's length in the matrix's own norm, as a share of the solution's
 * @param right      b on entry; overwritten, f64, [8 · count]
 * @param work       f64, [4 · 8 · count + stride]
 * @param out        x, f64, [8 · count]
 * @returns steps that were taken, or −1 when they did not end
 */
export function solveLinear(
  panels: usize,
  count: i32,
  stride: i32,
  masks: usize,
  words: i32,
  weights: usize,
  diagonal: usize,
  triangle: usize,
  tolerance: f64,
  right: usize,
  work: usize,
  out: usize,
): i32 {
  const bytes = (<usize>count) << 6;
  const rows = count << 3;
  const direction = work;
  const product = work + bytes;
  const solved = product + bytes;
  const rounded = solved + bytes;
  const across = rounded + bytes;
  memory.fill(out, 0, bytes);
  solveCholesky(triangle, count, right, rounded, solved);
  memory.copy(direction, solved, bytes);
  let square = dot(right, solved, rows);
  const enough = square * tolerance * tolerance;
  if (square === 0) return 0;
  for (let step = 1; step <= STEPS; step++) {
    multiplyTransposed(panels, count, stride, masks, words, direction, across);
    for (let column: usize = 0; column < <usize>stride; column++) {
      const at = column << 3;
      store<f64>(across + at, load<f64>(across + at) * load<f64>(weights + at));
    }
    for (let row: usize = 0; row < <usize>rows; row++) {
      const at = row << 3;
      store<f64>(product + at, load<f64>(diagonal + at) * load<f64>(direction + at));
    }
    addProduct(panels, count, stride, masks, words, across, product);
    const length = square / dot(direction, product, rows);
    addScaled(out, direction, length, rows);
    addScaled(right, product, -length, rows);
    solveCholesky(triangle, count, right, rounded, solved);
    const next = dot(right, solved, rows);
    if (next <= enough) return step;
    if (!(next < f64.MAX_VALUE)) return -1;
    const share = next / square;
    for (let row: usize = 0; row < <usize>rows; row++) {
      const at = row << 3;
      store<f64>(direction + at, load<f64>(solved + at) + share * load<f64>(direction + at));
    }
    square = next;
  }
  return -1;
}

function dot(one: usize, other: usize, length: i32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  for (let at: usize = 0; at < (<usize>length) << 3; at += 32) {
    even = f64x2.add(even, f64x2.mul(v128.load(one + at), v128.load(other + at)));
    odd = f64x2.add(odd, f64x2.mul(v128.load(one + at, 16), v128.load(other + at, 16)));
  }
  const sum = f64x2.add(even, odd);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

function addScaled(out: usize, vector: usize, factor: f64, length: i32): void {
  const splat = f64x2.splat(factor);
  for (let at: usize = 0; at < (<usize>length) << 3; at += 16) {
    v128.store(out + at, f64x2.add(v128.load(out + at), f64x2.mul(splat, v128.load(vector + at))));
  }
}
