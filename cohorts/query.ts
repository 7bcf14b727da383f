import { type DuckDBConnection, DuckDBInstance, type DuckDBResult, type Json, StatementType } from '@duckdb/node-api';
import { TwinError } from '../twin/errors.ts';
import { globSafe, identifier, literal } from './duckdbText.ts';
import { plain } from './queryText.ts';
import { createTableViews } from './queryViews.ts';
import { type AskedVersions, createVersionViews } from './versionViews.ts';

/** What a query answers: numbers where DuckDB has numbers that a double holds, else text; lists and structs as JSON values. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Json[])[];
}

/** Values of a query's parameters, by name: `{least: 0.9}` is `$least`. */
export type QueryParameters = Readonly<Record<string, string | number | boolean | null>>;

/** Another run whose tables stand beside, in a schema of its own. */
export interface AskedRun {
  /** Folder of its published files, or of one version of them */
  readonly folder: string;
  readonly asked?: AskedVersions;
}

export interface QueryOptions {
  readonly parameters?: QueryParameters;
  /** By the name of their schema: `{other: …}` gives `other.cohort` */
  readonly others?: Readonly<Record<string, AskedRun>>;
}

/** A run's tables, open and locked. To be closed by who opened them. */
export interface OpenTables {
  /** @throws TwinError BadInput when the SQL is wrong or no single SELECT, or its parameters are not those that are given */
  ask(sql: string, parameters?: QueryParameters): Promise<QueryResult>;
  /** The same as DuckDB's chunks, one after the other, for answers that are larger than memory. */
  stream(sql: string, parameters?: QueryParameters): Promise<DuckDBResult>;
  close(): void;
}

/** A schema's name is an SQL word, so that nobody has to quote it, and none of those that DuckDB has itself. */
const SCHEMA_NAME = /^[a-z][A-Za-z0-9_]{0,30}$/;
const TAKEN: readonly string[] = ['main', 'temp', 'system', 'memory', 'information_schema', 'pg_catalog'];

/**
 * Runs SQL (DuckDB's) on a run's published tables: `cohort`, `quarantine`, `dictionary`, and those beside them that are there.
 *
 * @param folder  of the published files, or of one version of them
 * @param asked   versions that can be asked for beside them, as `versions` and `history`
 * @throws TwinError BadInput when a table is missing or the SQL is wrong, with DuckDB's own words
 */
export async function runQuery(
  folder: string,
  sql: string,
  asked?: AskedVersions,
  { parameters = {}, others = {} }: QueryOptions = {},
): Promise<QueryResult> {
  const tables = await openTables({ folder, ...(asked && { asked }) }, others);
  try {
    return await tables.ask(sql, parameters);
  } finally {
    tables.close();
  }
}

/**
 * Opens a run's published tables, and those of other runs beside them, for questions.
 *
 * The tables are views, so that a question reads the columns that it needs and no more. DuckDB is locked first: no file but those of the tables,
 * no network, extension or setting can be reached from the SQL, which is one `SELECT`, for any other statement could write to the tables'
 * files. One thread, so that sums come in one order.
 *
 * @throws TwinError BadInput when a table is missing or damaged, or a schema's name is none
 */
export async function openTables(run: AskedRun, others: QueryOptions['others'] = {}): Promise<OpenTables> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    const paths: string[] = [];
    for (const name of Object.keys(others)) await createSchema(connection, name);
    for (const [schema, { folder, asked }] of [['main', run] as const, ...Object.entries(others)]) {
      paths.push(...(await createTableViews(connection, folder, schema)));
      if (asked !== undefined) paths.push(...(await createVersionViews(connection, asked, schema)));
    }
    await lock(connection, paths);
  } catch (error) {
    close();
    throw error;
  }
  return {
    async ask(sql, parameters = {}) {
      const reader = await inOurWords(async () => (await prepare(connection, sql, parameters)).runAndReadAll());
      const columns = reader
        .deduplicatedColumnNames()
        .map((name, index) => ({ name, type: String(reader.columnType(index)) }));
      const rows = reader
        .getRowsJson()
        .map((row) => row.map((value, index) => plain(value, columns[index]?.type ?? '')));
      return { columns, rows };
    },
    stream: (sql, parameters = {}) => inOurWords(async () => (await prepare(connection, sql, parameters)).stream()),
    close,
  };
}

async function createSchema(connection: DuckDBConnection, name: string): Promise<void> {
  if (!SCHEMA_NAME.test(name) || TAKEN.includes(name)) {
    throw new TwinError(
      'BadInput',
      `${JSON.stringify(name.slice(0, 40))}: no name for another run's tables; expected a word of letters, digits and _ that begins with a small letter and is not ${TAKEN.join(', ')}`,
    );
  }
  await connection.run(`CREATE SCHEMA ${identifier(name)}`);
}

async function lock(connection: DuckDBConnection, paths: readonly string[]): Promise<void> {
  await connection.run("SET temp_directory = ''");
  // A pattern is asked for as it is written, and then each path that it finds.
  const allowed = new Set(paths.flatMap((path) => [path, globSafe(path)]));
  await connection.run(`SET allowed_paths = [${[...allowed].map(literal).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/** DuckDB tells what is wrong with the SQL, and where, by throwing. */
async function inOurWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TwinError) throw error;
    throw new TwinError('BadInput', `the query failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The files of the tables may be opened, and DuckDB knows no opening that forbids writing: statements that write are refused instead. */
async function prepare(connection: DuckDBConnection, sql: string, parameters: QueryParameters) {
  if (sql.trim() === '') {
    throw new TwinError(
      'BadInput',
      'the query is empty; expected SQL such as "select sex, count(*) from cohort group by sex"',
    );
  }
  const statements = await connection.extractStatements(sql);
  const statement = await statements.prepare(0);
  if (statements.count !== 1 || statement.statementType !== StatementType.SELECT) {
    throw new TwinError('BadInput', 'the query failed: expected one SELECT (or FROM, WITH, DESCRIBE, SUMMARIZE)');
  }
  const asked = Array.from({ length: statement.parameterCount }, (_, index) => statement.parameterName(index + 1));
  const given = Object.keys(parameters);
  const open = asked.find((name) => !given.includes(name));
  if (open !== undefined)
    throw new TwinError('BadInput', `the query asks for $${open}; give its value with --param ${open}=…`);
  const idle = given.find((name) => !asked.includes(name));
  if (idle !== undefined) {
    const has = asked.length === 0 ? 'it has no parameters' : `it has ${asked.map((name) => `$${name}`).join(', ')}`;
    throw new TwinError('BadInput', `the query does not ask for $${idle}; ${has}`);
  }
  statement.bind({ ...parameters });
  return statement;
}
