import { factorCholesky, solveCholesky } from '../calibrate/cholesky.ts';

/** Step of the difference quotients, in units of a parameter. */
const STEP = 1e-4;
/** Levenberg–Marquardt's damping: where it starts, by what it changes, and where it gives up. */
const FIRST_DAMPING = 1e-3;
const MOST_DAMPING = 1e8;
const ITERATIONS = 60;
/** A step that lowers the sum by less than this share is the last. */
const STALLED = 1e-9;

/**
 * Parameters that make the sum of squares of a few residuals least, by damped Gauss–Newton steps with difference quotients. Parameters are to be scaled so that
 * all are about 1.
 */
export function leastSquares(start: Float64Array, residuals: (parameters: Float64Array) => Float64Array): Float64Array {
  const size = start.length;
  let at = start.slice();
  let now = residuals(at);
  let sum = squares(now);
  let damping = FIRST_DAMPING;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const columns = Array.from({ length: size }, (_, column) => {
      const moved = at.slice();
      moved[column] += STEP;
      return residuals(moved).map((value, row) => (value - now[row]) / STEP);
    });
    const inner = (a: Float64Array, b: Float64Array) => a.reduce((total, value, row) => total + value * b[row], 0);
    const gradient = Float64Array.from(columns, (column) => inner(column, now));
    const normal = columns.map((column) => columns.map((other) => inner(column, other)));
    const before = sum;
    while (damping < MOST_DAMPING) {
      const matrix = new Float64Array(size * size);
      for (const [row, values] of normal.entries())
        for (const [column, value] of values.entries())
          matrix[row * size + column] = row === column ? value * (1 + damping) + 1e-12 : value;
      const step = gradient.slice();
      if (factorCholesky(matrix, size)) {
        solveCholesky(matrix, size, step);
        const next = at.map((value, column) => value - step[column]);
        const there = residuals(next);
        const less = squares(there);
        if (less < sum) {
          [at, now, sum] = [next, there, less];
          damping /= 3;
          break;
        }
      }
      damping *= 5;
    }
    if (!(before - sum > STALLED * before)) break;
  }
  return at;
}

const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);
