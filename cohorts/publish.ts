import type { MetricColumn } from '../twin/metrics/metric.ts';
import { costsDictionary } from './costs.ts';
import { tableToCsv } from './csv.ts';
import { type DictionaryEntry, dictionaryTable } from './dictionary.ts';
import { type CohortCounts, manifestFile, type PublishedFile } from './manifest.ts';
import { writeParquet } from './parquet.ts';
import type { SubjectRow } from './row.ts';
import { decodeRows } from './rowParts.ts';
import { type CohortColumn, cohortSchema, fillTable } from './schema.ts';
import type { Study } from './study.ts';
import { addRow, openStore, type SubjectStore, sortedRows } from './subjectStore.ts';

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

export interface PublishedCohort {
  /** `cohort.parquet`, `cohort.csv`, `quarantine.parquet`, `dictionary.parquet`, `dictionary.csv`, `manifest.json` */
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

/**
 * A cohort's rows as the files of a published run. Rows come in any order and are sorted by subject; equal rows and settings give
 * equal bytes.
 *
 * @throws TwinError BadStudy when a covariate takes the name of another column
 * @throws RangeError when a subject has two rows, or a row an unknown metric
 */
export async function publishCohort(rows: Iterable<SubjectRow>, settings: PublishSettings): Promise<PublishedCohort> {
  const store = openStore(settings.metrics);
  for (const row of rows) {
    addRow(row, store);
  }
  return publishStore(store, settings);
}

/**
 * The same from part files (`encodeRows`), read one at a time, so that memory holds the cohort once, as packed numbers.
 *
 * @throws as `publishCohort`, and TwinError BadInput on a damaged part
 */
export async function publishFromParts(
  parts: AsyncIterable<PublishedFile> | Iterable<PublishedFile>,
  settings: PublishSettings,
): Promise<PublishedCohort> {
  const store = openStore(settings.metrics);
  for await (const { name, bytes } of parts) {
    for (const row of decodeRows(bytes, name)) {
      addRow(row, store);
    }
  }
  return publishStore(store, settings);
}

async function publishStore(store: SubjectStore, settings: PublishSettings): Promise<PublishedCohort> {
  const rows = sortedRows(store);
  const columns = cohortSchema(store, settings.metrics, settings.study);
  const quarantineColumns = columns.filter(({ name }) => QUARANTINE_COLUMNS.includes(name));
  const quarantined = rows.filter(({ status }) => status === 'quarantined');
  const cohort = fillTable(columns, rows);
  const dictionary = dictionaryTable([
    ...dictionaryEntries('cohort', columns),
    ...dictionaryEntries('quarantine', quarantineColumns),
    ...costsDictionary(),
  ]);
  const files: PublishedFile[] = [
    { name: 'cohort.parquet', bytes: writeParquet(cohort) },
    { name: 'cohort.csv', bytes: utf8(tableToCsv(cohort)) },
    { name: 'quarantine.parquet', bytes: writeParquet(fillTable(quarantineColumns, quarantined)) },
    { name: 'dictionary.parquet', bytes: writeParquet(dictionary) },
    { name: 'dictionary.csv', bytes: utf8(tableToCsv(dictionary)) },
  ];
  const counts = { subjects: rows.length, done: rows.length - quarantined.length, quarantined: quarantined.length };
  return { files: [...files, await manifestFile(files, { ...settings, counts })], counts };
}

function dictionaryEntries(table: string, columns: readonly CohortColumn[]): DictionaryEntry[] {
  return columns.map(({ name, unit, description, source, type }) => ({ table, name, unit, description, source, type }));
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
