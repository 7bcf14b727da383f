import { TwinError } from '../../twin/errors.ts';
import { openRandom } from '../../twin/random.ts';
import { type BeatSpace, decodeBeat, encodeBeats, findBeatSpace } from './beatSpace.ts';
import { type Conformal, calibrateIntervals, halfWidthOf } from './conformal.ts';
import { trainCorrections } from './corrections.ts';
import { BEAT_WIDTH, type Design, designRows, rowsOf } from './design.ts';
import type { InputRange } from './designBox.ts';
import { EMULATOR_OUTPUTS, toScale } from './inputs.ts';
import {
  ANATOMY,
  type BeatScore,
  type EmulatorModel,
  INPUTS,
  OUTPUTS,
  type OutputScore,
  type SplitPart,
} from './model.ts';
import type { Tensors } from './networkGradient.ts';
import { learnWhatIsKnown, refusalOf, scalingOf, standardise } from './novelty.ts';
import { type Answers, answerRows } from './openEmulator.ts';
import { DEFAULT_TRAINING, shuffled, type TrainingSettings } from './trainNetworks.ts';
import { fitTrend, residualsOf } from './trend.ts';

export interface EmulatorSettings {
  /** Coverage aimed at */
  readonly level: number;
  /** Coordinates of the beat */
  readonly components: number;
  readonly training: TrainingSettings;
}

/** Twelve coordinates leave a quarter of the beats' root mean square (docs/emulator.md); ours. */
export const DEFAULT_EMULATOR: EmulatorSettings = { level: 0.95, components: 12, training: DEFAULT_TRAINING };

export interface TrainInput {
  readonly design: Design;
  readonly settings: EmulatorSettings;
  /** sha256 of the cohort table */
  readonly cohort: string;
  /** Of the cohort's calibrated function and of the design, by FUNCTION_INPUTS */
  readonly ranges: readonly (InputRange | undefined)[];
  readonly box: readonly InputRange[];
  /** Further settings to be kept with the model */
  readonly facts: Readonly<Record<string, number | string>>;
  readonly signal?: AbortSignal;
  onEpoch?(epoch: number, of: number, validation: number): void;
}

/** Shares of the hearts that are not learned from, and the least of each. Ours. */
const SHARES = { test: [0.2, 2], calibration: [0.2, 2] } as const;
const LEAST_TRAIN = 4;

/**
 * Divides hearts, not rows, so that what is scored is a heart never seen.
 *
 * @returns which part each heart is of, [hearts]
 * @throws TwinError BadStudy with too few hearts
 */
export function splitHearts(hearts: number, seed: number): SplitPart[] {
  const parts: SplitPart[] = new Array<SplitPart>(hearts).fill('train');
  const order = shuffled(hearts, openRandom(seed, 'split'));
  let next = 0;
  for (const part of ['test', 'calibration'] as const) {
    const [share, least] = SHARES[part];
    const count = Math.max(least, Math.round(share * hearts));
    for (let at = 0; at < count; at++) if (next < hearts) parts[order[next++]] = part;
  }
  if (hearts - next < LEAST_TRAIN) {
    throw new TwinError(
      'BadStudy',
      `emulator: found ${hearts} finished twins, expected at least ${next + LEAST_TRAIN}: some hearts to learn from, others to calibrate intervals and to score on`,
    );
  }
  return parts;
}

/**
 * Learns an emulator from a design: a straight trend, ensembles of small networks on what it leaves, intervals from hearts set aside, and scores on further ones.
 *
 * @throws TwinError BadStudy with too few hearts, Cancelled, NoConvergence
 */
export async function trainEmulator(tensors: Tensors, input: TrainInput): Promise<EmulatorModel> {
  const { design, settings } = input;
  const { training, level, components } = settings;
  const parts = splitHearts(design.subjects.length, training.seed);
  const rows = partRows(design, parts);
  const taken = {
    train: rowsOf(design, rows.train),
    calibration: rowsOf(design, rows.calibration),
    test: rowsOf(design, rows.test),
  };
  const scaling = scalingOf(taken.train.inputs);
  const z = (part: SplitPart) => standardise(scaling, taken[part].inputs);
  const beats = findBeatSpace(taken.train.beats, BEAT_WIDTH, components, training.seed);
  const width = OUTPUTS + beats.spread.length;
  const own = (part: SplitPart) =>
    joined(taken[part].outputs, encodeBeats(beats, taken[part].beats), beats.spread.length);

  const { mean: outputMean, sd: outputSd } = momentsOf(own('train'), width);
  const zTrain = z('train');
  const targets = own('train').map((value, at) => (value - outputMean[at % width]) / outputSd[at % width]);
  const folds = foldsOf(taken.train.heart, training);
  const trends = Array.from({ length: training.members }, (_, member) =>
    fitTrend(
      zTrain,
      targets.map((value, at) => (folds[Math.floor(at / width)] === member ? Number.NaN : value)),
      INPUTS,
      width,
    ),
  );
  const left = trends.map((trend) => residualsOf(zTrain, targets, trend, INPUTS, width));
  const { sd: rest } = momentsOf(Float64Array.from(left.flatMap((own) => [...own])), width);
  const { signal, onEpoch } = input;
  const networks = await trainCorrections(tensors, {
    rows: { inputs: zTrain, targets: left.map((own) => own.map((value, at) => value / rest[at % width])) },
    folds,
    beats,
    settings: training,
    ...(signal && { signal }),
    ...(onEpoch && { onEpoch }),
  });

  const answering = { networks, trends, rest, outputMean, outputSd };
  const conformal = calibrate(answerRows(answering, z('calibration'), OUTPUTS), taken.calibration.outputs, level);
  const heldOut = [...rows.calibration, ...rows.test];
  const known = learnWhatIsKnown(zTrain, standardise(scaling, rowsOf(design, heldOut).inputs), design.inputs, ANATOMY);
  const zTest = z('test');
  const refused = rows.test.filter((_, at) => {
    const [from, to] = [at * INPUTS, (at + 1) * INPUTS];
    return refusalOf(known, scaling, taken.test.inputs.subarray(from, to), zTest.subarray(from, to)) !== undefined;
  });
  const asThey = heartsAsTheyAre(design);
  return {
    scaling,
    known,
    ...answering,
    beats,
    conformal,
    level,
    ...asThey,
    cohortLow: Float64Array.from(input.ranges, (range, at) => range?.low ?? input.box[at].low),
    cohortHigh: Float64Array.from(input.ranges, (range, at) => range?.high ?? input.box[at].high),
    facts: {
      cohort: input.cohort,
      settings: { ...input.facts, ...training, level, components: beats.spread.length },
      split: named(design, parts),
      rows: { train: rows.train.length, calibration: rows.calibration.length, test: rows.test.length },
      scores: scoreOutputs(answerRows(answering, zTest, OUTPUTS), taken.test.outputs, conformal),
      beat: scoreBeats(beats, answerRows(answering, zTest, width).mean, taken.test.beats),
      refused: refused.length / rows.test.length,
    },
  };
}

/** Rows of each part, in the design's order. */
export function partRows(design: Design, parts: readonly SplitPart[]): Record<SplitPart, number[]> {
  const rows: Record<SplitPart, number[]> = { train: [], calibration: [], test: [] };
  for (let row = 0; row < designRows(design); row++) rows[parts[design.heart[row]]].push(row);
  for (const [part, { length }] of Object.entries(rows)) {
    if (length === 0)
      throw new TwinError(
        'BadStudy',
        `emulator: no beat of the ${part} hearts could be simulated; ${design.skipped[0] ?? 'simulate the design again'}`,
      );
  }
  return rows;
}

function named({ subjects }: Design, parts: readonly SplitPart[]): Record<SplitPart, string[]> {
  const of = (part: SplitPart) => subjects.filter((_, heart) => parts[heart] === part);
  return { train: of('train'), calibration: of('calibration'), test: of('test') };
}

/** Anatomy inputs of each heart unchanged; hearts of which no beat could be simulated are left out. */
function heartsAsTheyAre({ subjects, heart, variant, inputs }: Design): Pick<EmulatorModel, 'subjects' | 'hearts'> {
  const names: string[] = [];
  const hearts: number[] = [];
  for (let row = 0; row < heart.length; row++) {
    const name = subjects[heart[row]];
    if (variant[row] !== 0 || names.at(-1) === name) continue;
    names.push(name);
    hearts.push(...inputs.subarray(row * INPUTS, row * INPUTS + ANATOMY));
  }
  return { subjects: names, hearts: Float64Array.from(hearts) };
}

/** Member from which each row's heart is kept, hearts in turn by the seed, [rows]. */
function foldsOf(hearts: Uint32Array, { members, seed }: TrainingSettings): Int32Array {
  const present = [...new Set(hearts)];
  const order = shuffled(present.length, openRandom(seed, 'folds'));
  const fold = new Map(present.map((heart, at) => [heart, members > 1 ? order[at] % members : -1]));
  return Int32Array.from(hearts, (heart) => fold.get(heart) ?? -1);
}

/** Features on their scales and the beat's coordinates, [rows, outputs]. */
function joined(features: Float64Array, coordinates: Float64Array, components: number): Float64Array {
  const rows = features.length / OUTPUTS;
  const out = new Float64Array(rows * (OUTPUTS + components));
  for (let row = 0; row < rows; row++) {
    for (const [at, { scale }] of EMULATOR_OUTPUTS.entries())
      out[row * (OUTPUTS + components) + at] = toScale(scale, features[row * OUTPUTS + at]);
    out.set(coordinates.subarray(row * components, (row + 1) * components), row * (OUTPUTS + components) + OUTPUTS);
  }
  return out;
}

/** Mean and standard deviation of columns over the rows that have them. */
function momentsOf(values: Float64Array, width: number): { readonly mean: Float64Array; readonly sd: Float64Array } {
  const mean = new Float64Array(width);
  const sd = new Float64Array(width);
  for (let column = 0; column < width; column++) {
    const found = values.filter((value, at) => at % width === column && !Number.isNaN(value));
    mean[column] = found.reduce((sum, value) => sum + value, 0) / found.length;
    const squares = found.reduce((sum, value) => sum + (value - mean[column]) ** 2, 0) / found.length;
    sd[column] = squares > 0 ? Math.sqrt(squares) : 1;
  }
  return { mean, sd };
}

const columnOf = (values: Float64Array, width: number, column: number): Float64Array =>
  values.filter((_, at) => at % width === column);

function calibrate({ mean, spread }: Answers, outputs: Float64Array, level: number): Conformal[] {
  const errors = outputs.map((value, at) => value - mean[at]);
  return EMULATOR_OUTPUTS.map((_, output) =>
    calibrateIntervals(columnOf(errors, OUTPUTS, output), columnOf(spread, OUTPUTS, output), level),
  );
}

/** Scores of answers against what was simulated, by EMULATOR_OUTPUTS. */
export function scoreOutputs(
  { mean, spread }: Answers,
  outputs: Float64Array,
  conformal: readonly Conformal[],
): OutputScore[] {
  return EMULATOR_OUTPUTS.map(({ name, unit }, output) => {
    let squares = 0;
    let inside = 0;
    let widths = 0;
    let rows = 0;
    const truths = columnOf(outputs, OUTPUTS, output).filter((value) => !Number.isNaN(value));
    const middle = truths.reduce((sum, value) => sum + value, 0) / truths.length;
    const variance = truths.reduce((sum, value) => sum + (value - middle) ** 2, 0);
    for (let at = output; at < outputs.length; at += OUTPUTS) {
      const error = outputs[at] - mean[at];
      if (Number.isNaN(error)) continue;
      const half = halfWidthOf(conformal[output], spread[at]);
      rows++;
      squares += error ** 2;
      widths += half;
      if (Math.abs(error) <= half) inside++;
    }
    return {
      output: name,
      unit,
      rmse: Math.sqrt(squares / rows),
      r2: 1 - squares / variance,
      coverage: inside / rows,
      halfWidth: widths / rows,
      rows,
    };
  });
}

function scoreBeats(space: BeatSpace, answers: Float64Array, beats: Float32Array): BeatScore {
  const width = OUTPUTS + space.spread.length;
  const rows = beats.length / BEAT_WIDTH;
  const coordinates = encodeBeats(space, beats);
  let [all, left, missed] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const held = decodeBeat(space, coordinates.subarray(row * space.spread.length, (row + 1) * space.spread.length));
    const predicted = decodeBeat(space, answers.subarray(row * width + OUTPUTS, (row + 1) * width));
    for (let at = 0; at < BEAT_WIDTH; at++) {
      const value = beats[row * BEAT_WIDTH + at];
      all += (value - space.mean[at]) ** 2;
      left += (value - held[at]) ** 2;
      missed += (value - predicted[at]) ** 2;
    }
  }
  const rms = (sum: number) => Math.sqrt(sum / (rows * BEAT_WIDTH));
  return { spread_mV: rms(all), reconstruction_mV: rms(left), prediction_mV: rms(missed) };
}
