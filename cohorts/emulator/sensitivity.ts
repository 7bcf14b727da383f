import type { Random } from '../../twin/random.ts';
import { anatomyFactor } from './anatomySpace.ts';
import { EMULATOR_INPUTS, EMULATOR_OUTPUTS, fromScale, toScale } from './inputs.ts';
import { ANATOMY, type EmulatorModel, INPUTS, OUTPUTS } from './model.ts';
import { unstandardise } from './novelty.ts';
import type { OpenEmulator } from './openEmulator.ts';
import { type SobolIndex, type SobolSettings, sobolIndices } from './sobolIndices.ts';

/** Shares of an output's variance that an input has. */
export interface SensitivityRow extends SobolIndex {
  readonly output: string;
  readonly input: string;
  readonly description: string;
}

/** Which inputs an output's differences between people come from. */
export interface Sensitivity {
  readonly rows: readonly SensitivityRow[];
  /** Share of the sampled hearts that the emulator would refuse alone; they are taken into account all the same */
  readonly beyond: number;
  readonly settings: SobolSettings;
}

/** Normal draws end at this many standard deviations: the emulator knows little beyond. */
const MOST_SD = 2;

/**
 * Sobol indices of the emulated features over the cohort's ranges. Numbers of the law are independent and uniform (logarithms where they enter as such) over the
 * cohort's range. Measures of hearts go together, so that they are drawn as `z = L u`, L the Cholesky factor of the cohort's covariance in the order of
 * ANATOMY_INPUTS and u independent normals cut at two deviations: an input's share is that of what it adds to those before it (Mara & Tarantola, Reliab Eng
 * Syst Saf 2012), and the first, LV mass, has all that goes with it.
 */
export function analyseSensitivity(emulator: OpenEmulator, settings: SobolSettings): Sensitivity {
  const { model } = emulator;
  const factor = anatomyFactor(model);
  const isBeyond = { count: 0, of: 0 };
  const evaluate = (rows: Float64Array): Float64Array => {
    const own = inputsOf(model, factor, rows);
    for (let row = 0; row < own.length / INPUTS; row += 16) {
      isBeyond.of++;
      if (emulator.refusal(own.subarray(row * INPUTS, (row + 1) * INPUTS)) !== undefined) isBeyond.count++;
    }
    return emulator.answer(own).mean;
  };
  const indices = sobolIndices(INPUTS, OUTPUTS, drawPoint, evaluate, settings);
  const rows = indices.flatMap((ofOutput, output) =>
    ofOutput.map((index, input) => ({
      output: EMULATOR_OUTPUTS[output].name,
      input: EMULATOR_INPUTS[input].name,
      description: EMULATOR_INPUTS[input].description,
      ...index,
    })),
  );
  return { rows, beyond: isBeyond.count / isBeyond.of, settings };
}

/** Normals of the anatomy, and a point of the unit cube of the function. */
function drawPoint(random: Random): Float64Array {
  return Float64Array.from({ length: INPUTS }, (_, at) => {
    if (at >= ANATOMY) return random.uniform();
    let normal = random.normal();
    while (Math.abs(normal) > MOST_SD) normal = random.normal();
    return normal;
  });
}

/** Inputs in own units of drawn points, [rows, inputs]. */
function inputsOf(model: EmulatorModel, factor: Float64Array, points: Float64Array): Float64Array {
  const { scaling, cohortLow, cohortHigh } = model;
  const out = new Float64Array(points.length);
  for (let start = 0; start < points.length; start += INPUTS) {
    for (let input = 0; input < ANATOMY; input++) {
      let z = 0;
      for (let of = 0; of <= input; of++) z += factor[input * ANATOMY + of] * points[start + of];
      out[start + input] = unstandardise(scaling, input, z);
    }
    for (let input = ANATOMY; input < INPUTS; input++) {
      const { scale } = EMULATOR_INPUTS[input];
      const low = toScale(scale, cohortLow[input - ANATOMY]);
      const high = toScale(scale, cohortHigh[input - ANATOMY]);
      out[start + input] = fromScale(scale, low + points[start + input] * (high - low));
    }
  }
  return out;
}
