import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TwinError } from '../twin/errors.ts';
import { COHORT_FOLDER } from './publishLayout.ts';

/** Tables of a published run. `costs` may be absent. */
export const TABLES = ['cohort', 'quarantine', 'dictionary', 'costs'] as const;
export type PublishedTableName = (typeof TABLES)[number];

/** Tables that may lie beside those of the manifest, each one Parquet file of that name. */
export const BESIDE_TABLES = ['reference', 'swaps', 'draws'] as const;
/** The report's numbers in one shape, beside the tables once a report was written. */
export const ESTIMATES_FILE = 'estimates.csv';

const manifestSchema = z.object({ files: z.record(z.string(), z.unknown()) });
/** A name inside the folder: no part of it leads elsewhere. */
const INSIDE = /^(?!.*(^|\/)\.{1,2}(\/|$))[^/\\\p{Cc}][^\\\p{Cc}]*$/u;

/**
 * Files of a published table, relative to the folder, as its manifest lists them: whatever else lies there is no part of the cohort.
 *
 * @throws TwinError BadInput where the folder has no manifest, or one that is not ours
 */
export async function tableFiles(folder: string, table: PublishedTableName): Promise<readonly string[]> {
  if (table === 'costs') return ['costs.parquet']; // differs from run to run, and is no part of the manifest
  const path = join(folder, 'manifest.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new TwinError(
      'BadInput',
      `${path} is not there; expected the folder of a published run (\`twinfold table RUN\` says where)`,
    );
  });
  const files = namesIn(text);
  if (files === undefined) throw new TwinError('BadInput', `${path}: is no manifest of a published run`);
  const found = files.filter(
    (name) =>
      name === `${table}.parquet` ||
      (table === 'cohort' && name.startsWith(`${COHORT_FOLDER}/`) && name.endsWith('.parquet')),
  );
  if (found.length > 0) return found.sort();
  throw new TwinError('BadInput', `${path}: lists no file of the table ${table}`);
}

function namesIn(text: string): string[] | undefined {
  try {
    const names = Object.keys(manifestSchema.parse(JSON.parse(text)).files);
    return names.every((name) => INSIDE.test(name)) ? names : undefined;
  } catch {
    return undefined; // JSON and zod both answer foreign text by throwing
  }
}
