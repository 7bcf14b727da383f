import { factorCholesky, solveCholesky } from '../../twin/calibrate/cholesky.ts';
import { ANATOMY_INPUTS, toScale } from './inputs.ts';
import { ANATOMY, type EmulatorModel } from './model.ts';
import { unstandardise } from './novelty.ts';

/** Lower triangular L of the covariance of the standardised anatomy inputs, C = L Lᵀ, [anatomy, anatomy]; zero above the diagonal. */
export function anatomyFactor({ known }: Pick<EmulatorModel, 'known'>): Float64Array {
  const factor = known.covariance.slice();
  factorCholesky(factor, ANATOMY); // positive definite by its ridge
  for (let row = 0; row < ANATOMY; row++) factor.fill(0, row * ANATOMY + row + 1, (row + 1) * ANATOMY);
  return factor;
}

/**
 * What goes with some measures of a heart in the cohort: with z standardised and S those that are set,
 *
 *     z′_o = z_o + C_oS C_SS⁻¹ (z′_S − z_S)
 *
 * the regression of the others on the set ones, added to what the heart had, so that the heart's own way of differing from the mean stays its own.
 *
 * @param heart  by ANATOMY_INPUTS, in own units, [anatomy]
 * @param set  new values by place in ANATOMY_INPUTS
 * @returns all measures, [anatomy]
 */
export function followAnatomy(
  { scaling, known }: Pick<EmulatorModel, 'scaling' | 'known'>,
  heart: Float64Array,
  set: ReadonlyMap<number, number>,
): Float64Array {
  const chosen = [...set.keys()].sort((one, other) => one - other);
  const size = chosen.length;
  const system = Float64Array.from({ length: size * size }, (_, at) => {
    const [row, column] = [chosen[Math.floor(at / size)] ?? 0, chosen[at % size] ?? 0];
    return known.covariance[row * ANATOMY + column];
  });
  const step = Float64Array.from(
    chosen,
    (input) => standard(scaling, input, set.get(input) ?? Number.NaN) - standard(scaling, input, heart[input]),
  );
  factorCholesky(system, size);
  solveCholesky(system, size, step);
  return heart.map((value, input) => {
    const own = set.get(input);
    if (own !== undefined) return own;
    const moved = chosen.reduce((sum, other, at) => sum + known.covariance[input * ANATOMY + other] * step[at], 0);
    return unstandardise(scaling, input, standard(scaling, input, value) + moved);
  });
}

/** An anatomy input, standardised. */
export const standard = ({ mean, sd }: EmulatorModel['scaling'], input: number, value: number): number =>
  (toScale(ANATOMY_INPUTS[input].scale, value) - mean[input]) / sd[input];
