import type { PublishedFile } from '../publishedFile.ts';

/** What a file of an export is, for catalogues. */
export interface FileFacts {
  readonly title: string;
  readonly mediaType: string;
}

export const INPUTS_FILE = 'inputs.csv';
export const DATA_PACKAGE_FILE = 'datapackage.json';
export const RO_CRATE_FILE = 'ro-crate-metadata.json';

const BY_NAME: Readonly<Record<string, string>> = {
  'cohort.csv': 'The cohort table: one row a subject of the sample sheet, built or not',
  'quarantine.parquet': 'The subjects without a twin, and why',
  'draws.parquet': 'Draws from the posterior of each twin, a row for each',
  'reference.parquet': 'Every heart under one reference function',
  'swaps.parquet': 'Twins with parts exchanged between a woman and a man',
  'dictionary.csv': 'Every column of every table: type, unit, description, where it is defined',
  'dictionary.parquet': 'Every column of every table: type, unit, description, where it is defined',
  'manifest.json': 'Study, settings, versions, seed and counts of the run, and the SHA-256 of each of its files',
  [INPUTS_FILE]: 'SHA-256 of each file that each subject’s twin was made of',
  'report.html': 'The report of the cohort',
  'results.json': 'Results of the report’s analyses',
  'results.csv': 'Results of the report’s analyses',
  'estimates.csv': 'Every number of the report’s analyses in one shape',
  'regressions.csv': 'Coefficients of the report’s regressions',
  'tables/tables.json': 'The tables made from the stored twins: of which cohort, and the SHA-256 of each',
  'tables/dictionary.parquet': 'Every column of the tables made from the stored twins',
  'tables/waveforms.parquet': 'Recorded and simulated beats, a row for each lead',
  'tables/activation.parquet': 'Activation and repolarisation by segment of the ventricles',
  [DATA_PACKAGE_FILE]: 'Data Package: the tables with the type, unit and meaning of every column',
};
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
  json: 'application/json',
  html: 'text/html',
};

/** What a published file is, from its name. */
export function factsOf({ name }: Pick<PublishedFile, 'name'>): FileFacts {
  const isPart = name === 'cohort.parquet' || name.startsWith('cohort/');
  return {
    title: BY_NAME[name] ?? (isPart ? 'Rows of the cohort table, with units in the file' : name),
    mediaType: MEDIA_TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
  };
}
