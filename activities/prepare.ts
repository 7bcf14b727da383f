import { z } from 'zod';
import type { ArtifactRef } from '../cohorts/row.ts';
import type { Control, Edge } from './edge.ts';
import { encodeAnatomy, encodeBeat } from './encoding/encode.ts';
import { artifactRef, findStage, recordStage, type StageParts } from './records/stageIndex.ts';
import { anatomyParts, beatParts, bodyOf, NO_INPUT, openSubjectFiles } from './records/stageParts.ts';
import { getSubject, type SubjectPlace, stageSettings } from './records/study.ts';
import { writeParts } from './records/subjectRecords.ts';
import { whileFetching } from './sources/fetchedInput.ts';
import type { TracedFile } from './sources/inputFile.ts';
import { memoryToPrepare } from './stageMemory.ts';
import type { Store } from './stores/artifacts.ts';

export interface Prepared {
  readonly subject: string;
  readonly anatomy: ArtifactRef;
  readonly beat: ArtifactRef;
  /** Hashes of what was read */
  readonly anatomyInput: string;
  readonly ecgInput: string;
  /** Absent where the sheet names none */
  readonly electrodesInput?: string;
  readonly torsoInput?: string;
  readonly wasCached: boolean;
}

const resultSchema = z.strictObject({ made: artifactRef });

/**
 * Reads a subject's files and makes its beat and its anatomy, each unless the same files and settings made it before: a new recording of
 * the same heart costs no mesh and no lead field.
 */
export async function prepare(edge: Edge, place: SubjectPlace, control?: Pick<Control, 'admit'>): Promise<Prepared> {
  const { store, science } = edge;
  const { plan, row } = await getSubject(store, place);
  const files = await openSubjectFiles(store, plan.dataFolder, row);
  const body = bodyOf(row);
  const settings = stageSettings(plan.study);
  // The ECG first: it is refused in milliseconds, a heart takes seconds.
  const beat = await makeOnce(store, [files.ecg], {
    describe: () => beatParts(science.versions, plan.study, files),
    make: async () => encodeBeat(await science.prepareBeat({ ecg: files.ecg, settings: settings.beat })),
  });
  const { anatomy: heart, electrodes, torso } = files;
  const anatomy = await makeOnce(store, [heart, electrodes, torso], {
    describe: () => anatomyParts(science.versions, plan.study, files, row),
    make: async () => {
      await control?.admit?.(memoryToPrepare(heart, settings.anatomy.conductor !== null));
      return encodeAnatomy(
        await science.prepareAnatomy({ anatomy: heart, electrodes, torso, body, settings: settings.anatomy }),
      );
    },
  });
  for (const { parts } of [beat, anatomy]) await writeParts(store, row.subject, { parts, place });
  const { electrodesInput, torsoInput } = anatomy.parts;
  return {
    subject: row.subject,
    anatomy: anatomy.made,
    beat: beat.made,
    anatomyInput: anatomy.parts.anatomyInput,
    ecgInput: beat.parts.ecgInput,
    ...(electrodesInput === NO_INPUT ? {} : { electrodesInput }),
    ...(torsoInput === NO_INPUT ? {} : { torsoInput }),
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
  const bytes = await whileFetching(make).finally(async () => {
    // Also after a refusal, so that its row names the hash of everything that was looked at.
    for (const file of files) await file?.rememberTrace();
  });
  const made = await store.put(bytes, 'safetensors');
  const parts = await describe();
  await recordStage(store, parts, { made });
  return { made, parts, wasCached: false };
}
