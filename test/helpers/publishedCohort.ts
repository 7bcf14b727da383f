import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CohortPart, type PublishSettings, publishCohort } from '../../cohorts/publish.ts';
import type { PublishedFile } from '../../cohorts/publishedFile.ts';
import type { SubjectCost, SubjectRow } from '../../cohorts/row.ts';

/** Publishes parts into a folder, as a run does. Gives the files in the order in which they came. */
export async function publishInto(
  folder: string,
  parts: Iterable<CohortPart>,
  settings: PublishSettings,
): Promise<PublishedFile[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'twinfold-publish-'));
  const taken: PublishedFile[] = [];
  try {
    await publishCohort(parts, settings, {
      scratch,
      async take({ localFile, ...file }) {
        mkdirSync(dirname(join(folder, file.name)), { recursive: true });
        await rename(localFile, join(folder, file.name));
        taken.push(file);
      },
    });
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return taken;
}

/** Bytes of every published file but the costs, by name. */
export async function publishedBytes(
  rows: readonly SubjectRow[],
  settings: PublishSettings,
  costs: readonly SubjectCost[] = [],
  rowsOfPart = rows.length,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const parts: CohortPart[] = [];
  for (let first = 0; first < rows.length; first += Math.max(1, rowsOfPart)) {
    const some = rows.slice(first, first + rowsOfPart);
    const names = new Set(some.map(({ subject }) => subject));
    parts.push({ rows: some, costs: costs.filter(({ subject }) => names.has(subject)) });
  }
  const folder = mkdtempSync(join(tmpdir(), 'twinfold-published-'));
  try {
    const files = await publishInto(folder, parts, settings);
    return new Map(
      files
        .filter(({ name }) => name !== 'costs.parquet')
        .map(({ name }) => [name, new Uint8Array(readFileSync(join(folder, name)))]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
