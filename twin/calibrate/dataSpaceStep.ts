import { factorCholesky, solveCholesky } from './cholesky.ts';

/** A linearised least-squares problem with a Gaussian prior: few data, more parameters. */
export interface LinearProblem {
  /** Weighted residual r (model − data), [data] */
  readonly residual: Float64Array;
  /** ∂r/∂parameters, [parameters, data] row-major */
  readonly jacobian: Float32Array;
  /** Parameter minus its prior mean, [parameters] */
  readonly offset: Float64Array;
  /** Inverse variance of each parameter's prior in units of the data's, P⁻¹; 0 where there is none, [parameters] */
  readonly precision: Float64Array;
  /** Squared length of a step that is thought moderate, S; 0 holds the parameter, [parameters] */
  readonly scale: Float64Array;
}

/**
 * Levenberg–Marquardt step solved in data space, exactly and plainly: what a calibration takes is compared with it (`conjugateStep.ts`, a backend's own):
 *
 *     minimise |r + J δ|² + (m + δ)ᵀ P⁻¹ (m + δ) + μ δᵀ S⁻¹ δ,   μ = λ · mean diag(J S Jᵀ)
 *     D = (P⁻¹ + μ S⁻¹)⁻¹,   c = −D P⁻¹ m,   δ = c − D Jᵀ (J D Jᵀ + I)⁻¹ (r + J c)
 *
 * Without prior this is −S Jᵀ (J S Jᵀ + μ I)⁻¹ r. The matrix has the size of the data (some 500²), however many parameters there are.
 *
 * @param damping  λ > 0
 * @returns δ, [parameters]; undefined when the matrix is not positive definite (a non-finite Jacobian, or no damping left)
 */
export function dataSpaceStep(problem: LinearProblem, damping: number): Float64Array | undefined {
  const { residual, jacobian, offset, precision, scale } = problem;
  const data = residual.length;
  const parameters = offset.length;
  const mu = damping * meanGramDiagonal(problem);
  const variance = new Float64Array(parameters);
  const centre = new Float64Array(parameters);
  const right = residual.slice();
  for (let p = 0; p < parameters; p++) {
    if (scale[p] === 0) continue;
    variance[p] = 1 / (precision[p] + mu / scale[p]);
    centre[p] = -variance[p] * precision[p] * offset[p];
    if (centre[p] === 0) continue;
    for (let d = 0; d < data; d++) right[d] += jacobian[p * data + d] * centre[p];
  }
  const matrix = weightedGram(jacobian, variance, data);
  for (let d = 0; d < data; d++) matrix[d * data + d] += 1;
  if (!factorCholesky(matrix, data)) return undefined;
  solveCholesky(matrix, data, right);
  for (let p = 0; p < parameters; p++) {
    let sum = 0;
    for (let d = 0; d < data; d++) sum += jacobian[p * data + d] * right[d];
    centre[p] -= variance[p] * sum;
  }
  return centre;
}

/**
 * Lower triangle of J D Jᵀ. A PMJ moves the ECG only while its territory is activated, so its four rows share a short window
 * outside which they are zero; each block of four rows works inside its own window.
 */
function weightedGram(jacobian: Float32Array, variance: Float64Array, data: number): Float64Array {
  const out = new Float64Array(data * data);
  const parameters = variance.length;
  for (let first = 0; first < parameters; first += 4) {
    const rows = Math.min(4, parameters - first);
    let start = data;
    let end = 0;
    for (let row = 0; row < rows; row++) {
      if (variance[first + row] === 0) continue;
      const at = (first + row) * data;
      let low = 0;
      while (low < data && jacobian[at + low] === 0) low++;
      let high = data;
      while (high > low && jacobian[at + high - 1] === 0) high--;
      if (low < high && low < start) start = low;
      if (low < high && high > end) end = high;
    }
    const r0 = first * data;
    const r1 = rows > 1 ? r0 + data : r0;
    const r2 = rows > 2 ? r1 + data : r0;
    const r3 = rows > 3 ? r2 + data : r0;
    const v0 = variance[first];
    const v1 = rows > 1 ? variance[first + 1] : 0;
    const v2 = rows > 2 ? variance[first + 2] : 0;
    const v3 = rows > 3 ? variance[first + 3] : 0;
    for (let i = start; i < end; i++) {
      const a = v0 * jacobian[r0 + i];
      const b = v1 * jacobian[r1 + i];
      const c = v2 * jacobian[r2 + i];
      const d = v3 * jacobian[r3 + i];
      const row = i * data;
      for (let j = start; j <= i; j++) {
        out[row + j] += a * jacobian[r0 + j] + b * jacobian[r1 + j] + c * jacobian[r2 + j] + d * jacobian[r3 + j];
      }
    }
  }
  return out;
}

function meanGramDiagonal({ jacobian, scale, residual }: LinearProblem): number {
  let sum = 0;
  const data = residual.length;
  for (let p = 0; p < scale.length; p++) {
    if (scale[p] === 0) continue;
    let squares = 0;
    for (let d = 0; d < data; d++) squares += jacobian[p * data + d] * jacobian[p * data + d];
    sum += squares * scale[p];
  }
  return sum / data;
}
