import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import type { CohortPart } from '../../cohorts/publish.ts';
import type { ArtifactRef } from '../../cohorts/row.ts';
import { decodeCosts, decodeRows, encodeCosts, encodeRows } from '../../cohorts/rowParts.ts';
import { TwinError } from '../../twin/errors.ts';
import { artifactUri, type Records, type Store } from '../stores/artifacts.ts';
import { artifactRef, parseJson } from './stageIndex.ts';

/** One page of a run's study. */
export interface PagePlace {
  readonly run: string;
  readonly study: ArtifactRef;
  readonly page: number;
}

const partRecord = z.strictObject({ mark: z.string(), rows: artifactRef, costs: artifactRef });

const keyOf = (kind: 'part' | 'mark', { run, study, page }: PagePlace): string =>
  `${kind}:${run}:${study.sha256}:${page}`;

/** Keys of what is on record of a page as a whole. */
export const pageKeys = (place: PagePlace): string[] => [keyOf('part', place), keyOf('mark', place)];

/**
 * Says that a row of a page was written: whatever part was gathered before is no longer read. Called after the row is there, so that
 * a part that lacks the row has another mark (docs/decisions/0065-pages-as-parts.md).
 */
export const markPage = (records: Records, place: PagePlace): Promise<void> =>
  records.writeRecord(keyOf('mark', place), randomUUID());

/** The mark that a page has now; to be read before its rows are. */
export const readMark = async (records: Records, place: PagePlace): Promise<string> =>
  (await records.readRecord(keyOf('mark', place))) ?? '';

/** Keeps the rows of a page as one part, gathered after the page had a mark. */
export async function writePart(store: Store, place: PagePlace, mark: string, part: CohortPart): Promise<void> {
  const rows = await store.put(encodeRows(part.rows), 'json');
  const costs = await store.put(encodeCosts(part.costs), 'json');
  await store.writeRecord(keyOf('part', place), canonicalJson({ mark, rows, costs }));
}

/** Rows of a page from its part; undefined where there is none, where it is damaged, or where a row was written since. */
export async function readPart(store: Store, place: PagePlace): Promise<CohortPart | undefined> {
  const text = await store.readRecord(keyOf('part', place));
  const record = text === undefined ? undefined : partRecord.safeParse(parseJson(text)).data;
  if (record === undefined || record.mark !== (await readMark(store, place))) return undefined;
  if ([record.rows, record.costs].some((ref) => ref.uri !== artifactUri(ref.sha256, 'json'))) return undefined; // a bit of it is another
  const rows = await store.get(record.rows);
  const costs = await store.get(record.costs);
  if (rows === undefined || costs === undefined) return undefined;
  try {
    return { rows: decodeRows(rows, record.rows.uri), costs: decodeCosts(costs, record.costs.uri) };
  } catch (error) {
    // A part of an older version may say less than is asked today: the subjects' own records are read instead.
    if (error instanceof TwinError) return undefined;
    throw error;
  }
}
