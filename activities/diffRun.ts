import type { ColumnTable } from '../cohorts/analyses/table.ts';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import { type CohortDiff, type DictionaryFacts, diffCohorts } from '../cohorts/diff.ts';
import { diffText } from '../cohorts/diffText.ts';
import { COHORT_FOLDER, partitionOf } from '../cohorts/publishLayout.ts';
import { readCohort } from '../cohorts/readCohort.ts';
import { versionFolder } from '../cohorts/versions.ts';
import { TwinError } from '../twin/errors.ts';
import type { Files } from './files.ts';
import { filesUnder } from './versions.ts';

/** Where one of two tables lies: a run's published files, or those of one of its versions. */
export const tablesOf = (files: Files, version: string | undefined): Files =>
  version === undefined ? files : filesUnder(files, `${versionFolder(version)}/`);

/**
 * Compares the tables in two places.
 *
 * @throws TwinError BadInput where one of them has none
 */
export async function diffTables(before: Files, after: Files): Promise<CohortDiff> {
  const [was, is] = [await readTable(before, 'cohort.parquet'), await readTable(after, 'cohort.parquet')];
  const dictionary = new Map([
    ...dictionaryOf(await readTable(before, 'dictionary.parquet')),
    ...dictionaryOf(await readTable(after, 'dictionary.parquet')),
  ]);
  return diffCohorts({ before: was, after: is, dictionary });
}

/** Writes what a version changes beside its tables, as `diff.json` and `diff.txt`. Versions without a cohort table have no diff. */
export async function writeDiff(files: Files, before: string, after: string): Promise<void> {
  const [was, is] = [tablesOf(files, before), tablesOf(files, after)];
  if (!(await hasTables(was)) || !(await hasTables(is))) return;
  const diff = await diffTables(was, is);
  const utf8 = new TextEncoder();
  await is.write('diff.json', utf8.encode(`${canonicalJson({ before, after, ...diff }, 2)}\n`));
  await is.write('diff.txt', utf8.encode(diffText(diff, before, after)));
}

async function readTable(files: Files, name: 'cohort.parquet' | 'dictionary.parquet'): Promise<ColumnTable> {
  const bytes = await files.read(name);
  if (bytes !== undefined) return readCohort(bytes, name);
  const parts = name === 'cohort.parquet' ? await readParts(files) : [];
  if (parts.length > 0) return joined(parts);
  throw new TwinError('BadInput', `${files.address}: has no ${name}; finish the run first`);
}

/** The files of a cohort table that is divided by columns, which stand in the names of its folders. */
async function readParts(files: Files): Promise<ColumnTable[]> {
  const parts: ColumnTable[] = [];
  for await (const { path } of files.list(COHORT_FOLDER)) {
    if (!path.endsWith('.parquet')) continue;
    const bytes = await files.read(path);
    if (bytes === undefined) continue; // replaced since it was listed
    const table = readCohort(bytes, path);
    const own = Object.entries(partitionOf(path)).filter(([column]) => table.columns[column] === undefined);
    const columns = own.map(([column, value]) => [column, new Array<string | null>(table.rows).fill(value)] as const);
    parts.push({ rows: table.rows, columns: { ...Object.fromEntries(columns), ...table.columns } });
  }
  return parts;
}

function joined(parts: readonly ColumnTable[]): ColumnTable {
  const names = [...new Set(parts.flatMap(({ columns }) => Object.keys(columns)))];
  const cells = (name: string) =>
    parts.flatMap(({ columns, rows }) => columns[name] ?? new Array<null>(rows).fill(null));
  return {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    columns: Object.fromEntries(names.map((name) => [name, cells(name)])),
  };
}

/** A fake cohort, or one of another program, may have none. */
const hasTables = async (files: Files): Promise<boolean> => (await files.read('dictionary.parquet')) !== undefined;

function dictionaryOf({ columns, rows }: ColumnTable): [string, DictionaryFacts][] {
  const cell = (column: string, row: number) => columns[column]?.[row] ?? null;
  return Array.from({ length: rows }, (_, row) => row)
    .filter((row) => cell('table', row) === 'cohort')
    .map((row) => {
      const [unit, source] = [cell('unit', row), String(cell('source', row) ?? '')];
      const facts = { unit: unit === null ? null : String(unit), isSheets: source.startsWith('docs/sample-sheet.md') };
      return [String(cell('column', row)), facts];
    });
}
