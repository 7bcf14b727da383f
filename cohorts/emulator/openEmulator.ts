import { decodeBeat } from './beatSpace.ts';
import { halfWidthOf } from './conformal.ts';
import type { Emulator, EmulatorPrediction } from './emulator.ts';
import { EMULATOR_INPUTS, EMULATOR_OUTPUTS } from './inputs.ts';
import { type EmulatorModel, INPUTS, OUTPUTS } from './model.ts';
import { openPass } from './network.ts';
import { type Refusal, refusalOf, standardise } from './novelty.ts';

/** An emulator with what goes beyond the port: reasons, beats, spreads. */
export interface OpenEmulator extends Emulator {
  readonly model: EmulatorModel;
  /** Why a row is refused; undefined where it is answered. @param row  [inputs] */
  refusal(row: Float64Array): Refusal | undefined;
  /** The beat of one row on `KEPT_WINDOW`, mV, [samples, 8 independent leads]; whether or not the row is refused */
  predictBeat(row: Float64Array): Float64Array;
  /** Answers of rows and the members' standard deviations, refused or not, [rows, outputs] each */
  answer(rows: Float64Array): Answers;
}

export interface Answers {
  readonly mean: Float64Array;
  readonly spread: Float64Array;
}

/** An emulator of a model, in plain arithmetic. */
export function openEmulator(model: EmulatorModel): OpenEmulator {
  const { scaling, known, conformal, level } = model;
  return {
    model,
    inputs: EMULATOR_INPUTS.map(({ name, unit }) => ({ name, unit })),
    outputs: EMULATOR_OUTPUTS.map(({ name, unit }) => ({ name, unit })),
    level,
    predict(rows): EmulatorPrediction {
      const count = rows.length / INPUTS;
      const z = standardise(scaling, rows);
      const { mean, spread } = answerRows(model, z, OUTPUTS);
      const halfWidth = spread.map((value, at) => halfWidthOf(conformal[at % OUTPUTS], value));
      const isRefused = new Uint8Array(count);
      for (let row = 0; row < count; row++) {
        const [from, to] = [row * INPUTS, (row + 1) * INPUTS];
        if (refusalOf(known, scaling, rows.subarray(from, to), z.subarray(from, to)) === undefined) continue;
        isRefused[row] = 1;
        mean.fill(Number.NaN, row * OUTPUTS, (row + 1) * OUTPUTS);
        halfWidth.fill(Number.NaN, row * OUTPUTS, (row + 1) * OUTPUTS);
      }
      return { mean, halfWidth, isRefused };
    },
    refusal: (row) => refusalOf(known, scaling, row, standardise(scaling, row)),
    predictBeat(row) {
      const { mean } = answerRows(model, standardise(scaling, row), model.outputMean.length);
      return decodeBeat(model.beats, mean.subarray(OUTPUTS));
    },
    answer: (rows) => answerRows(model, standardise(scaling, rows), OUTPUTS),
  };
}

/**
 * Mean and standard deviation over the members of
 *
 *     y = mean + sd · (b_mᵀ [z, 1] + rest · f_m(z)),   or its exponential where the output's scale is a logarithm
 *
 * (then the deviation is that of the logarithm times the answer).
 *
 * @param z  standardised inputs, [rows, inputs]
 * @param outputs  the first so many alone: those of whole ensembles
 */
export function answerRows(
  model: Pick<EmulatorModel, 'networks' | 'trends' | 'rest' | 'outputMean' | 'outputSd'>,
  z: Float64Array,
  outputs: number,
): Answers {
  const { networks, trends, rest, outputMean, outputSd } = model;
  const all = outputMean.length;
  const inputs = INPUTS;
  const members = trends.length;
  const count = z.length / inputs;
  const mean = new Float64Array(count * outputs);
  const spread = new Float64Array(count * outputs);
  const answers = new Float64Array(members);
  let first = 0;
  for (const ensemble of networks) {
    if (first >= outputs) break;
    const own = ensemble.outputs;
    const pass = openPass(ensemble);
    const corrections = Array.from({ length: members }, () => new Float64Array(own));
    for (let row = 0; row < count; row++) {
      const x = z.subarray(row * inputs, (row + 1) * inputs);
      for (let member = 0; member < members; member++) pass(member, x, corrections[member]);
      for (let place = 0; place < own; place++) {
        const output = first + place;
        let sum = 0;
        for (let member = 0; member < members; member++) {
          answers[member] = straightAnswer(trends[member], x, all, output) + rest[output] * corrections[member][place];
          sum += answers[member];
        }
        const middle = sum / members;
        let squares = 0;
        for (let member = 0; member < members; member++) squares += (answers[member] - middle) ** 2;
        const isLog = EMULATOR_OUTPUTS[output]?.scale === 'log'; // a beat's coordinate is not
        const value = outputMean[output] + outputSd[output] * middle;
        const apart = members > 1 ? outputSd[output] * Math.sqrt(squares / (members - 1)) : 0;
        mean[row * outputs + output] = isLog ? Math.exp(value) : value;
        spread[row * outputs + output] = isLog ? Math.exp(value) * apart : apart;
      }
    }
    first += own;
  }
  return { mean, spread };
}

/** One output of a trend. @param x  standardised inputs, [inputs] */
function straightAnswer(trend: Float64Array, x: Float64Array, outputs: number, output: number): number {
  let sum = trend[x.length * outputs + output];
  for (let input = 0; input < x.length; input++) sum += x[input] * trend[input * outputs + output];
  return sum;
}
