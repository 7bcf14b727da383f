import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { TwinError } from '../twin/errors.ts';
import { globSafe, identifier, literal } from './duckdbText.ts';
import { BESIDE_TABLES, ESTIMATES_FILE, type PublishedTableName, TABLES, tableFiles } from './publishedTables.ts';
import { partitionOf } from './publishLayout.ts';
import { findDerived } from './waveforms/derivedTables.ts';

/** Numbers of `estimates.csv`; all else in it is text. */
const ESTIMATE_NUMBERS: readonly string[] = [
  'estimate',
  'low',
  'high',
  'std_error',
  'p_value',
  'p_adjusted',
  'women',
  'men',
];

/**
 * Makes a view of each table of a published folder: `cohort`, `quarantine`, `dictionary`; where they are there `costs`, `waveforms` and `activation`,
 * `reference`, `swaps`, `draws`; and `estimates` as a table, for it comes from text.
 *
 * @param schema  that the views stand in, which is there
 * @returns the files that the views read
 * @throws TwinError BadInput where a table is missing or damaged
 */
export async function createTableViews(
  connection: DuckDBConnection,
  folder: string,
  schema: string,
): Promise<readonly string[]> {
  const paths: string[] = [];
  const derived = await findDerived(folder);
  const read = (files: readonly string[]) => `read_parquet([${files.map(quotedPath).join(', ')}])`;
  const view = async (table: string, files: readonly string[], select: string) => {
    try {
      await connection.run(`CREATE VIEW ${identifier(schema)}.${identifier(table)} AS ${select}`);
    } catch (error) {
      // DuckDB tells of a damaged file by throwing.
      throw new TwinError('BadInput', `${files[0]} cannot be read: ${firstLine(error)}`);
    }
    paths.push(...files);
  };
  // The dictionary first: it says in which order the columns of a divided table stand.
  for (const table of TABLES.toReversed()) {
    const names = await tableFiles(folder, table);
    const files = names.map((name) => join(resolve(folder), name));
    const absent = files.find((path) => !existsSync(path));
    if (absent !== undefined) {
      if (table === 'costs') continue;
      throw new TwinError('BadInput', `${absent} is not there, though the manifest lists it; publish again`);
    }
    if (table === 'dictionary') {
      const all = [...files, ...(derived === undefined ? [] : [derived.dictionary])];
      await view(table, all, `SELECT * FROM ${read(all)}`);
    } else await view(table, files, await selectTable(connection, table, names, files, schema));
  }
  for (const { table, path } of derived?.tables ?? []) await view(table, [path], `SELECT * FROM ${read([path])}`);
  for (const table of BESIDE_TABLES) {
    const path = join(resolve(folder), `${table}.parquet`);
    if (existsSync(path)) await view(table, [path], `SELECT * FROM ${read([path])}`);
  }
  await createEstimates(connection, join(resolve(folder), ESTIMATES_FILE), schema);
  return paths;
}

/** What a table's files say, one after the other, with the columns that their folders stand for. */
async function selectTable(
  connection: DuckDBConnection,
  table: PublishedTableName,
  names: readonly string[],
  files: readonly string[],
  schema: string,
): Promise<string> {
  const [first = ''] = names;
  const isDivided = Object.keys(partitionOf(first)).length > 0;
  const typeOf = isDivided ? await typesOf(connection, table, schema) : new Map<string, string>();
  const columns = isDivided ? [...typeOf.keys()].map(identifier).join(', ') : '*';
  const byFolder = Map.groupBy(names.keys(), (index) => folderOf(names[index] ?? ''));
  const selects = [...byFolder].map(([folder, indices]) => {
    const paths = indices.map((index) => quotedPath(files[index] ?? '')).join(', ');
    const values = Object.entries(partitionOf(folder)).map(([column, value]) => {
      const text = value === null ? 'NULL' : literal(value);
      return `, CAST(${text} AS ${typeOf.get(column) === 'number' ? 'DOUBLE' : 'VARCHAR'}) AS ${identifier(column)}`;
    });
    // Folders above the run's may look like partitions too.
    return `SELECT ${columns} FROM (SELECT *${values.join('')} FROM read_parquet([${paths}], hive_partitioning = false))`;
  });
  return selects.join(' UNION ALL ');
}

/** Type by column of a table, in the table's order, as the dictionary has them. */
async function typesOf(connection: DuckDBConnection, table: string, schema: string): Promise<Map<string, string>> {
  const found = await connection.runAndReadAll(
    `SELECT "column", "type" FROM ${identifier(schema)}.dictionary WHERE "table" = ${literal(table)}`,
  );
  return new Map(found.getRowsJson().map(([column, type]) => [String(column), String(type)]));
}

async function createEstimates(connection: DuckDBConnection, path: string, schema: string): Promise<void> {
  if (!existsSync(path)) return;
  const source = `read_csv(${quotedPath(path)}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"')`;
  try {
    const columns = (await connection.runAndReadAll(`SELECT * FROM ${source} LIMIT 0`)).columnNames();
    const cells = columns.map((name) =>
      ESTIMATE_NUMBERS.includes(name)
        ? `TRY_CAST(${identifier(name)} AS DOUBLE) AS ${identifier(name)}`
        : identifier(name),
    );
    await connection.run(`CREATE TABLE ${identifier(schema)}.estimates AS SELECT ${cells.join(', ')} FROM ${source}`);
  } catch (error) {
    // DuckDB tells what is wrong with the text by throwing.
    throw new TwinError('BadInput', `${path} cannot be read: ${firstLine(error)}; write the report again`);
  }
}

const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);
const quotedPath = (path: string): string => literal(globSafe(path));
const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
