import { z } from 'zod';
import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import type { SampleSheetRow } from '../../cohorts/row.ts';
import { parseJson } from '../records/stageIndex.ts';
import type { Store } from '../stores/artifacts.ts';

/** A file that a visit named, and the sheet's word that it stands for: it holds as long as the sheet still says that. */
const named = z.strictObject({ path: z.string(), insteadOf: z.string() }).exactOptional();
const visitSchema = z.strictObject({ run: z.string(), subject: z.string(), ecg: named, anatomy: named });

/** The files of a subject that its visits have named, by column; paths in the data folder. */
export type Visit = z.infer<typeof visitSchema>;

/** Notes the files of a visit; those that an earlier one named for another column stay. */
export async function writeVisit(store: Store, visit: Visit): Promise<void> {
  const key = `visit:${visit.run}:${visit.subject}`;
  const before = visitSchema.safeParse(parseJson((await store.readRecord(key)) ?? '')).data;
  await store.writeRecord(key, canonicalJson({ ...before, ...visit }));
}

/** What visits of a run's subjects have named, by subject. */
export async function readVisits(store: Store, run: string): Promise<ReadonlyMap<string, Visit>> {
  const visits = new Map<string, Visit>();
  for await (const { uri } of store.list('records/visit/')) {
    const visit = visitSchema.safeParse(parseJson((await store.readListed(uri)) ?? '')).data;
    if (visit?.run === run) visits.set(visit.subject, visit);
  }
  return visits;
}

/** Rows of a sheet with what visits named; the sheet's newer word for a file wins. */
export function applyVisits(
  rows: readonly SampleSheetRow[],
  visits: ReadonlyMap<string, Visit>,
): readonly SampleSheetRow[] {
  return rows.map((row) => {
    const visit = visits.get(row.subject);
    if (visit === undefined) return row;
    const pathOf = (column: 'ecg' | 'anatomy') =>
      visit[column]?.insteadOf === row[column] ? visit[column].path : row[column];
    return { ...row, ecg: pathOf('ecg'), anatomy: pathOf('anatomy') };
  });
}
