import type { CohortPart } from '../cohorts/publish.ts';
import type { SubjectCost, SubjectRow } from '../cohorts/row.ts';
import type { Store } from './artifacts.ts';
import type { Edge } from './edge.ts';
import { markPage, type PagePlace, readMark, readPart, writePart } from './pageParts.ts';
import { getPage, getPlan } from './study.ts';
import { readCost, readRow, STAGES } from './subjectRecords.ts';

/** Gathers the rows of a page into one part, so that publishing need not read each subject's. */
export async function collectPage({ store }: Edge, place: PagePlace): Promise<{ readonly rows: number }> {
  const mark = await readMark(store, place);
  const part = await readRecords(store, place.run, await subjectsOf(store, place));
  await writePart(store, place, mark, part);
  return { rows: part.rows.length };
}

/**
 * Rows of a page's subjects as they are now: from the page's part, or from their own records where there is no part that will do.
 *
 * @throws Error with the subject that has no row
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
  const missing = subjects.find((subject) => !found.has(subject));
  if (missing === undefined) return part;
  throw new Error(`${missing}: run ${place.run} has no row of it; run the study again`);
}

async function subjectsOf(store: Store, { study, page }: PagePlace): Promise<string[]> {
  return (await getPage(store, await getPlan(store, study), page)).map(({ subject }) => subject);
}

async function readRecords(store: Store, run: string, subjects: readonly string[]): Promise<CohortPart> {
  const rows: SubjectRow[] = [];
  const costs: SubjectCost[] = [];
  for (const subject of subjects) {
    const row = await readRow(store, run, subject);
    if (row !== undefined) rows.push(row);
    for (const stage of STAGES) {
      const cost = await readCost(store, run, subject, stage);
      if (cost !== undefined) costs.push(cost);
    }
  }
  return { rows, costs };
}

function isOf({ rows }: CohortPart, subjects: readonly string[]): boolean {
  const found = new Set(rows.map(({ subject }) => subject));
  return rows.length === subjects.length && subjects.every((subject) => found.has(subject));
}
