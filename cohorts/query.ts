import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type Json, StatementType } from '@duckdb/node-api';
import { TwinError } from '../twin/errors.ts';
import { globSafe, identifier, literal } from './duckdbText.ts';
import { type PublishedTableName, TABLES, tableFiles } from './publishedTables.ts';
import { partitionOf } from './publishLayout.ts';
import { type AskedVersions, createVersionViews } from './versionViews.ts';

/** What a query answers: numbers where DuckDB has numbers that a double holds, else text; lists and structs as JSON values. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Json[])[];
}

/**
 * Runs SQL (DuckDB's) on a run's published tables: `cohort`, `quarantine`, `dictionary`, and `costs` where it is there.
 *
 * The tables are views, so that a question reads the columns that it needs and no more. DuckDB is locked first: no file but those of the tables,
 * no network, extension or setting can be reached from the SQL, which is one `SELECT`, for any other statement could write to the tables'
 * files. One thread, so that sums come in one order.
 *
 * @param folder  of the published files, or of one version of them
 * @param asked   versions that can be asked for beside them, as `versions` and `history`
 * @throws TwinError BadInput when a table is missing or the SQL is wrong, with DuckDB's own words
 */
export async function runQuery(folder: string, sql: string, asked?: AskedVersions): Promise<QueryResult> {
  if (sql.trim() === '') {
    throw new TwinError(
      'BadInput',
      'the query is empty; expected SQL such as "select sex, count(*) from cohort group by sex"',
    );
  }
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const paths: string[] = [];
    // The dictionary first: it says in which order the columns of a divided table stand.
    for (const table of TABLES.toReversed()) {
      paths.push(...(await openTable(connection, folder, table)));
    }
    if (asked !== undefined) paths.push(...(await createVersionViews(connection, asked)));
    await lock(connection, paths);
    return await ask(connection, sql);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Makes a view of a table. Gives the files that it reads. */
async function openTable(connection: DuckDBConnection, folder: string, table: PublishedTableName): Promise<string[]> {
  const names = await tableFiles(folder, table);
  const pathOf = (name: string) => join(resolve(folder), name);
  const absent = names.find((name) => !existsSync(pathOf(name)));
  if (absent !== undefined) {
    if (table === 'costs') return [];
    throw new TwinError(
      'BadInput',
      `${join(folder, absent)} is not there, though the manifest lists it; publish again`,
    );
  }
  const byFolder = Map.groupBy(names, (name) => name.slice(0, name.lastIndexOf('/') + 1));
  const [first = ''] = names;
  const partitioned = Object.keys(partitionOf(first));
  const columns = partitioned.length === 0 ? '*' : await columnsOf(connection, table);
  const typeOf = partitioned.length === 0 ? new Map<string, string>() : await typesOf(connection, table);
  const selects = [...byFolder].map(([path, some]) => {
    const files = some.map((name) => literal(globSafe(pathOf(name)))).join(', ');
    const values = Object.entries(partitionOf(path)).map(([column, value]) => {
      const text = value === null ? 'NULL' : literal(value);
      return `, CAST(${text} AS ${typeOf.get(column) === 'number' ? 'DOUBLE' : 'VARCHAR'}) AS ${identifier(column)}`;
    });
    // Folders above the run's may look like partitions too.
    return `SELECT ${columns} FROM (SELECT *${values.join('')} FROM read_parquet([${files}], hive_partitioning = false))`;
  });
  try {
    await connection.run(`CREATE VIEW ${table} AS ${selects.join(' UNION ALL ')}`);
  } catch (error) {
    // DuckDB tells of a damaged file by throwing.
    throw new TwinError('BadInput', `${join(folder, first)} cannot be read: ${firstLine(error)}`);
  }
  return names.map(pathOf);
}

async function columnsOf(connection: DuckDBConnection, table: PublishedTableName): Promise<string> {
  return [...(await typesOf(connection, table)).keys()].map(identifier).join(', ');
}

/** Type by column of a table, in the table's order, as the dictionary has them. */
async function typesOf(connection: DuckDBConnection, table: PublishedTableName): Promise<Map<string, string>> {
  const found = await connection.runAndReadAll(
    `SELECT "column", "type" FROM dictionary WHERE "table" = ${literal(table)}`,
  );
  return new Map(found.getRowsJson().map(([column, type]) => [String(column), String(type)]));
}

async function lock(connection: DuckDBConnection, paths: readonly string[]): Promise<void> {
  await connection.run("SET temp_directory = ''");
  // A pattern is asked for as it is written, and then each path that it finds.
  const allowed = new Set(paths.flatMap((path) => [path, globSafe(path)]));
  await connection.run(`SET allowed_paths = [${[...allowed].map(literal).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

async function ask(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  const reader = await answer(connection, sql).catch((error: unknown) => {
    if (error instanceof TwinError) throw error;
    // DuckDB tells what is wrong with the SQL, and where, by throwing.
    throw new TwinError('BadInput', `the query failed: ${error instanceof Error ? error.message : String(error)}`);
  });
  const columns = reader
    .deduplicatedColumnNames()
    .map((name, index) => ({ name, type: String(reader.columnType(index)) }));
  const rows = reader.getRowsJson().map((row) => row.map((value, index) => plain(value, columns[index]?.type ?? '')));
  return { columns, rows };
}

/** The files of the tables may be opened, and DuckDB knows no opening that forbids writing: statements that write are refused instead. */
async function answer(connection: DuckDBConnection, sql: string) {
  const statements = await connection.extractStatements(sql);
  const statement = await statements.prepare(0);
  if (statements.count !== 1 || statement.statementType !== StatementType.SELECT) {
    throw new TwinError('BadInput', 'the query failed: expected one SELECT (or FROM, WITH, DESCRIBE, SUMMARIZE)');
  }
  return statement.runAndReadAll();
}

/** 64-bit and decimal numbers arrive as text; those that a double holds exactly enough become numbers. */
function plain(value: Json, type: string): Json {
  if (typeof value === 'string' && /INT|DECIMAL/.test(type) && !type.endsWith('[]')) {
    const number = Number(value);
    return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : value;
  }
  return value;
}

const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
