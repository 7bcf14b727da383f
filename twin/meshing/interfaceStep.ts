import type { Materials } from './materials.ts';

/** At most this many interfaces are followed at a node: three fix a point. */
const MOST = 3;
/** Keeps the step bounded where two interfaces run nearly parallel; gradients have length 1. */
const RIDGE = 0.05;

/** Room for one step: rows of G, their values and G Gᵀ. */
export interface StepSpace {
  readonly gradients: Float64Array;
  readonly values: Float64Array;
  readonly matrix: Float64Array;
  readonly solution: Float64Array;
}

export const openStepSpace = (): StepSpace => ({
  gradients: new Float64Array(3 * MOST),
  values: new Float64Array(MOST),
  matrix: new Float64Array(MOST * MOST),
  solution: new Float64Array(MOST),
});

/**
 * The shortest way from a place to the common interfaces of the materials that meet there, by one step of Newton's method, and a wish to move
 * freed of what would leave them:
 *
 *     g_k = (φ_k − φ_0) / 2,   d = −G⁺ g + (I − G⁺ G) w,   G⁺ = Gᵀ (G Gᵀ + ridge I)⁻¹
 *
 * @param offsets  mm, added to the materials' values, [materials + 1]
 * @param reach    mm, of the central differences
 * @param wish     w, mm, [3]
 * @param out      d, mm, [3]
 */
export function interfaceStep(
  materials: Materials,
  offsets: Float64Array,
  met: readonly number[],
  at: readonly [number, number, number],
  reach: number,
  wish: Float64Array,
  space: StepSpace,
  out: Float64Array,
): void {
  const { gradients, values, matrix, solution } = space;
  const count = Math.min(met.length - 1, MOST);
  const [x, y, z] = at;
  const first = met[0];
  const value0 = materials.sample(first, x, y, z) + offsets[first];
  const slope = 1 / (4 * reach);
  const x0 = materials.sample(first, x + reach, y, z) - materials.sample(first, x - reach, y, z);
  const y0 = materials.sample(first, x, y + reach, z) - materials.sample(first, x, y - reach, z);
  const z0 = materials.sample(first, x, y, z + reach) - materials.sample(first, x, y, z - reach);
  for (let k = 0; k < count; k++) {
    const other = met[k + 1];
    values[k] = (materials.sample(other, x, y, z) + offsets[other] - value0) / 2;
    gradients[3 * k] =
      slope * (materials.sample(other, x + reach, y, z) - materials.sample(other, x - reach, y, z) - x0);
    gradients[3 * k + 1] =
      slope * (materials.sample(other, x, y + reach, z) - materials.sample(other, x, y - reach, z) - y0);
    gradients[3 * k + 2] =
      slope * (materials.sample(other, x, y, z + reach) - materials.sample(other, x, y, z - reach) - z0);
  }
  // (G Gᵀ + ridge I) s = g + G w, then d = w − Gᵀ s.
  for (let row = 0; row < count; row++) {
    let right = values[row];
    for (let axis = 0; axis < 3; axis++) right += gradients[3 * row + axis] * wish[axis];
    solution[row] = right;
    for (let column = 0; column < count; column++) {
      let product = row === column && count > 1 ? RIDGE : 0;
      for (let axis = 0; axis < 3; axis++) product += gradients[3 * row + axis] * gradients[3 * column + axis];
      matrix[MOST * row + column] = product;
    }
    matrix[MOST * row + row] += 1e-6;
  }
  for (let pivot = 0; pivot < count; pivot++) {
    for (let row = pivot + 1; row < count; row++) {
      const factor = matrix[MOST * row + pivot] / matrix[MOST * pivot + pivot];
      for (let column = pivot; column < count; column++) {
        matrix[MOST * row + column] -= factor * matrix[MOST * pivot + column];
      }
      solution[row] -= factor * solution[pivot];
    }
  }
  for (let row = count - 1; row >= 0; row--) {
    for (let column = row + 1; column < count; column++)
      solution[row] -= matrix[MOST * row + column] * solution[column];
    solution[row] /= matrix[MOST * row + row];
  }
  for (let axis = 0; axis < 3; axis++) {
    out[axis] = wish[axis];
    for (let k = 0; k < count; k++) out[axis] -= gradients[3 * k + axis] * solution[k];
  }
}
