import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MetricColumn } from '../twin/metrics/metric.ts';
import { costsDictionary, costsTable } from './costs.ts';
import { csvHeader, csvRows, tableToCsv } from './csv.ts';
import { type DictionaryEntry, dictionaryTable } from './dictionary.ts';
import { drawsDictionary, drawsTable } from './drawsTable.ts';
import { type CohortCounts, manifestFile } from './manifest.ts';
import { ROW_GROUP_ROWS, writeParquet } from './parquet.ts';
import { hashFile, type MadeFile, type PublishedFile } from './publishedFile.ts';
import { openLayout } from './publishLayout.ts';
import { joinParquet, joinTable, type PartFiles } from './publishParquet.ts';
import type { SubjectCost, SubjectRow } from './row.ts';
import { type CohortColumn, cohortSchema, fillTable } from './schema.ts';
import type { Study } from './study.ts';
import { openSubjectStore, type SubjectStore } from './subjectStore.ts';

/** What a cohort is published with, beside its rows. */
export interface PublishSettings {
  readonly study: Study;
  /** Columns of `twin/metrics`, in their order */
  readonly metrics: readonly MetricColumn[];
  /** Version of each part that shaped the table: `{twinfold: '0.1.0'}` */
  readonly versions: Readonly<Record<string, string>>;
  /** sha256 of the sheet and the study file, by `sheet` and `study` */
  readonly inputs: Readonly<Record<string, string>>;
}

/** Some subjects of a cohort: their rows, and what their stages cost. */
export interface CohortPart {
  readonly rows: readonly SubjectRow[];
  readonly costs: readonly SubjectCost[];
}

/** Where a cohort is made, and what becomes of each file as soon as it is. */
export interface PublishPlace {
  /** An empty folder on a local disk, with room for about three times the tables; the caller removes it. */
  readonly scratch: string;
  /** Takes a file out of the scratch folder. */
  readonly take: (file: MadeFile) => Promise<void>;
}

export interface PublishedCohort {
  /** In the order in which they were made; the manifest is the last */
  readonly files: readonly PublishedFile[];
  readonly counts: CohortCounts;
}

const QUARANTINE_COLUMNS: readonly string[] = [
  'subject',
  'failureStage',
  'failureCode',
  'failureMessage',
  'findings',
  'anatomyInputSha256',
  'ecgInputSha256',
  'settingsSha256',
];

/** Rows whose text is made at once. */
const CSV_ROWS = 500;

/**
 * A cohort's rows as the files of a published run. Parts come in any order and of any size, and rows are sorted by subject: equal rows and
 * settings give equal bytes. Memory holds 5,000 rows and the subjects' names, however many rows there are
 * (docs/decisions/0064-published-through-files.md).
 *
 * @throws TwinError BadStudy when a covariate takes the name of another column, or the layout does not fit the table
 * @throws RangeError when a subject has two rows, or a row an unknown metric
 */
export async function publishCohort(
  parts: AsyncIterable<CohortPart> | Iterable<CohortPart>,
  settings: PublishSettings,
  { scratch, take }: PublishPlace,
): Promise<PublishedCohort> {
  const store = openSubjectStore(join(scratch, 'rows'), settings.metrics);
  try {
    for await (const part of parts) addPart(part, store);
    const columns = cohortSchema(store, settings.metrics, settings.study);
    const written = writeParts(store, columns, settings, scratch);
    const files: PublishedFile[] = [];
    const pass = async (name: string, isListed = true): Promise<void> => {
      const localFile = join(scratch, name);
      const file = { name, ...(await hashFile(localFile)) };
      await take({ ...file, localFile });
      if (isListed) files.push(file);
    };

    await joinParquet(written.parts, scratch, async (name) => pass(name, name !== 'costs.parquet'));
    await pass('cohort.csv');
    if (written.draws.length > 0) {
      await joinTable(join(scratch, 'draws.parquet'), written.draws, scratch);
      await pass('draws.parquet');
    }
    const quarantineColumns = columns.filter(({ name }) => QUARANTINE_COLUMNS.includes(name));
    const dictionary = dictionaryTable([
      ...dictionaryEntries('cohort', columns),
      ...dictionaryEntries('quarantine', quarantineColumns),
      ...costsDictionary(),
      ...(written.draws.length > 0 ? drawsDictionary(settings.metrics) : []),
    ]);
    writeFileSync(join(scratch, 'dictionary.parquet'), writeParquet(dictionary));
    await pass('dictionary.parquet');
    writeFileSync(join(scratch, 'dictionary.csv'), tableToCsv(dictionary));
    await pass('dictionary.csv');
    writeFileSync(join(scratch, 'manifest.json'), manifestFile(files, { ...settings, counts: written.counts }));
    await pass('manifest.json');
    return { files, counts: written.counts };
  } finally {
    store.close();
  }
}

function addPart({ rows, costs }: CohortPart, store: SubjectStore): void {
  const bySubject = Map.groupBy(costs, ({ subject }) => subject);
  for (const row of rows) store.add(row, bySubject.get(row.subject) ?? []);
}

/** The rows in order, as Parquet files of one row group each, and as CSV. */
function writeParts(
  store: SubjectStore,
  columns: readonly CohortColumn[],
  { study, metrics }: PublishSettings,
  scratch: string,
): { readonly parts: PartFiles; readonly draws: readonly string[]; readonly counts: CohortCounts } {
  const layout = openLayout(study.publish, columns);
  const cohort: string[] = [];
  const costs: string[] = [];
  const draws: string[] = [];
  const write = (list: string[], folder: string, bytes: Uint8Array) => {
    const path = join(scratch, 'parts', folder, `${String(list.length).padStart(6, '0')}.parquet`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    list.push(path);
  };
  const csv = join(scratch, 'cohort.csv');
  writeFileSync(csv, csvHeader(columns));
  let subjects = 0;
  let quarantined = 0;
  for (const rows of store.sorted(ROW_GROUP_ROWS)) {
    for (const row of rows) {
      layout.add(row);
      if (row.status === 'quarantined') quarantined++;
    }
    subjects += rows.length;
    const table = fillTable(columns, rows);
    for (let first = 0; first < rows.length; first += CSV_ROWS) {
      appendFileSync(csv, csvRows(table, first, Math.min(first + CSV_ROWS, rows.length)));
    }
    write(cohort, 'cohort', writeParquet(table));
    write(costs, 'costs', writeParquet(costsTable(rows.flatMap((row) => row.costs))));
    const drawn = drawsTable(rows, metrics);
    if (drawn.rows > 0) write(draws, 'draws', writeParquet(drawn));
  }
  // A table without rows still has its columns.
  if (cohort.length === 0) write(cohort, 'cohort', writeParquet(fillTable(columns, [])));
  if (costs.length === 0) write(costs, 'costs', writeParquet(costsTable([])));
  const quarantine = columns.filter(({ name }) => QUARANTINE_COLUMNS.includes(name));
  return {
    parts: {
      cohort,
      costs,
      files: layout.files(),
      emptyOf: (names) =>
        writeParquet(
          fillTable(
            columns.filter(({ name }) => names.includes(name)),
            [],
          ),
        ),
      columns: columns.map(({ name }) => name),
      quarantineColumns: quarantine.map(({ name }) => name),
    },
    draws,
    counts: { subjects, done: subjects - quarantined, quarantined },
  };
}

function dictionaryEntries(table: string, columns: readonly CohortColumn[]): DictionaryEntry[] {
  return columns.map(({ name, unit, description, source, type }) => ({ table, name, unit, description, source, type }));
}
