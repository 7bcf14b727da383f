import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readVersions } from '../activities/records/versions.ts';
import { openFiles } from '../activities/stores/openStore.ts';
import { refuseOther, type WrittenTable, writeDuckdb } from '../cohorts/analytics/duckdbFile.ts';
import { besideFile } from '../cohorts/analytics/fileFacts.ts';
import { TABLE_TEXTS } from '../cohorts/analytics/tableTexts.ts';
import { identifier } from '../cohorts/duckdbText.ts';
import type { AskedRun } from '../cohorts/query.ts';
import { TwinError } from '../twin/errors.ts';
import { openRuns } from './queryRuns.ts';
import { publishedFolder } from './runFolder.ts';
import { writeAnswer } from './writeAnswer.ts';

/** Left out of a folder of tables, for it repeats the cohort's once a version; a query writes it. */
const LEFT_OUT = ['history'];

/** Writes every table of a run into a folder, one Arrow or CSV file each, piece by piece. @throws TwinError BadStudy where the folder holds other files */
export async function exportTables(run: string, format: 'arrow' | 'csv', out: string): Promise<WrittenTable[]> {
  await checkFolder(out, format);
  const folder = publishedFolder(run);
  const tables = await openRuns(run, {}, {});
  try {
    const found = await tables.ask(
      "SELECT DISTINCT table_name FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal",
    );
    const names = new Set(found.rows.flat().map(String));
    const written: WrittenTable[] = [];
    await mkdir(out, { recursive: true });
    for (const table of Object.keys(TABLE_TEXTS)) {
      if (!names.has(table) || LEFT_OUT.includes(table)) continue;
      const sql = `SELECT * FROM ${identifier(table)}`;
      const place = join(out, `${table}.${format}`);
      const rows = await writeAnswer(tables, { sql, parameters: {} }, format, place, {
        name: table,
        file: besideFile(folder, table),
      });
      written.push({ table, rows });
    }
    return written;
  } finally {
    tables.close();
  }
}

/** Writes a run's tables as a DuckDB database, as a whole or not at all. A database that is there already is replaced. */
export async function exportDuckdb(run: string, out: string, isViews: boolean): Promise<WrittenTable[]> {
  const path = resolve(out);
  if (existsSync(path)) await refuseOtherFile(path);
  const folder = publishedFolder(run);
  const asked = { folder, versions: await readVersions(await openFiles(folder)) };
  const source: AskedRun = { folder, asked };
  // A database knows its own name: it is made under the one that it will have.
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  await mkdir(beside, { recursive: true });
  try {
    const made = join(beside, basename(path));
    const written = await writeDuckdb(made, source, isViews);
    await rename(made, path);
    return written;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function refuseOtherFile(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) throw new TwinError('BadStudy', `${path}: is a folder; name a file`);
  const file = await open(path);
  try {
    const head = new Uint8Array(12);
    await file.read(head, 0, head.length, 0);
    refuseOther(path, head);
  } finally {
    await file.close();
  }
}

async function checkFolder(out: string, format: string): Promise<void> {
  if (!existsSync(out)) return;
  if (!(await stat(out)).isDirectory()) throw new TwinError('BadStudy', `${out}: is a file; name a folder`);
  const known = new Set(Object.keys(TABLE_TEXTS).map((table) => `${table}.${format}`));
  const other = (await readdir(out)).find((name) => !known.has(name));
  if (other !== undefined)
    throw new TwinError('BadStudy', `${out}: holds other files (${other}); name an empty or a new folder`);
}
