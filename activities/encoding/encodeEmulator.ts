import { z } from 'zod';
import { ensembleSizes } from '../../cohorts/emulator/corrections.ts';
import { BEAT_WIDTH } from '../../cohorts/emulator/design.ts';
import { EMULATOR_INPUTS, EMULATOR_OUTPUTS } from '../../cohorts/emulator/inputs.ts';
import { ANATOMY, type EmulatorModel, INPUTS, OUTPUTS } from '../../cohorts/emulator/model.ts';
import { layersOf, type Networks } from '../../cohorts/emulator/network.ts';
import { TwinError } from '../../twin/errors.ts';
import { jsonOf } from './encodeDesign.ts';
import { decodeTensors, encodeTensors, type Tensor, type TensorValues } from './safetensors.ts';

const FORMAT = 'twinfold-emulator/2';
/** Bounds of what a file may ask memory and time for. */
const MOST_MEMBERS = 64;
const MOST_WIDTH = 1024;
const MOST_COMPONENTS = 256;

const names = z.array(z.string());
const byPart = <T extends z.ZodType>(value: T) => z.strictObject({ train: value, calibration: value, test: value });
const share = z.number().min(0).max(1);
const factsSchema = z.strictObject({
  format: z.literal(FORMAT),
  inputs: names,
  outputs: names,
  level: z.number().gt(0).lt(1),
  members: z.int().min(1).max(MOST_MEMBERS),
  width: z.int().min(1).max(MOST_WIDTH),
  components: z.int().min(0).max(MOST_COMPONENTS),
  limit: z.number().positive(),
  conformal: z.array(z.strictObject({ floor: z.number().nonnegative(), factor: z.number().positive() })),
  subjects: names,
  facts: z.strictObject({
    cohort: z.string().regex(/^[0-9a-f]{64}$/),
    settings: z.record(z.string(), z.union([z.number(), z.string()])),
    split: byPart(names),
    rows: byPart(z.int().nonnegative()),
    scores: z.array(
      z.strictObject({
        output: z.string(),
        unit: z.string(),
        rmse: z.number(),
        r2: z.number(),
        coverage: share,
        halfWidth: z.number(),
        rows: z.int().nonnegative(),
      }),
    ),
    beat: z.strictObject({ spread_mV: z.number(), reconstruction_mV: z.number(), prediction_mV: z.number() }),
    refused: share,
  }),
});

/** Name, shape and numbers of every array of a model. */
type Part = readonly [name: string, shape: readonly number[], values: Float64Array | Float32Array];

function partsOf(model: EmulatorModel): Part[] {
  const { scaling, known, networks, beats } = model;
  const width = model.outputMean.length;
  return [
    ['inputMean', [INPUTS], scaling.mean],
    ['inputSd', [INPUTS], scaling.sd],
    ['low', [INPUTS], known.low],
    ['high', [INPUTS], known.high],
    ['covariance', [ANATOMY, ANATOMY], known.covariance],
    ['precision', [ANATOMY, ANATOMY], known.precision],
    ['outputMean', [width], model.outputMean],
    ['outputSd', [width], model.outputSd],
    ...model.trends.map((trend, member): Part => [`trend${member + 1}`, [INPUTS + 1, width], trend]),
    ['rest', [width], model.rest],
    ...networks.flatMap((ensemble, place) =>
      layersOf(ensemble).map(
        ([rows, columns], layer): Part => [
          layerName(place, layer),
          [ensemble.members, rows, columns],
          ensemble.weights[layer],
        ],
      ),
    ),
    ['beatMean', [BEAT_WIDTH], beats.mean],
    ['beatComponents', [beats.spread.length, BEAT_WIDTH], beats.components],
    ['beatSpread', [beats.spread.length], beats.spread],
    ['hearts', [model.subjects.length, ANATOMY], model.hearts],
    ['cohortLow', [INPUTS - ANATOMY], model.cohortLow],
    ['cohortHigh', [INPUTS - ANATOMY], model.cohortHigh],
  ];
}

const layerName = (ensemble: number, layer: number): string => `ensemble${ensemble + 1}.layer${layer + 1}`;

/** A model's bytes: equal models, equal bytes. */
export function encodeEmulator(model: EmulatorModel): Uint8Array {
  const { known, level, conformal, networks, beats, subjects, facts } = model;
  const head: z.infer<typeof factsSchema> = {
    format: FORMAT,
    inputs: EMULATOR_INPUTS.map(({ name }) => name),
    outputs: EMULATOR_OUTPUTS.map(({ name }) => name),
    level,
    members: networks[0].members,
    width: networks[0].width,
    components: beats.spread.length,
    limit: known.limit,
    conformal: conformal.map(({ floor, factor }) => ({ floor, factor })),
    subjects: [...subjects],
    facts: structuredClone(facts) as z.infer<typeof factsSchema>['facts'],
  };
  const arrays: Record<string, Tensor> = {};
  for (const [name, shape, values] of partsOf(model)) arrays[name] = { shape: [...shape], values };
  return encodeTensors({ arrays, metadata: { facts: JSON.stringify(head) } });
}

/**
 * A model of its bytes. Sizes, bounds and finiteness of everything are looked at before any of it is used: the file may come from anywhere.
 *
 * @throws TwinError BadInput where it is no emulator, or one of other inputs and outputs
 */
export function decodeEmulator(bytes: Uint8Array, name: string): EmulatorModel {
  const { arrays, metadata } = decodeTensors(bytes, name);
  const refuse = (found: string) =>
    new TwinError('BadInput', `${name}: ${found}; train it again: twinfold emulate train RUN`);
  const parsed = factsSchema.safeParse(jsonOf(metadata.facts));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`is no emulator (${issue?.path.join('.') || 'its facts'}: ${issue?.message ?? 'unreadable'})`);
  }
  const head = parsed.data;
  if (head.inputs.join() !== EMULATOR_INPUTS.map(({ name: input }) => input).join())
    throw refuse('was learned on other inputs');
  if (head.outputs.join() !== EMULATOR_OUTPUTS.map(({ name: output }) => output).join())
    throw refuse('gives other outputs');
  if (head.conformal.length !== OUTPUTS)
    throw refuse(`has intervals of ${head.conformal.length} outputs, expected ${OUTPUTS}`);
  const { members, width, components, subjects } = head;
  const outputs = OUTPUTS + components;
  const get = <A extends Float64Array | Float32Array>(key: string, type: new () => A, shape: readonly number[]): A => {
    const values: TensorValues | undefined = arrays[key]?.values;
    if (!(values instanceof type) || arrays[key].shape.join() !== shape.join()) {
      throw refuse(`${key} is not ${type.name} of shape [${shape.join(', ')}]`);
    }
    if (!values.every((value: number) => Number.isFinite(value))) throw refuse(`${key} holds what is no number`);
    return values;
  };
  const f64 = (key: string, ...shape: number[]) => get(key, Float64Array, shape);
  const positive = (key: string, ...shape: number[]) => {
    const values = f64(key, ...shape);
    if (!values.every((value) => value > 0)) throw refuse(`${key} holds a deviation that is not positive`);
    return values;
  };
  const networks = ensembleSizes(components).map((own, place): Networks => {
    const shape = { inputs: INPUTS, width, outputs: own };
    const [one, two, three] = layersOf(shape).map(([rows, columns], layer) =>
      get(layerName(place, layer), Float32Array, [members, rows, columns]),
    );
    return { ...shape, members, weights: [one, two, three] };
  });
  return {
    scaling: { mean: f64('inputMean', INPUTS), sd: positive('inputSd', INPUTS) },
    known: {
      low: f64('low', INPUTS),
      high: f64('high', INPUTS),
      covariance: f64('covariance', ANATOMY, ANATOMY),
      precision: f64('precision', ANATOMY, ANATOMY),
      limit: head.limit,
    },
    outputMean: f64('outputMean', outputs),
    outputSd: positive('outputSd', outputs),
    trends: Array.from({ length: members }, (_, member) => f64(`trend${member + 1}`, INPUTS + 1, outputs)),
    rest: positive('rest', outputs),
    networks,
    beats: {
      mean: f64('beatMean', BEAT_WIDTH),
      components: f64('beatComponents', components, BEAT_WIDTH),
      spread: f64('beatSpread', components),
    },
    conformal: head.conformal,
    level: head.level,
    subjects,
    hearts: f64('hearts', subjects.length, ANATOMY),
    cohortLow: f64('cohortLow', INPUTS - ANATOMY),
    cohortHigh: f64('cohortHigh', INPUTS - ANATOMY),
    facts: head.facts,
  };
}
