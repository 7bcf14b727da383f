import { z } from 'zod';
import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import type { ArtifactRef } from '../../cohorts/row.ts';
import { type Records, recordUri, type Store } from '../stores/artifacts.ts';
import { artifactRef, parseJson } from './stageIndex.ts';

/** That a run works on a stored study: whoever sweeps the store keeps what the study names. */
export interface RunRecord {
  readonly run: string;
  readonly study: ArtifactRef;
}

const schema: z.ZodType<RunRecord> = z.strictObject({ run: z.string(), study: artifactRef });

/** Remembers that a run works on a study. Each study of a run has a record of its own; the one written last is the newest. */
export const recordRun = (records: Records, { run, study }: RunRecord): Promise<void> =>
  records.writeRecord(keyOf(run, study), canonicalJson({ run, study }));

/** Forgets a study that was a part of another and is done: it is none that anybody goes back to. */
export const forgetRun = (store: Store, { run, study }: RunRecord): Promise<void> =>
  store.remove(recordUri(keyOf(run, study)));

const keyOf = (run: string, study: ArtifactRef): string => `run:${run}:${study.sha256}`;

/** Undefined for a record that was cut short or that another version wrote. */
export const parseRunRecord = (text: string): RunRecord | undefined => schema.safeParse(parseJson(text)).data;
