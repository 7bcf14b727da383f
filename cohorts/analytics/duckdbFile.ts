import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { TwinError } from '../../twin/errors.ts';
import { identifier, literal } from '../duckdbText.ts';
import type { AskedRun } from '../query.ts';
import { createTableViews } from '../queryViews.ts';
import { createVersionViews } from '../versionViews.ts';
import { besideFile, fileFacts } from './fileFacts.ts';
import { COLUMN_TEXTS, TABLE_TEXTS } from './tableTexts.ts';

/** A table of the file, and how many rows it has. */
export interface WrittenTable {
  readonly table: string;
  readonly rows: number;
}

/** Schema in which the run's own files lie while they are copied. */
const SOURCE = 'source';

/**
 * Writes a run's tables as a DuckDB database: a table each, or a view over its Parquet file, with unit and meaning as the comment of each column; and views
 * for those who draw charts (`finished`, `measurements`, `costBySubject`). It is opened again, for reading only, and must hold what it was made from.
 *
 * @param path     of a new file
 * @param isViews  whether the tables stay in the run's folder, where the views look for them
 * @throws TwinError BadInput where a table of the run is missing or damaged
 */
export async function writeDuckdb(
  path: string,
  { folder, asked }: AskedRun,
  isViews: boolean,
): Promise<WrittenTable[]> {
  const schema = isViews ? 'main' : SOURCE;
  const written = await inDatabase(path, {}, async (connection) => {
    await connection.run('BEGIN'); // each statement by itself would be synced to the disk
    if (!isViews) await connection.run(`CREATE SCHEMA ${SOURCE}`);
    await createTableViews(connection, folder, schema);
    if (asked !== undefined) await createVersionViews(connection, asked, schema);
    await connection.run('COMMIT');
    const tables = await tablesIn(connection, schema);
    const sums = await checksums(connection, schema, tables);
    await connection.run('BEGIN');
    if (!isViews) {
      for (const table of tables) {
        await connection.run(`CREATE TABLE main.${identifier(table)} AS FROM ${SOURCE}.${identifier(table)}`);
      }
      await connection.run(`DROP SCHEMA ${SOURCE} CASCADE`);
    }
    await comment(connection, tables, folder);
    await createChartViews(connection, tables);
    await connection.run('COMMIT');
    await connection.run('CHECKPOINT');
    return sums;
  });
  const tables = written.map(({ table }) => table);
  const found = await inDatabase(path, { access_mode: 'READ_ONLY' }, (connection) =>
    checksums(connection, 'main', tables),
  );
  for (const [index, { table, sum }] of written.entries()) {
    if (found[index]?.sum !== sum) throw new Error(`${path}: the table ${table} reads otherwise than it was written`);
  }
  return written.map(({ table, rows }) => ({ table, rows }));
}

async function inDatabase<T>(
  path: string,
  options: Readonly<Record<string, string>>,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(path, { threads: '1', ...options });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Tables of a schema, in the order of `TABLE_TEXTS`. */
async function tablesIn(connection: DuckDBConnection, schema: string): Promise<string[]> {
  const found = await connection.runAndReadAll(
    `SELECT DISTINCT table_name FROM duckdb_columns() WHERE NOT internal AND schema_name = ${literal(schema)}`,
  );
  const names = new Set(found.getRowsJson().flat().map(String));
  return Object.keys(TABLE_TEXTS).filter((table) => names.has(table));
}

/** Rows of each table, and a sum over the hashes of all its rows, which is the same in whatever order they stand. */
async function checksums(connection: DuckDBConnection, schema: string, tables: readonly string[]) {
  const sums: (WrittenTable & { readonly sum: string })[] = [];
  for (const table of tables) {
    const found = await connection.runAndReadAll(
      `SELECT count(*), coalesce(sum(hash(row_of)), 0) FROM ${identifier(schema)}.${identifier(table)} AS row_of`,
    );
    const [rows = 0, sum = 0] = found.getRowsJson()[0] ?? [];
    sums.push({ table, rows: Number(rows), sum: `${rows} ${sum}` });
  }
  return sums;
}

/** Unit and meaning where BI tools show them. */
async function comment(connection: DuckDBConnection, tables: readonly string[], folder: string): Promise<void> {
  const texts = new Map<string, string>();
  const say = (table: string, column: string, text: string) => texts.set(JSON.stringify([table, column]), text);
  const withUnit = (unit: unknown, description: unknown) =>
    unit === null ? String(description) : `[${unit}] ${description}`;
  for (const table of tables) {
    const file = besideFile(folder, table);
    if (file === undefined) continue;
    const facts = await fileFacts(file, async (sql) => (await connection.runAndReadAll(sql)).getRowsJson());
    for (const [column, { unit, description }] of facts) say(table, column, withUnit(unit, description));
  }
  for (const [table, columns] of Object.entries(COLUMN_TEXTS)) {
    for (const [column, text] of Object.entries(columns)) say(table, column, text);
  }
  const dictionary = await connection.runAndReadAll('SELECT "table", "column", unit, description FROM main.dictionary');
  for (const [table, column, unit, description] of dictionary.getRowsJson()) {
    const text = withUnit(unit, description);
    say(String(table), String(column), text);
    if (table === 'cohort') say('history', String(column), text);
  }
  const present = await connection.runAndReadAll(
    "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal ORDER BY table_name, column_index",
  );
  const views = new Set(
    (await connection.runAndReadAll("SELECT view_name FROM duckdb_views() WHERE schema_name = 'main'"))
      .getRowsJson()
      .flat()
      .map(String),
  );
  const statements = tables.map((table) => {
    const kind = views.has(table) ? 'VIEW' : 'TABLE';
    return `COMMENT ON ${kind} main.${identifier(table)} IS ${literal(TABLE_TEXTS[table] ?? '')}`;
  });
  for (const [table, column] of present.getRowsJson()) {
    const text = texts.get(JSON.stringify([table, column]));
    if (text === undefined || !tables.includes(String(table))) continue;
    statements.push(
      `COMMENT ON COLUMN main.${identifier(String(table))}.${identifier(String(column))} IS ${literal(text)}`,
    );
  }
  await connection.run(statements.join(';\n'));
}

/** Views for charts: finished twins alone, every metric as a row of its own, and what each subject cost. */
async function createChartViews(connection: DuckDBConnection, tables: readonly string[]): Promise<void> {
  const view = async (name: string, text: string, select: string) => {
    await connection.run(`CREATE VIEW main.${name} AS ${select}; COMMENT ON VIEW main.${name} IS ${literal(text)}`);
  };
  await view('finished', 'The cohort without the quarantine.', "SELECT * FROM main.cohort WHERE status = 'done'");
  const metrics = await connection.runAndReadAll(`
    SELECT "column" FROM main.dictionary JOIN duckdb_columns() ON schema_name = 'main' AND table_name = 'cohort' AND column_name = "column"
    WHERE "table" = 'cohort' AND "type" = 'number' AND starts_with(source, 'docs/metrics.md') ORDER BY column_index`);
  const names = metrics.getRowsJson().map(([name]) => identifier(String(name)));
  if (names.length > 0) {
    await view(
      'measurements',
      'Every metric of every finished twin as a row of its own, with its unit.',
      `SELECT m.subject, m.sex, m.age_y, m."column", m.value, d.unit, d.description
       FROM (UNPIVOT (SELECT subject, sex, age_y, ${names.join(', ')} FROM main.cohort WHERE status = 'done')
             ON ${names.join(', ')} INTO NAME "column" VALUE value) AS m
       JOIN main.dictionary AS d ON d."table" = 'cohort' AND d."column" = m."column"`,
    );
  }
  if (!tables.includes('costs')) return;
  await view(
    'costBySubject',
    'Seconds that were computed, and most memory, by subject.',
    `SELECT subject, sum(seconds) FILTER (NOT wasCached) AS computed_s, max(peakMemory_MB) AS peakMemory_MB, sum(attempts) AS attempts
     FROM main.costs GROUP BY subject`,
  );
}

/** Whether bytes begin as a DuckDB database does. */
export const isDuckdb = (head: Uint8Array): boolean => new TextDecoder().decode(head.subarray(8, 12)) === 'DUCK';

/** @throws TwinError BadStudy where the file is something else than a database, which would be lost */
export function refuseOther(path: string, head: Uint8Array): void {
  if (!isDuckdb(head))
    throw new TwinError('BadStudy', `${path}: is there already and is no DuckDB database; name another file`);
}
