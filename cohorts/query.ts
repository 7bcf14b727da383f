import { type DuckDBConnection, DuckDBInstance, type Json } from '@duckdb/node-api';
import { TwinError } from '../twin/errors.ts';

/** Tables of a published run, by the files that hold them. `costs` may be absent. */
const TABLES = ['cohort', 'quarantine', 'dictionary', 'costs'] as const;

/** What a query answers: numbers where DuckDB has numbers that a double holds, else text; lists and structs as JSON values. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Json[])[];
}

/**
 * Runs SQL (DuckDB's) on a run's published tables: `cohort`, `quarantine`, `dictionary`, and `costs` where it is there.
 *
 * The files are loaded into memory first; then DuckDB is locked: no file, network, extension or setting can be reached from the SQL,
 * and what it changes is gone afterwards. One thread, so that sums come in one order.
 *
 * @param folder  of the published files
 * @throws TwinError BadInput when a table is missing or the SQL is wrong, with DuckDB's own words
 */
export async function runQuery(folder: string, sql: string): Promise<QueryResult> {
  if (sql.trim() === '') {
    throw new TwinError(
      'BadInput',
      'the query is empty; expected SQL such as "select sex, count(*) from cohort group by sex"',
    );
  }
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    for (const table of TABLES) {
      await loadTable(connection, folder, table);
    }
    await lock(connection);
    return await ask(connection, sql);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function loadTable(connection: DuckDBConnection, folder: string, table: (typeof TABLES)[number]): Promise<void> {
  const path = `${folder}/${table}.parquet`;
  const found = await connection.runAndReadAll(`SELECT count(*) FROM glob(${literal(globSafe(path))})`);
  if (Number(found.getRowsJson()[0]?.[0] ?? 0) === 0) {
    if (table === 'costs') {
      return;
    }
    throw new TwinError(
      'BadInput',
      `${path} is not there; expected the folder of a published run (\`twinfold table RUN\` says where)`,
    );
  }
  try {
    await connection.run(`CREATE TABLE ${table} AS SELECT * FROM read_parquet(${literal(globSafe(path))})`);
  } catch (error) {
    // DuckDB tells of a damaged file by throwing.
    throw new TwinError('BadInput', `${path} cannot be read: ${firstLine(error)}`);
  }
}

async function lock(connection: DuckDBConnection): Promise<void> {
  await connection.run("SET temp_directory = ''");
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

async function ask(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  try {
    const reader = await connection.runAndReadAll(sql);
    const columns = reader
      .deduplicatedColumnNames()
      .map((name, index) => ({ name, type: String(reader.columnType(index)) }));
    const rows = reader.getRowsJson().map((row) => row.map((value, index) => plain(value, columns[index]?.type ?? '')));
    return { columns, rows };
  } catch (error) {
    // DuckDB tells what is wrong with the SQL, and where, by throwing.
    throw new TwinError('BadInput', `the query failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** 64-bit and decimal numbers arrive as text; those that a double holds exactly enough become numbers. */
function plain(value: Json, type: string): Json {
  if (typeof value === 'string' && /INT|DECIMAL/.test(type) && !type.endsWith('[]')) {
    const number = Number(value);
    return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : value;
  }
  return value;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A path in which DuckDB takes no character for a pattern. */
const globSafe = (path: string): string => path.replace(/[*?[]/g, (character) => `[${character}]`);

const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
