import type { LinearProblem } from './dataSpaceStep.ts';

/**
 * Share of the right side that conjugate gradients leave. The linear model is itself wrong by a third of what it promises, so that
 * more digits buy nothing: 0.1 and 0.001 took as many solves of the heart, within their scatter.
 */
const TOLERANCE = 0.03;
const MOST_STEPS = 300;

/**
 * The step of `dataSpaceStep` by conjugate gradients in data space (Hestenes & Stiefel 1952), without making the matrix:
 *
 *     (J D Jᵀ + I) y = r + J c,   δ = c − D Jᵀ y
 *
 * Damping keeps the matrix well conditioned: 10–40 products with J and Jᵀ, each inside the rows' windows, for one factorisation.
 *
 * @returns the solver of one linear problem for any damping: δ, [parameters]; undefined when the problem holds no finite number
 */
export function openConjugateStep(problem: LinearProblem): (damping: number) => Float64Array | undefined {
  const { residual, jacobian, offset, precision, scale } = problem;
  const data = residual.length;
  const windows = openWindows(problem);
  const meanDiagonal = windows.meanDiagonal(scale);
  return (damping) => {
    const mu = damping * meanDiagonal;
    const variance = new Float64Array(scale.length);
    const step = new Float64Array(scale.length);
    const rest = residual.slice();
    for (let p = 0; p < scale.length; p++) {
      if (scale[p] === 0) continue;
      variance[p] = 1 / (precision[p] + mu / scale[p]);
      step[p] = -variance[p] * precision[p] * offset[p];
      if (step[p] === 0) continue;
      for (let d = windows.lows[p]; d < windows.highs[p]; d++) rest[d] += jacobian[p * data + d] * step[p];
    }
    const solution = new Float64Array(data);
    const direction = rest.slice();
    const image = new Float64Array(data);
    let square = dot(rest, rest);
    const enough = TOLERANCE * TOLERANCE * square;
    for (let count = 0; count < MOST_STEPS && square > enough; count++) {
      image.set(direction);
      windows.addProduct(variance, direction, image);
      const length = square / dot(direction, image);
      const before = square;
      for (let d = 0; d < data; d++) {
        solution[d] += length * direction[d];
        rest[d] -= length * image[d];
      }
      square = dot(rest, rest);
      for (let d = 0; d < data; d++) direction[d] = rest[d] + (square / before) * direction[d];
    }
    if (!Number.isFinite(square)) return undefined;
    for (let p = 0; p < scale.length; p++) {
      if (variance[p] !== 0) step[p] -= variance[p] * windows.times(p, solution);
    }
    return step;
  };
}

/** Where each row of a Jacobian is not zero, and products inside it. */
interface Windows {
  readonly lows: Int32Array;
  readonly highs: Int32Array;
  /** Row p of J times a vector of the data */
  times(p: number, vector: Float64Array): number;
  /** out += J D Jᵀ vector, in the Jacobian's transposed sense: J is [parameters, data] here */
  addProduct(variance: Float64Array, vector: Float64Array, out: Float64Array): void;
  /** Mean over data of the diagonal of J S Jᵀ */
  meanDiagonal(scale: Float64Array): number;
}

function openWindows({ jacobian, residual, scale }: LinearProblem): Windows {
  const data = residual.length;
  const lows = new Int32Array(scale.length);
  const highs = new Int32Array(scale.length);
  for (let p = 0; p < scale.length; p++) {
    let low = 0;
    let high = data;
    while (low < high && jacobian[p * data + low] === 0) low++;
    while (high > low && jacobian[p * data + high - 1] === 0) high--;
    lows[p] = low;
    highs[p] = high;
  }
  const times = (p: number, vector: Float64Array) => {
    const row = p * data;
    const high = highs[p];
    let sum = 0;
    for (let d = lows[p]; d < high; d++) sum += jacobian[row + d] * vector[d];
    return sum;
  };
  return {
    lows,
    highs,
    times,
    addProduct(variance, vector, out) {
      for (let p = 0; p < variance.length; p++) {
        if (variance[p] === 0) continue;
        const row = p * data;
        const high = highs[p];
        const weight = variance[p] * times(p, vector);
        for (let d = lows[p]; d < high; d++) out[d] += weight * jacobian[row + d];
      }
    },
    meanDiagonal(squaredLengths) {
      let sum = 0;
      for (let p = 0; p < squaredLengths.length; p++) {
        if (squaredLengths[p] === 0) continue;
        let squares = 0;
        for (let d = lows[p]; d < highs[p]; d++) squares += jacobian[p * data + d] * jacobian[p * data + d];
        sum += squares * squaredLengths[p];
      }
      return sum / data;
    },
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}
