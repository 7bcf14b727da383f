import type { CohortPart } from '../cohorts/publish.ts';
import type { SubjectCost, SubjectRow } from '../cohorts/row.ts';
import type { Edge } from './edge.ts';
import { inOrder } from './inOrder.ts';
import { markPage, type PagePlace, readMark, readPart, writePart } from './records/pageParts.ts';
import { getPage, getPlan } from './records/study.ts';
import { readCost, readRow, STAGES } from './records/subjectRecords.ts';
import type { Store } from './stores/artifacts.ts';

/** Subjects whose records are read at the same time: each is four small answers of a store that may be far away. */
const SUBJECTS_AHEAD = 8;

/** Gathers the rows of a page into one part, so that publishing need not read each subject's. */
export async function collectPage({ store }: Edge, place: PagePlace): Promise<{ readonly rows: number }> {
  const mark = await readMark(store, place);
  const part = await readRecords(store, place.run, await subjectsOf(store, place));
  await writePart(store, place, mark, part);
  return { rows: part.rows.length };
}

/** Rows of a page that are not there, or not whole. */
export class RowsLost extends Error {
  override readonly name = 'RowsLost';
  /** Places of their subjects on the page */
  readonly positions: readonly number[];

  constructor(run: string, subject: string, positions: readonly number[]) {
    super(`${subject}: run ${run} has no row of it; run the study again`);
    this.positions = positions;
  }
}

/**
 * Rows of a page's subjects as they are now: from the page's part, or from their own records where there is no part that will do.
 *
 * @throws RowsLost with the subjects that have no row
 */
export async function readCollected(store: Store, place: PagePlace): Promise<CohortPart> {
  const subjects = await subjectsOf(store, place);
  const collected = await readPart(store, place);
  return collected !== undefined && isOf(collected, subjects) ? collected : readPage(store, place, subjects);
}

/** The same where rows were written without the page's knowing: its part is not read, now or later. */
export async function readPatched(store: Store, place: PagePlace): Promise<CohortPart> {
  await markPage(store, place);
  return readPage(store, place, await subjectsOf(store, place));
}

async function readPage(store: Store, place: PagePlace, subjects: readonly string[]): Promise<CohortPart> {
  const part = await readRecords(store, place.run, subjects);
  const found = new Set(part.rows.map(({ subject }) => subject));
  const missing = subjects.flatMap((subject, position) => (found.has(subject) ? [] : [position]));
  const [first] = missing;
  if (first === undefined) return part;
  throw new RowsLost(place.run, subjects[first] ?? '', missing);
}

async function subjectsOf(store: Store, { study, page }: PagePlace): Promise<string[]> {
  return (await getPage(store, await getPlan(store, study), page)).map(({ subject }) => subject);
}

async function readRecords(store: Store, run: string, subjects: readonly string[]): Promise<CohortPart> {
  const rows: SubjectRow[] = [];
  const costs: SubjectCost[] = [];
  const read = async (subject: string) =>
    Promise.all([readRow(store, run, subject), ...STAGES.map((stage) => readCost(store, run, subject, stage))]);
  for await (const [row, ...stages] of inOrder(subjects.length, SUBJECTS_AHEAD, (index) =>
    read(subjects[index] ?? ''),
  )) {
    if (row !== undefined) rows.push(row);
    costs.push(...stages.filter((cost) => cost !== undefined));
  }
  return { rows, costs };
}

function isOf({ rows }: CohortPart, subjects: readonly string[]): boolean {
  const found = new Set(rows.map(({ subject }) => subject));
  return rows.length === subjects.length && subjects.every((subject) => found.has(subject));
}
