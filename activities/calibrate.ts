import { z } from 'zod';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import type { ArtifactRef } from '../cohorts/row.ts';
import { getOrThrow } from './artifactLost.ts';
import { sha256 } from './artifacts.ts';
import type { Control, Edge } from './edge.ts';
import { decodeAnatomy, decodeBeat, encodeTwin } from './encode.ts';
import type { Prepared } from './prepare.ts';
import { artifactRef, findStage, recordStage, type StageParts } from './stageIndex.ts';
import { getPlan, type SubjectPlace } from './study.ts';
import { writeParts } from './subjectRecords.ts';

export interface CalibrateInput {
  readonly place: SubjectPlace;
  readonly prepared: Pick<Prepared, 'subject' | 'anatomy' | 'beat'>;
  /** 0 at first; each further start after a failure to converge takes another seed. */
  readonly start: number;
}
export interface Calibrated {
  readonly twin: ArtifactRef;
  readonly wasCached: boolean;
}

const resultSchema = z.strictObject({ twin: artifactRef });

/** Fits a subject's twin to its beat, from the checkpoint of an earlier attempt where there is one. */
export async function calibrate(edge: Edge, input: CalibrateInput, control: Control): Promise<Calibrated> {
  const { store, science } = edge;
  const { place, prepared, start } = input;
  const { study } = await getPlan(store, place.study);
  const settings = { ...study.calibration, seed: study.calibration.seed + start };
  const parts: StageParts = {
    stage: 'calibrate',
    version: science.versions.calibrate,
    anatomy: prepared.anatomy.sha256,
    beat: prepared.beat.sha256,
    settings: sha256(canonicalJson(settings)),
  };
  await writeParts(store, place.run, prepared.subject, parts);
  const before = await findStage(store, parts, resultSchema);
  if (before !== undefined) return { ...before, wasCached: true };

  const anatomy = decodeAnatomy(await getOrThrow(store, prepared.anatomy), prepared.anatomy.uri);
  const beat = decodeBeat(await getOrThrow(store, prepared.beat), prepared.beat.uri);
  const made = await science.calibrate({ anatomy, beat, settings, ...control });
  const twin = await store.put(encodeTwin(made), 'safetensors');
  await recordStage(store, parts, { twin });
  return { twin, wasCached: false };
}
