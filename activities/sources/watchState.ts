import { z } from 'zod';
import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import { parseJson } from '../records/stageIndex.ts';
import type { Records } from '../stores/artifacts.ts';

/** A subject whose row was seen to be made of its files: as long as none of the tags has changed, it still is. */
export interface WatchedSubject {
  readonly subject: string;
  /** Hash of its row of the sheet */
  readonly sheetRow: string;
  /** Tag of its record in the store */
  readonly row: string;
  /** Path in the data folder and tag of every file that was read for it */
  readonly files: readonly (readonly [path: string, tag: string])[];
}

/** What a run knew of its sources when it looked last. */
export interface WatchState {
  /** Hash of settings and versions that the rows were made with; of others, nothing is known */
  readonly decidedBy: string;
  /** Hash of the study that was published last */
  readonly study: string | null;
  /** Whether the tables hold every row as it is */
  readonly isPublished: boolean;
  readonly subjects: readonly WatchedSubject[];
}

/** Subjects of one record. */
const CHUNK = 2000;

const headSchema = z.strictObject({
  decidedBy: z.string(),
  study: z.string().nullable(),
  isPublished: z.boolean(),
  chunks: z.int().nonnegative(),
});
const chunkSchema = z.strictObject({
  decidedBy: z.string(),
  subjects: z.array(
    z.strictObject({
      subject: z.string(),
      sheetRow: z.string(),
      row: z.string(),
      files: z.array(z.tuple([z.string(), z.string()])),
    }),
  ),
});

/** Undefined where the run has never looked, or what it noted cannot be read: then it looks at everything. */
export async function readWatch(records: Records, run: string): Promise<WatchState | undefined> {
  const head = headSchema.safeParse(parseJson((await records.readRecord(`watch:${run}`)) ?? '')).data;
  if (head === undefined) return undefined;
  const { chunks, ...state } = head;
  const subjects: WatchedSubject[] = [];
  for (let index = 0; index < chunks; index++) {
    const chunk = chunkSchema.safeParse(parseJson((await records.readRecord(`watch:${run}:${index}`)) ?? '')).data;
    if (chunk?.decidedBy === head.decidedBy) subjects.push(...chunk.subjects);
  }
  return { ...state, subjects };
}

/**
 * Notes what is known of the sources. Each subject's note holds by itself, so that a writer that is killed leaves nothing untrue; that
 * something is to be published is noted first, and that it was, last.
 */
export async function writeWatch(records: Records, run: string, state: WatchState): Promise<void> {
  const { subjects, decidedBy, study, isPublished } = state;
  const chunks = Math.ceil(subjects.length / CHUNK);
  const writeHead = (isTrue: boolean) =>
    records.writeRecord(`watch:${run}`, canonicalJson({ decidedBy, study, isPublished: isTrue, chunks }));
  if (!isPublished) await writeHead(false);
  for (let index = 0; index < chunks; index++) {
    const part = subjects.slice(index * CHUNK, (index + 1) * CHUNK);
    await records.writeRecord(`watch:${run}:${index}`, canonicalJson({ decidedBy, subjects: part }));
  }
  if (isPublished) await writeHead(true);
}
