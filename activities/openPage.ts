import type { ArtifactRef } from '../cohorts/row.ts';
import type { Edge } from './edge.ts';
import { recordRun } from './records/runRecord.ts';
import { getPage, getPlan } from './records/study.ts';
import { readRow } from './records/subjectRecords.ts';

export interface OpenPageInput {
  readonly run: string;
  readonly study: ArtifactRef;
  readonly page: number;
  /** `quarantined`: only those whose row says so */
  readonly subjects: 'all' | 'quarantined';
}

/** Positions of a page's subjects that are to be built, ascending. */
export async function openPage({ store }: Edge, input: OpenPageInput): Promise<{ readonly positions: number[] }> {
  const plan = await getPlan(store, input.study);
  if (input.page === 0) {
    // Whoever started the run. The whole is the newer one, so that a sweeper keeps it longer than its parts.
    await recordRun(store, { run: input.run, study: input.study });
    if (plan.partOf !== undefined) await recordRun(store, { run: input.run, study: plan.partOf });
  }
  const rows = await getPage(store, plan, input.page);
  const positions: number[] = [];
  for (const [position, { subject }] of rows.entries()) {
    const isWanted = input.subjects === 'all' || (await readRow(store, input.run, subject))?.status === 'quarantined';
    if (isWanted) positions.push(position);
  }
  return { positions };
}
