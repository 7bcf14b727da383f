import { z } from 'zod';
import type { ArtifactRef } from '../cohorts/row.ts';
import type { Control, Edge } from './edge.ts';
import { decodeAnatomy, decodeBeat, encodeTwin } from './encoding/encode.ts';
import type { Prepared } from './prepare.ts';
import { artifactRef, findStage, recordStage } from './records/stageIndex.ts';
import { calibrateParts, settingsOfStart } from './records/stageParts.ts';
import { getPlan, type SubjectPlace } from './records/study.ts';
import { writeParts } from './records/subjectRecords.ts';
import { memoryToCalibrate } from './stageMemory.ts';
import { getOrThrow } from './stores/artifactLost.ts';

export interface CalibrateInput {
  readonly place: SubjectPlace;
  readonly prepared: Pick<Prepared, 'subject' | 'anatomy' | 'beat'>;
  /** 0 at first; each further start after a failure to converge takes another seed. */
  readonly start: number;
}
export interface Calibrated {
  readonly twin: ArtifactRef;
  /** Seed and compute backend that made the twin, found or made now */
  readonly seed?: number;
  readonly backend?: string;
  readonly wasCached: boolean;
}

const resultSchema = z.object({ twin: artifactRef });

/** Fits a subject's twin to its beat, from the checkpoint of an earlier attempt where there is one. */
export async function calibrate(edge: Edge, input: CalibrateInput, control: Control): Promise<Calibrated> {
  const { store, science } = edge;
  const { place, prepared, start } = input;
  const { study } = await getPlan(store, place.study);
  const settings = settingsOfStart(study, start);
  const made = { anatomy: prepared.anatomy.sha256, beat: prepared.beat.sha256 };
  const parts = calibrateParts(science.versions, settings, made);
  const firstSettings = calibrateParts(science.versions, settingsOfStart(study, 0), made).settings;
  await writeParts(store, prepared.subject, { parts, place, ...(start === 0 ? {} : { firstSettings }) });
  // Both are among the parts (the settings', the version's), so that what is found was made with them too.
  const by = { seed: settings.seed, backend: science.backend };
  const before = await findStage(store, parts, resultSchema);
  if (before !== undefined) return { ...before, ...by, wasCached: true };

  await control.admit?.(memoryToCalibrate(prepared.anatomy));
  const anatomy = decodeAnatomy(await getOrThrow(store, prepared.anatomy), prepared.anatomy.uri);
  const beat = decodeBeat(await getOrThrow(store, prepared.beat), prepared.beat.uri);
  const fitted = await science.calibrate({ anatomy, beat, settings, ...control });
  const twin = await store.put(encodeTwin(fitted), 'safetensors');
  await recordStage(store, parts, { twin });
  return { twin, ...by, wasCached: false };
}
