import { z } from 'zod';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import type { ArtifactRef } from '../cohorts/row.ts';
import type { Study } from '../cohorts/study.ts';
import { TwinError } from '../twin/errors.ts';
import type { Control, Edge } from './edge.ts';
import { decodeAnatomy, decodeTwin } from './encoding/encode.ts';
import { type CounterfactualItem, type FinishedTwin, getItem } from './records/counterfactualItems.ts';
import { findStage, recordStage, type StageParts } from './records/stageIndex.ts';
import { hashOf } from './records/stageParts.ts';
import { getPlan } from './records/study.ts';
import { memoryToCalibrate } from './stageMemory.ts';
import { getOrThrow } from './stores/artifactLost.ts';

export interface CounterfactualInput {
  readonly run: string;
  /** As `planCounterfactuals` gave it */
  readonly plan: ArtifactRef;
  /** Place in the plan */
  readonly item: number;
}

export interface CounterfactualDone {
  /** `failed`: the heart or the pair cannot be simulated; the tables say why */
  readonly status: 'done' | 'failed';
  readonly wasCached: boolean;
}

/** Raised when a simulation gives other numbers for the same hearts and twins, by kind: what did not change is found again. */
const VERSIONS = { reference: '3', swap: '1' } as const;

/** Codes that another attempt would meet again: then the reason is the result. */
const FINAL: readonly string[] = ['BadInput', 'BadAnatomy', 'BadEcg', 'NoConvergence'];

/** Simulates one item, unless the same hearts, twins and settings were simulated before. */
export async function counterfactual(
  edge: Edge,
  { run, plan: ref, item: at }: CounterfactualInput,
  control: Pick<Control, 'signal' | 'admit'>,
): Promise<CounterfactualDone> {
  const { store } = edge;
  const { plan, item } = await getItem(store, ref, at);
  const { study } = await getPlan(store, plan.study);
  const parts = counterfactualParts(edge, study, item, plan.times);
  const before = await findStage(store, parts, resultSchema);
  const result = before ?? (await simulate(edge, study, item, plan.times, control));
  if (before === undefined) await recordStage(store, parts, result);
  // Who sweeps the store keeps the stages whose parts somebody has.
  await store.writeRecord(`parts:${run}:${nameOf(item)}:counterfactual-${item.kind}`, canonicalJson({ parts }));
  return { status: 'failure' in result ? 'failed' : 'done', wasCached: before !== undefined };
}

/** What was simulated of an item; undefined where it was not, or is lost. */
export const simulatedItem = (
  edge: Edge,
  study: Study,
  item: CounterfactualItem,
  times: 'scaled' | 'kept',
): Promise<CounterfactualResult | undefined> =>
  findStage(edge.store, counterfactualParts(edge, study, item, times), resultSchema);

/** All that decides an item's numbers: for the reference no twin, which has no part in it. */
function counterfactualParts(
  { science }: Edge,
  { calibration }: Study,
  item: CounterfactualItem,
  times: 'scaled' | 'kept',
): StageParts {
  const { pmjs, layer_mm, seed, conductivity, endocardium = null, scarVelocity_mm_ms = null } = calibration;
  const common = { layer_mm, conductivity, endocardium, scarVelocity_mm_ms };
  const head = { stage: 'counterfactual', version: `${VERSIONS[item.kind]}+${science.backend}`, kind: item.kind };
  if (item.kind === 'reference')
    return { ...head, anatomy: item.anatomy.sha256, settings: hashOf({ ...common, pmjs, seed }) };
  const { female, male } = item;
  return {
    ...head,
    femaleAnatomy: female.anatomy.sha256,
    femaleTwin: female.twin.sha256,
    maleAnatomy: male.anatomy.sha256,
    maleTwin: male.twin.sha256,
    settings: hashOf({ ...common, times }),
  };
}

async function simulate(
  { store, science }: Edge,
  { calibration: settings }: Study,
  item: CounterfactualItem,
  times: 'scaled' | 'kept',
  { signal, admit }: Pick<Control, 'signal' | 'admit'>,
): Promise<CounterfactualResult> {
  const anatomyOf = async ({ anatomy }: FinishedTwin) => decodeAnatomy(await getOrThrow(store, anatomy), anatomy.uri);
  const personOf = async (person: FinishedTwin) => ({
    anatomy: await anatomyOf(person),
    twin: decodeTwin(await getOrThrow(store, person.twin), person.twin.uri),
  });
  try {
    if (item.kind === 'reference') {
      await admit?.(memoryToCalibrate(item.anatomy));
      const anatomy = await anatomyOf(item);
      const beats = await science.counterfactuals.reference({ anatomy, settings, signal });
      const leadField = anatomy.electrodeFields === undefined ? 'homogeneous' : 'body';
      return { leadField, beats: { lawFront: finite(beats.lawFront), slowFront: finite(beats.slowFront) } };
    }
    await admit?.(memoryToCalibrate(item.female.anatomy) + memoryToCalibrate(item.male.anatomy));
    const people = { female: await personOf(item.female), male: await personOf(item.male) };
    const rows = await science.counterfactuals.swap({ ...people, settings, times, signal });
    return { rows: rows.map((row) => ({ ...row, ...finite(row) })) };
  } catch (error) {
    if (!(error instanceof TwinError) || !FINAL.includes(error.code)) throw error;
    return { failure: { code: error.code, message: error.message } };
  }
}

const FEATURES = [
  'qrsDuration_ms',
  'totalActivationTime_ms',
  'qtInterval_ms',
  'qrsAmplitude_mV',
  'tAmplitude_mV',
] as const;
type StoredFeatures = Record<(typeof FEATURES)[number], number | null>;

/** JSON knows no NaN. */
const finite = (features: Readonly<Record<(typeof FEATURES)[number], number>>): StoredFeatures =>
  Object.fromEntries(
    FEATURES.map((name) => [name, Number.isFinite(features[name]) ? features[name] : null]),
  ) as StoredFeatures;

/** What an item is called among its run's records. */
const nameOf = (item: CounterfactualItem): string => (item.kind === 'reference' ? item.subject : item.pair);

const features = z.strictObject({
  qrsDuration_ms: z.number().nullable(),
  totalActivationTime_ms: z.number().nullable(),
  qtInterval_ms: z.number().nullable(),
  qrsAmplitude_mV: z.number().nullable(),
  tAmplitude_mV: z.number().nullable(),
});
const member = z.enum(['female', 'male']);
const swapRow = features.extend({
  heartShape: member,
  heartSize: member,
  heartPosition: member,
  torso: member,
  function: member,
});
const resultSchema = z.union([
  z.strictObject({
    leadField: z.enum(['body', 'homogeneous']),
    beats: z.strictObject({ lawFront: features, slowFront: features }),
  }),
  z.strictObject({ rows: z.array(swapRow) }),
  z.strictObject({ failure: z.strictObject({ code: z.string(), message: z.string() }) }),
]);
export type CounterfactualResult = z.infer<typeof resultSchema>;
