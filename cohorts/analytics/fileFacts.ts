import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Json } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { globSafe, literal } from '../duckdbText.ts';
import { BESIDE_TABLES } from '../publishedTables.ts';
import type { ColumnFacts } from './arrowStream.ts';

/** Asks SQL and has its rows. */
type Ask = (sql: string) => Promise<readonly (readonly Json[])[]>;

/** The file of a table that is published beside the cohort's, whose columns the dictionary does not know; undefined for others and where it is not there. */
export function besideFile(folder: string, table: string): string | undefined {
  const names: readonly string[] = BESIDE_TABLES;
  const path = join(resolve(folder), `${table}.parquet`);
  return names.includes(table) && existsSync(path) ? path : undefined;
}

/** What a Parquet file says of its own columns: `unit` and `description` of each field of the Arrow schema that it was written with. */
export async function fileFacts(path: string, ask: Ask): Promise<ColumnFacts> {
  const [[schema] = []] = await ask(
    `SELECT decode(value) FROM parquet_kv_metadata(${literal(globSafe(path))}) WHERE decode(key) = 'ARROW:schema'`,
  );
  if (typeof schema !== 'string') return new Map();
  const { fields } = tableFromIPC(Buffer.from(schema, 'base64')).schema;
  return new Map(
    fields.flatMap(({ name, metadata }) => {
      const description = metadata.get('description');
      return description === undefined ? [] : [[name, { unit: metadata.get('unit') ?? null, description }] as const];
    }),
  );
}
