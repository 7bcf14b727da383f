import { z } from 'zod';
import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import { TwinError } from '../../twin/errors.ts';
import { parseJson } from '../records/stageIndex.ts';
import type { Records } from '../stores/artifacts.ts';

/** Where a run's study lies and where its tables go, as the workers see it: paths, or addresses in a bucket. */
export interface StudySource {
  readonly studyFile: string;
  /** Where the subjects' paths start, where it is not what the study names */
  readonly data?: string;
  readonly outFolder: string;
}

const schema: z.ZodType<StudySource> = z.strictObject({
  studyFile: z.string(),
  data: z.string().exactOptional(),
  outFolder: z.string(),
});

/** Notes where a run's study lies. It stands in the store, so that workflows carry nothing but the run's name. */
export const writeSource = (records: Records, run: string, source: StudySource): Promise<void> =>
  records.writeRecord(`source:${run}`, canonicalJson(source));

/** @throws TwinError BadStudy where nobody has said it */
export async function readSource(records: Records, run: string): Promise<StudySource> {
  const text = await records.readRecord(`source:${run}`);
  const source = text === undefined ? undefined : schema.safeParse(parseJson(text)).data;
  if (source !== undefined) return source;
  throw new TwinError(
    'BadStudy',
    `run ${run}: its store does not say where its study lies; twinfold schedule create says it`,
  );
}
