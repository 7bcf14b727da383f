import { currentVersion } from '../cohorts/versions.ts';
import type { Edge } from './edge.ts';
import { planStudy } from './planStudy.ts';
import { recordRun } from './records/runRecord.ts';
import { getPlan, PAGE_SIZE, putStudy, type StudyInput } from './records/study.ts';
import { readVersions } from './records/versions.ts';
import { readSource } from './sources/studySource.ts';
import { applyVisits, readVisits } from './sources/visits.ts';
import { openFiles } from './stores/openStore.ts';
import { allRows } from './watchSource.ts';

export interface PlanVisitsInput {
  readonly run: string;
  readonly subjects: readonly string[];
}

export interface PlannedVisits {
  /** The study as it was published last, with what visits have named since */
  readonly whole: StudyInput;
  /** The visited subjects as a study of their own, in the order of the sheet */
  readonly work: StudyInput;
  readonly places: readonly { readonly subject: string; readonly page: number; readonly position: number }[];
  /** Version of the run's tables now */
  readonly current: string | null;
}

/**
 * Plans the twins of subjects that were visited, and nothing else: what else has changed in the sheet waits for the schedule. A run that has
 * published nothing yet is planned as a whole.
 */
export async function planVisits(edge: Edge, { run, subjects }: PlanVisitsInput): Promise<PlannedVisits> {
  const { store } = edge;
  const { outFolder } = await readSource(store, run);
  const current = currentVersion(await readVersions(await openFiles(outFolder)));
  const isKept = current !== undefined && (await store.has(current.study));
  const { study: base } = isKept ? current : await planStudy(edge, { run });
  const { subjects: _, pages: __, ...plan } = await getPlan(store, base);
  const rows = applyVisits(await allRows(store, await getPlan(store, base)), await readVisits(store, run));
  const whole = await putStudy(store, plan, rows);
  await recordRun(store, { run, study: whole.study }); // who sweeps the store keeps what it names
  const wanted = new Set(subjects);
  const work = rows.filter(({ subject }) => wanted.has(subject));
  return {
    whole,
    work: await putStudy(store, { ...plan, refused: [], partOf: whole.study }, work),
    places: work.map(({ subject }, index) => ({
      subject,
      page: Math.floor(index / PAGE_SIZE),
      position: index % PAGE_SIZE,
    })),
    current: current?.version ?? null,
  };
}
