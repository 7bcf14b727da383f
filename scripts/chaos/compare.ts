import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { PUBLISHED, publishedPath } from '../kills/studyRun.ts';

/** The tables that must be the same bytes however a run went. */
const COMPARED = [...PUBLISHED, 'dictionary.csv'];

/** What a run published. */
export interface Tables {
  /** sha256 by file name; undefined where a file is missing */
  readonly hashes: Readonly<Record<string, string | undefined>>;
  /** Lines of the cohort table, by subject */
  readonly rows: readonly { readonly subject: string; readonly line: string }[];
}

/** How the tables of a run under faults differ from those of an undisturbed one. */
export interface Difference {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Subjects whose line is another */
  readonly changed: readonly string[];
  readonly otherFiles: readonly string[];
}

export function readTables(out: string): Tables {
  const hashes = Object.fromEntries(COMPARED.map((name) => [name, hashOf(publishedPath(out, name))]));
  const records: Record<string, string>[] =
    hashes['cohort.csv'] === undefined
      ? []
      : parse(readFileSync(publishedPath(out, 'cohort.csv')), { columns: true, bom: true });
  return { hashes, rows: records.map((row) => ({ subject: row.subject ?? '', line: JSON.stringify(row) })) };
}

export function compareTables(expected: Tables, found: Tables): Difference {
  const seen = new Map<string, string>();
  const doubled: string[] = [];
  for (const { subject, line } of found.rows) {
    if (seen.has(subject)) doubled.push(subject);
    seen.set(subject, line);
  }
  const lost = expected.rows.filter(({ subject }) => !seen.has(subject)).map(({ subject }) => subject);
  const changed = expected.rows
    .filter(({ subject, line }) => seen.has(subject) && seen.get(subject) !== line)
    .map(({ subject }) => subject);
  const otherFiles = Object.keys(expected.hashes).filter((name) => expected.hashes[name] !== found.hashes[name]);
  return { lost, doubled, changed, otherFiles };
}

export const isSame = ({ lost, doubled, changed, otherFiles }: Difference): boolean =>
  lost.length + doubled.length + changed.length + otherFiles.length === 0;

function hashOf(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined; // told as a file that is not the same
  }
}
