import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { globSafe, identifier, literal } from './duckdbText.ts';
import { ROW_GROUP_ROWS } from './parquet.ts';
import type { CohortFile, PartitionValue } from './publishLayout.ts';

/** A cohort's rows by subject, as Parquet files of one row group each, and what becomes of them. */
export interface PartFiles {
  /** Paths, in order */
  readonly cohort: readonly string[];
  readonly costs: readonly string[];
  /** Files of the published cohort table */
  readonly files: readonly CohortFile[];
  readonly columns: readonly string[];
  readonly quarantineColumns: readonly string[];
  /** A Parquet file without rows that has some of the columns, with all that is said of them */
  readonly emptyOf: (columns: readonly string[]) => Uint8Array;
}

/** Beside what DuckDB holds of the files that it reads and writes. */
const MEMORY_LIMIT = '256MB';

/**
 * Joins part files into the published Parquet files: `costs.parquet`, the cohort's, `quarantine.parquet`. DuckDB copies with one thread and in the
 * order of the parts, so that the bytes are always the same; units and descriptions go along as the Arrow schema, under the key that every
 * reader of Parquet looks for it.
 *
 * @param made  is told the name of each file, which lies in the folder
 */
export async function joinParquet(
  parts: PartFiles,
  folder: string,
  made: (name: string) => Promise<void>,
): Promise<void> {
  await withCopier(folder, async (connection) => {
    const schemaOf = async (columns: readonly string[]): Promise<string> => {
      const path = join(folder, 'columns.parquet');
      writeFileSync(path, parts.emptyOf(columns));
      return arrowSchema(connection, path);
    };
    const copy = async (name: string, copying: Omit<Copying, 'path'>): Promise<void> => {
      await copyParquet(connection, { ...copying, path: join(folder, name) });
      await made(name);
    };

    const [firstCosts = ''] = parts.costs;
    await copy('costs.parquet', {
      from: parts.costs,
      columns: ['*'],
      where: 'true',
      schema: await arrowSchema(connection, firstCosts),
    });
    for (const { name, partition, first, last } of parts.files) {
      const columns = parts.columns.filter((column) => !Object.hasOwn(partition, column));
      const isAll = first === '' && last === '';
      const range = `subject BETWEEN ${literal(first)} AND ${literal(last)}`;
      const conditions = Object.entries(partition).map(
        ([column, value]) => `${identifier(column)} IS NOT DISTINCT FROM ${valueText(value)}`,
      );
      const where = isAll ? 'true' : [range, ...conditions].join(' AND ');
      await copy(name, { from: parts.cohort, columns, where, schema: await schemaOf(columns) });
    }
    await copy('quarantine.parquet', {
      from: parts.cohort,
      columns: parts.quarantineColumns,
      where: "status = 'quarantined'",
      schema: await schemaOf(parts.quarantineColumns),
    });
  });
}

/**
 * Joins the part files of one table, in their order, into one file.
 *
 * @param parts   at least one; each has all columns, with all that is said of them
 * @param folder  an empty one, for what is spilled
 */
export async function joinTable(path: string, parts: readonly string[], folder: string): Promise<void> {
  const [first = ''] = parts;
  await withCopier(folder, async (connection) => {
    const schema = await arrowSchema(connection, first);
    await copyParquet(connection, { path, from: parts, columns: ['*'], where: 'true', schema });
  });
}

async function withCopier(folder: string, work: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: MEMORY_LIMIT,
    temp_directory: join(folder, 'spill'),
  });
  const connection = await instance.connect();
  try {
    await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

interface Copying {
  readonly path: string;
  readonly from: readonly string[];
  readonly columns: readonly string[];
  readonly where: string;
  /** Arrow schema of the columns, as a Parquet file holds it */
  readonly schema: string;
}

async function copyParquet(
  connection: DuckDBConnection,
  { path, from, columns, where, schema }: Copying,
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const selected = columns.map((column) => (column === '*' ? column : identifier(column))).join(', ');
  const files = from.map((file) => literal(globSafe(file))).join(', ');
  await connection.run(
    `COPY (SELECT ${selected} FROM read_parquet([${files}], hive_partitioning = false) WHERE ${where}) TO ${literal(path)}
     (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, KV_METADATA {'ARROW:schema': ${literal(schema)}})`,
  );
}

/** The Arrow schema that a Parquet file carries, in base64. */
async function arrowSchema(connection: DuckDBConnection, path: string): Promise<string> {
  const found = await connection.runAndReadAll(
    `SELECT decode(value) FROM parquet_kv_metadata(${literal(path)}) WHERE decode(key) = 'ARROW:schema'`,
  );
  const schema = found.getRowsJson()[0]?.[0];
  if (typeof schema !== 'string' || !/^[A-Za-z0-9+/=]+$/.test(schema)) {
    throw new Error(`${path}: carries no Arrow schema, which holds the units`);
  }
  return schema;
}

const valueText = (value: PartitionValue): string =>
  value === null ? 'NULL' : typeof value === 'number' ? `${value}::DOUBLE` : literal(value);
