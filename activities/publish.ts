import { refusedSubjectRow } from '../cohorts/refused.ts';
import type { ArtifactRef, SubjectCost, SubjectRow } from '../cohorts/row.ts';
import { sha256 } from './artifacts.ts';
import type { Edge } from './edge.ts';
import { openFiles } from './openStore.ts';
import { getPage, getPlan } from './study.ts';
import { readCost, readRow, STAGES } from './subjectRecords.ts';
import { openPublication } from './versions.ts';

export interface PublishInput {
  readonly run: string;
  readonly study: ArtifactRef;
  /** Whether the tables become a version that waits for a word, and the run's own stay as they are */
  readonly isHeld?: boolean;
  /** Twins that were computed for these tables rather than found; noted with their version */
  readonly computed?: number;
}
export interface Published {
  readonly subjects: number;
  readonly quarantined: number;
  /** sha256 by file name */
  readonly files: Readonly<Record<string, string>>;
}

/** Collects the rows of every subject of a study, in the order of their names, and publishes the cohort's tables. */
export async function publish(edge: Edge, input: PublishInput): Promise<Published> {
  const { run, study: ref, isHeld = false, computed = null } = input;
  const { store } = edge;
  const plan = await getPlan(store, ref);
  const rows: SubjectRow[] = [];
  const costs: SubjectCost[] = [];
  for (let page = 0; page < plan.pages.length; page++) {
    for (const { subject } of await getPage(store, plan, page)) {
      const row = await readRow(store, run, subject);
      if (row === undefined) throw new Error(`${subject}: run ${run} has no row of it; run the study again`);
      rows.push(row);
      for (const stage of STAGES) {
        const cost = await readCost(store, run, subject, stage);
        if (cost !== undefined) costs.push(cost);
      }
    }
  }
  rows.push(...plan.refused.map(refusedSubjectRow));
  rows.sort((a, b) => (a.subject < b.subject ? -1 : 1));
  costs.sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0)); // stages keep their order
  const { out, keep } = openPublication(await openFiles(plan.outFolder), { isHeld });
  const files: Record<string, string> = {};
  for (const { name, bytes } of await edge.publish({ run, plan, rows, costs })) {
    await out.write(name, bytes);
    files[name] = sha256(bytes);
  }
  const quarantined = rows.filter(({ status }) => status === 'quarantined').length;
  const counts = { subjects: rows.length, done: rows.length - quarantined, quarantined };
  await keep(Object.keys(files), { study: ref, counts, computed });
  return { subjects: rows.length, quarantined, files };
}
