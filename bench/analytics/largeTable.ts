import { mkdirSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { identifier, literal } from '../../cohorts/duckdbText.ts';
import { ROW_GROUP_ROWS } from '../../cohorts/parquet.ts';
import { runQuery } from '../../cohorts/query.ts';

/**
 * A folder that reads as a published cohort of many subjects: the rows of one again and again, each number moved by up to a tenth and each hash another one,
 * so that the file is as large as a real one of that size. All columns, one row group for each 5,000 rows, zstd, as published ones are.
 *
 * @param published  tables that it is made of
 * @param out        a new folder
 */
export async function largeTable(published: string, out: string, subjects: number): Promise<void> {
  mkdirSync(out, { recursive: true });
  const { rows } = await runQuery(published, `select "column", "type" from dictionary where "table" = 'cohort'`);
  const [[all = 1] = []] = (await runQuery(published, 'select count(*) from cohort')).rows;
  const cells = rows.map(([name, type]) => {
    const column = identifier(String(name));
    if (name === 'subject') return `printf('P%07d', n) AS ${column}`;
    if (String(name).endsWith('Sha256')) return `sha256(${column} || n) AS ${column}`;
    if (type !== 'number') return column;
    return `${column} * (0.9 + 0.2 * (hash(n, ${literal(String(name))}) / 18446744073709551615)) AS ${column}`;
  });
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
  const connection = await instance.connect();
  const path = (folder: string, name: string) => literal(join(folder, name));
  await connection.run(`
    COPY (SELECT ${cells.join(', ')} FROM (SELECT *, row_number() OVER () - 1 AS place FROM read_parquet(${path(published, 'cohort.parquet')})) AS numbered
          JOIN (SELECT range AS n FROM range(${subjects})) ON place = n % ${all})
    TO ${path(out, 'cohort.parquet')} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`);
  connection.closeSync();
  instance.closeSync();
  const copied = ['quarantine.parquet', 'dictionary.parquet'];
  for (const name of copied) await copyFile(join(published, name), join(out, name));
  const files = Object.fromEntries(['cohort.parquet', ...copied].map((name) => [name, {}]));
  writeFileSync(join(out, 'manifest.json'), JSON.stringify({ files }));
}
