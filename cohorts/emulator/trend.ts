import { factorCholesky, solveCholesky } from '../../twin/calibrate/cholesky.ts';
import { TwinError } from '../../twin/errors.ts';

/** Pull of the slopes to 0, in rows: as if so many further rows had said that nothing changes. Ours. */
const RIDGE = 1;

/**
 * The straight part of each output by ridge regression, `(XᵀX + λI) b = Xᵀ y`, on the rows that have it; the constant is not pulled.
 *
 * @param z  standardised inputs, [rows, inputs]
 * @param targets  standardised, NaN where there is none, [rows, outputs]
 * @returns [inputs + 1, outputs], the constants last
 * @throws TwinError NoConvergence where an input holds no number
 */
export function fitTrend(z: Float64Array, targets: Float64Array, inputs: number, outputs: number): Float64Array {
  const size = inputs + 1;
  const rows = z.length / inputs;
  const trend = new Float64Array(size * outputs);
  const x = new Float64Array(size);
  x[inputs] = 1;
  for (let output = 0; output < outputs; output++) {
    const normal = new Float64Array(size * size);
    const right = new Float64Array(size);
    for (let at = 0; at < inputs; at++) normal[at * size + at] = RIDGE;
    for (let row = 0; row < rows; row++) {
      const target = targets[row * outputs + output];
      if (Number.isNaN(target)) continue;
      x.set(z.subarray(row * inputs, (row + 1) * inputs));
      for (let i = 0; i < size; i++) {
        right[i] += x[i] * target;
        for (let j = 0; j < size; j++) normal[i * size + j] += x[i] * x[j];
      }
    }
    if (!factorCholesky(normal, size)) {
      throw new TwinError(
        'NoConvergence',
        `emulator: output ${output} has no rows, or an input of them is no number; simulate the design again`,
      );
    }
    solveCholesky(normal, size, right);
    for (let at = 0; at < size; at++) trend[at * outputs + output] = right[at];
  }
  return trend;
}

/** What the trend leaves of the targets, [rows, outputs]. */
export function residualsOf(
  z: Float64Array,
  targets: Float64Array,
  trend: Float64Array,
  inputs: number,
  outputs: number,
): Float64Array {
  return targets.map((target, at) => {
    const [row, output] = [Math.floor(at / outputs), at % outputs];
    let straight = trend[inputs * outputs + output];
    for (let input = 0; input < inputs; input++) straight += z[row * inputs + input] * trend[input * outputs + output];
    return target - straight;
  });
}
