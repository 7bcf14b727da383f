import type { Materials } from './materials.ts';

/** At most this many interfaces are followed at a node: three fix a point. */
const MOST = 3;
/** Keeps the step bounded where two interfaces run nearly parallel; gradients have length 1. */
const RIDGE = 0.05;

/** The place itself and its neighbours on both sides along each axis. */
const PLACES = 7;
const OFFSETS = [0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1] as const;

/** Room for one step: rows of G, their values and G Gᵀ. */
export interface StepSpace {
  readonly gradients: Float64Array;
  readonly values: Float64Array;
  readonly matrix: Float64Array;
  readonly solution: Float64Array;
  /** Values of the materials at the places of the differences, [materials, PLACES] */
  readonly samples: Float64Array;
}

export const openStepSpace = (): StepSpace => ({
  gradients: new Float64Array(3 * MOST),
  values: new Float64Array(MOST),
  matrix: new Float64Array(MOST * MOST),
  solution: new Float64Array(MOST),
  samples: new Float64Array((MOST + 1) * PLACES),
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
  const { gradients, values, matrix, solution, samples } = space;
  const count = Math.min(met.length - 1, MOST);
  // All materials at one place before the next place: what they share is computed once.
  for (let place = 0; place < PLACES; place++) {
    const x = at[0] + reach * OFFSETS[3 * place];
    const y = at[1] + reach * OFFSETS[3 * place + 1];
    const z = at[2] + reach * OFFSETS[3 * place + 2];
    for (let k = 0; k <= count; k++) samples[PLACES * k + place] = materials.sample(met[k], x, y, z);
  }
  const slope = 1 / (4 * reach);
  for (let k = 0; k < count; k++) {
    const other = PLACES * (k + 1);
    values[k] = (samples[other] + offsets[met[k + 1]] - samples[0] - offsets[met[0]]) / 2;
    for (let axis = 0; axis < 3; axis++) {
      const up = 1 + 2 * axis;
      gradients[3 * k + axis] = slope * (samples[other + up] - samples[other + up + 1] - samples[up] + samples[up + 1]);
    }
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
