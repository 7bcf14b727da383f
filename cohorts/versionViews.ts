import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { globSafe, identifier, literal } from './duckdbText.ts';
import { currentVersion, publishedVersions, type VersionEntry, versionFolder } from './versions.ts';

/** A run's versions, for questions about how its rows came to be. */
export interface AskedVersions {
  /** Folder of the run's published files */
  readonly folder: string;
  readonly versions: readonly VersionEntry[];
}

/**
 * Makes `versions` (a row for each set of tables that the run had or holds back) and `history` (every row of every version that was published, with
 * `version` and `publishedAt` before its columns). Gives the files that they read.
 *
 * A cohort table that is divided into several files has no `history`: its versions are asked one at a time.
 *
 * @param schema  that they stand in, which is there
 */
export async function createVersionViews(
  connection: DuckDBConnection,
  { folder, versions }: AskedVersions,
  schema = 'main',
): Promise<string[]> {
  const current = currentVersion(versions);
  const place = identifier(schema);
  await connection.run(
    `CREATE TABLE ${place}.versions (version VARCHAR, status VARCHAR, madeAt TIMESTAMP, publishedAt TIMESTAMP, subjects INTEGER, done INTEGER, quarantined INTEGER, computed INTEGER, isCurrent BOOLEAN)`,
  );
  for (const entry of versions) {
    const { version, status, madeAt, publishedAt, counts, computed } = entry;
    const cells = [
      literal(version),
      literal(status),
      timestamp(madeAt),
      publishedAt === null ? 'NULL' : timestamp(publishedAt),
      counts.subjects,
      counts.done,
      counts.quarantined,
      computed ?? 'NULL',
      entry === current,
    ];
    await connection.run(`INSERT INTO ${place}.versions VALUES (${cells.join(', ')})`);
  }
  const paths: string[] = [];
  const selects = publishedVersions(versions).flatMap(({ version, publishedAt }) => {
    const path = join(resolve(folder), versionFolder(version), 'cohort.parquet');
    if (!existsSync(path)) return [];
    paths.push(path);
    return `SELECT ${literal(version)} AS version, ${timestamp(publishedAt)} AS publishedAt, * FROM read_parquet(${literal(globSafe(path))})`;
  });
  if (selects.length > 0)
    await connection.run(`CREATE VIEW ${place}.history AS ${selects.join(' UNION ALL BY NAME ')}`);
  return paths;
}

/** UTC, as everything that DuckDB calls a TIMESTAMP. */
const timestamp = (iso: string): string => `TIMESTAMP ${literal(iso.replace('T', ' ').replace(/Z$/, ''))}`;
