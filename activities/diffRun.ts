import type { ColumnTable } from '../cohorts/analyses/table.ts';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import { type CohortDiff, type DictionaryFacts, diffCohorts } from '../cohorts/diff.ts';
import { columnsAsAsked, joinedColumns, readColumns } from '../cohorts/diffColumns.ts';
import { diffText } from '../cohorts/diffText.ts';
import { COHORT_FOLDER, partitionOf } from '../cohorts/publishLayout.ts';
import { versionFolder } from '../cohorts/versions.ts';
import { TwinError } from '../twin/errors.ts';
import { filesUnder } from './records/versions.ts';
import type { Files } from './stores/files.ts';

/** Two tables of 25,000 rows and 236 metrics are 79 MB of Parquet, and take 620 MB to compare: more than that is no work to do beside others. */
const LARGEST_bytes = 100e6;

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
  const utf8 = new TextEncoder();
  if ((await bytesOf(was)) + (await bytesOf(is)) > LARGEST_bytes) {
    const sentence = `${before} → ${after}: too large to be compared after each publication; twinfold diff compares them where there is memory\n`;
    await is.write('diff.txt', utf8.encode(sentence));
    return;
  }
  const diff = await diffTables(was, is);
  await is.write('diff.json', utf8.encode(`${canonicalJson({ before, after, ...diff }, 2)}\n`));
  await is.write('diff.txt', utf8.encode(diffText(diff, before, after)));
}

async function readTable(files: Files, name: 'cohort.parquet' | 'dictionary.parquet'): Promise<ColumnTable> {
  const bytes = await files.read(name);
  if (bytes !== undefined) return readColumns(bytes, name);
  const parts = name === 'cohort.parquet' ? await readParts(files) : [];
  if (parts.length > 0) return joinedColumns(parts);
  throw new TwinError('BadInput', `${files.address}: has no ${name}; finish the run first`);
}

/** The files of a cohort table that is divided by columns, which stand in the names of its folders. */
async function readParts(files: Files): Promise<ColumnTable[]> {
  const parts: ColumnTable[] = [];
  for await (const { path } of files.list(COHORT_FOLDER)) {
    if (!path.endsWith('.parquet')) continue;
    const bytes = await files.read(path);
    if (bytes === undefined) continue; // replaced since it was listed
    const table = readColumns(bytes, path);
    const inPath = partitionOf(path);
    const names = [...new Set([...Object.keys(inPath), ...Object.keys(table.columns)])];
    const isOwn = (column: string) => Object.hasOwn(table.columns, column);
    parts.push(
      columnsAsAsked(table.rows, names, (column) =>
        isOwn(column)
          ? (table.columns[column] ?? [])
          : new Array<string | null>(table.rows).fill(inPath[column] ?? null),
      ),
    );
  }
  return parts;
}

async function bytesOf(files: Files): Promise<number> {
  let sum = 0;
  for await (const { path, bytes } of files.list()) {
    if (path === 'cohort.parquet' || path.startsWith(`${COHORT_FOLDER}/`)) sum += bytes;
  }
  return sum;
}

/** A fake cohort, or one of another program, may have none. */
const hasTables = async (files: Files): Promise<boolean> => (await files.read('dictionary.parquet')) !== undefined;

function dictionaryOf({ columns: asked, rows }: ColumnTable): [string, DictionaryFacts][] {
  const columns = { ...asked };
  const cell = (column: string, row: number) => columns[column]?.[row] ?? null;
  return Array.from({ length: rows }, (_, row) => row)
    .filter((row) => cell('table', row) === 'cohort')
    .map((row) => {
      const [unit, source] = [cell('unit', row), String(cell('source', row) ?? '')];
      const facts = { unit: unit === null ? null : String(unit), isSheets: source.startsWith('docs/sample-sheet.md') };
      return [String(cell('column', row)), facts];
    });
}
