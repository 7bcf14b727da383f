import { z } from 'zod';
import type { ArtifactRef } from '../../cohorts/row.ts';
import type { Records } from '../stores/artifacts.ts';
import { artifactRef, parseJson, stageKey } from './stageIndex.ts';
import { readParts } from './subjectRecords.ts';

const stageSchema = z.object({
  result: z.union([z.looseObject({ made: artifactRef }), z.looseObject({ twin: artifactRef })]),
});

/** References to a subject's artifacts, where stages recorded them. */
export type RecordedArtifacts = Readonly<Partial<Record<'anatomy' | 'beat' | 'twin', ArtifactRef>>>;

/** What a run made of a subject, as its stages recorded it, whether or not the bytes are there. */
export async function recordedArtifacts(records: Records, run: string, subject: string): Promise<RecordedArtifacts> {
  const made: Partial<Record<'anatomy' | 'beat' | 'twin', ArtifactRef>> = {};
  for (const [name, stage] of [
    ['anatomy', 'anatomy'],
    ['beat', 'beat'],
    ['twin', 'calibrate'],
  ] as const) {
    const parts = await readParts(records, run, subject, stage);
    const text = parts && (await records.readRecord(stageKey(parts)));
    const result = text === undefined ? undefined : stageSchema.safeParse(parseJson(text)).data?.result;
    if (result === undefined) continue;
    made[name] = 'made' in result ? artifactRef.parse(result.made) : artifactRef.parse(result.twin);
  }
  return made;
}
