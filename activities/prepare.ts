import { z } from 'zod';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import type { ArtifactRef, SampleSheetRow } from '../cohorts/row.ts';
import type { Body } from '../twin/anatomy/anatomy.ts';
import { sha256 } from './artifacts.ts';
import type { Edge } from './edge.ts';
import { encodeAnatomy, encodeBeat } from './encode.ts';
import { openInputFile } from './inputFile.ts';
import { artifactRef, findStage, recordStage, type StageParts } from './stageIndex.ts';
import { getSubject, type SubjectPlace, stageSettings } from './study.ts';
import { writeParts } from './subjectRecords.ts';

export interface Prepared {
  readonly subject: string;
  readonly anatomy: ArtifactRef;
  readonly beat: ArtifactRef;
  /** Hashes of what was read */
  readonly anatomyInput: string;
  readonly ecgInput: string;
  readonly wasCached: boolean;
}

const resultSchema = z.strictObject({ anatomy: artifactRef, beat: artifactRef });

/** Reads a subject's files and makes its anatomy and its beat, unless the same files and settings made them before. */
export async function prepare(edge: Edge, place: SubjectPlace): Promise<Prepared> {
  const { store, science } = edge;
  const { plan, row } = await getSubject(store, place);
  const files = await openFiles(edge, plan.dataFolder, row);
  const body = bodyOf(row);
  const settings = stageSettings(plan.study).prepare;
  const describe = async () => {
    const inputs = { anatomyInput: await files.anatomy.hash(), ecgInput: await files.ecg.hash() };
    const electrodesInput = (await files.electrodes?.hash()) ?? 'none';
    const parts: StageParts = {
      stage: 'prepare',
      version: science.versions.prepare,
      ...inputs,
      electrodesInput,
      body: sha256(canonicalJson(body)),
      settings: sha256(canonicalJson(settings)),
    };
    return { inputs, parts };
  };

  const known = await describe();
  const before = await findStage(store, known.parts, resultSchema);
  if (before !== undefined) {
    await writeParts(store, place.run, row.subject, known.parts);
    return { subject: row.subject, ...before, ...known.inputs, wasCached: true };
  }
  const made = await science.prepare({ ...files, body, settings }).finally(async () => {
    // Also after a refusal, so that its row names the hash of everything that was looked at.
    await files.anatomy.rememberTrace();
    await files.ecg.rememberTrace();
    await files.electrodes?.rememberTrace();
  });
  const anatomy = await store.put(encodeAnatomy(made.anatomy), 'safetensors');
  const beat = await store.put(encodeBeat(made.beat), 'safetensors');
  const { inputs, parts } = await describe();
  await recordStage(store, parts, { anatomy, beat });
  await writeParts(store, place.run, row.subject, parts);
  return { subject: row.subject, anatomy, beat, ...inputs, wasCached: false };
}

/** @throws TwinError BadInput where a file is missing */
async function openFiles({ store }: Edge, folder: string, row: SampleSheetRow) {
  return {
    anatomy: await openInputFile(store, folder, row.anatomy),
    ecg: await openInputFile(store, folder, row.ecg),
    electrodes: row.electrodes === null ? null : await openInputFile(store, folder, row.electrodes),
  };
}

/** What a torso is scaled by; null where the sheet does not say all of it. */
export function bodyOf({ sex, height_cm, weight_kg }: SampleSheetRow): Body | null {
  return sex === null || height_cm === null || weight_kg === null ? null : { sex, height_cm, weight_kg };
}
