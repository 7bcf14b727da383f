import { z } from 'zod';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import type { ArtifactRef, SampleSheetRow } from '../cohorts/row.ts';
import type { Body } from '../twin/anatomy/anatomy.ts';
import { type Store, sha256 } from './artifacts.ts';
import type { Edge } from './edge.ts';
import { encodeAnatomy, encodeBeat } from './encode.ts';
import { openInputFile, type TracedFile } from './inputFile.ts';
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

const resultSchema = z.strictObject({ made: artifactRef });

/**
 * Reads a subject's files and makes its beat and its anatomy, each unless the same files and settings made it before: a new recording of
 * the same heart costs no mesh and no lead field.
 */
export async function prepare(edge: Edge, place: SubjectPlace): Promise<Prepared> {
  const { store, science } = edge;
  const { plan, row } = await getSubject(store, place);
  const files = await openFiles(edge, plan.dataFolder, row);
  const body = bodyOf(row);
  const settings = stageSettings(plan.study);
  // The ECG first: it is refused in milliseconds, a heart takes seconds.
  const beat = await makeOnce(store, [files.ecg], {
    describe: async () => ({
      stage: 'beat',
      version: science.versions.beat,
      ecgInput: await files.ecg.hash(),
      settings: sha256(canonicalJson(settings.beat)),
    }),
    make: async () => encodeBeat(await science.prepareBeat({ ecg: files.ecg, settings: settings.beat })),
  });
  const { anatomy: heart, electrodes, torso } = files;
  const anatomy = await makeOnce(store, [heart, electrodes, torso], {
    describe: async () => ({
      stage: 'anatomy',
      version: science.versions.anatomy,
      anatomyInput: await heart.hash(),
      electrodesInput: (await electrodes?.hash()) ?? 'none',
      torsoInput: (await torso?.hash()) ?? 'none',
      body: sha256(canonicalJson(body)),
      settings: sha256(canonicalJson(settings.anatomy)),
    }),
    make: async () =>
      encodeAnatomy(
        await science.prepareAnatomy({ anatomy: heart, electrodes, torso, body, settings: settings.anatomy }),
      ),
  });
  for (const { parts } of [beat, anatomy]) await writeParts(store, place.run, row.subject, parts);
  return {
    subject: row.subject,
    anatomy: anatomy.made,
    beat: beat.made,
    anatomyInput: anatomy.parts.anatomyInput,
    ecgInput: beat.parts.ecgInput,
    wasCached: anatomy.wasCached && beat.wasCached,
  };
}

/** What was made before of the same parts; otherwise makes it, and remembers which files that took. */
async function makeOnce<Parts extends StageParts>(
  store: Store,
  files: readonly (TracedFile | null)[],
  { describe, make }: { describe: () => Promise<Parts>; make: () => Promise<Uint8Array> },
): Promise<{ readonly made: ArtifactRef; readonly parts: Parts; readonly wasCached: boolean }> {
  const known = await describe();
  const before = await findStage(store, known, resultSchema);
  if (before !== undefined) return { ...before, parts: known, wasCached: true };
  const bytes = await make().finally(async () => {
    // Also after a refusal, so that its row names the hash of everything that was looked at.
    for (const file of files) await file?.rememberTrace();
  });
  const made = await store.put(bytes, 'safetensors');
  const parts = await describe();
  await recordStage(store, parts, { made });
  return { made, parts, wasCached: false };
}

/** @throws TwinError BadInput where a file is missing */
async function openFiles({ store }: Edge, folder: string, row: SampleSheetRow) {
  const openOptional = (path: string | null) => (path === null ? null : openInputFile(store, folder, path));
  return {
    anatomy: await openInputFile(store, folder, row.anatomy),
    ecg: await openInputFile(store, folder, row.ecg),
    electrodes: await openOptional(row.electrodes),
    torso: await openOptional(row.torso),
  };
}

/** What a torso is scaled by; null where the sheet does not say all of it. */
export function bodyOf({ sex, age_y, height_cm, weight_kg }: SampleSheetRow): Body | null {
  if (sex === null || height_cm === null || weight_kg === null) return null;
  return { sex, height_cm, weight_kg, ...(age_y === null ? {} : { age_y }) };
}
