import { z } from 'zod';
import { TwinError } from '../twin/errors.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { CohortCounts } from './manifest.ts';
import type { ArtifactRef } from './row.ts';

/** The list of versions, beside a run's tables. */
export const VERSIONS_FILE = 'versions.json';
/** Folder of the tables of one version, beside a run's tables. */
export const versionFolder = (version: string): string => `versions/${version}`;
/** A version's name: the first 12 hexadecimal digits of its manifest's SHA-256. */
export const VERSION_NAME = /^[0-9a-f]{12}$/;
export const versionOf = (manifestSha256: string): string => manifestSha256.slice(0, 12);

/** One set of tables that a run had, and when. The same tables may come twice, with others between. */
export interface VersionEntry {
  readonly version: string;
  /** `held`: waits for somebody's word; `rejected`: got it */
  readonly status: 'published' | 'held' | 'rejected';
  /** ISO 8601, UTC */
  readonly madeAt: string;
  /** When it became the run's tables, ISO 8601, UTC; null for one that never did */
  readonly publishedAt: string | null;
  /** The stored study that the tables were made of; its store keeps it as long as the version is kept */
  readonly study: ArtifactRef;
  readonly counts: CohortCounts;
  /** Twins that were computed for it rather than found; null where nobody counted */
  readonly computed: number | null;
}

const entry: z.ZodType<VersionEntry> = z.strictObject({
  version: z.string().regex(VERSION_NAME),
  status: z.enum(['published', 'held', 'rejected']),
  madeAt: z.iso.datetime(),
  publishedAt: z.iso.datetime().nullable(),
  study: z.strictObject({ uri: z.string(), sha256: z.string(), bytes: z.int().nonnegative() }),
  counts: z.strictObject({ subjects: z.int(), done: z.int(), quarantined: z.int() }),
  computed: z.int().nonnegative().nullable(),
});
const file = z.strictObject({ format: z.literal('twinfold-versions/1'), versions: z.array(entry) });

/**
 * The list of versions, in the order in which they were made.
 *
 * @throws TwinError BadInput when the bytes are no such list
 */
export function decodeVersions(bytes: Uint8Array, fileName: string): readonly VersionEntry[] {
  try {
    return file.parse(JSON.parse(new TextDecoder().decode(bytes))).versions;
  } catch (error) {
    // JSON and zod both answer foreign text by throwing; either way the list is damaged.
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new TwinError(
      'BadInput',
      `${fileName}: not a list of versions: ${reason}; restore it, or move it away to begin a new list`,
    );
  }
}

export const encodeVersions = (versions: readonly VersionEntry[]): Uint8Array =>
  new TextEncoder().encode(`${canonicalJson({ format: 'twinfold-versions/1', versions }, 2)}\n`);

/** Those that were published, in the order in which they became the run's tables. */
export const publishedVersions = (
  versions: readonly VersionEntry[],
): readonly (VersionEntry & { publishedAt: string })[] =>
  versions
    .filter((version): version is VersionEntry & { publishedAt: string } => version.publishedAt !== null)
    .sort((one, other) => (one.publishedAt < other.publishedAt ? -1 : one.publishedAt > other.publishedAt ? 1 : 0));

/** The run's tables as they are now; undefined before anything was published. */
export const currentVersion = (versions: readonly VersionEntry[]): VersionEntry | undefined =>
  publishedVersions(versions).at(-1);

/** The version that waits for a word, the latest of them; undefined where none does. */
export const heldVersion = (versions: readonly VersionEntry[]): VersionEntry | undefined =>
  versions.findLast(({ status }) => status === 'held');

/** The run's tables as they were at a moment; undefined before the first. */
export const versionAsOf = (versions: readonly VersionEntry[], moment: Date): VersionEntry | undefined =>
  publishedVersions(versions).findLast(({ publishedAt }) => Date.parse(publishedAt) <= moment.getTime());

/**
 * The version that somebody names: its digits or a beginning of them that only one has, `current`, `previous`, `held`.
 *
 * @throws TwinError BadInput where there is no such version, or several
 */
export function findVersion(versions: readonly VersionEntry[], name: string): VersionEntry {
  const published = publishedVersions(versions);
  const named: Readonly<Record<string, VersionEntry | undefined>> = {
    current: published.at(-1),
    previous: published.at(-2),
    held: heldVersion(versions),
  };
  if (Object.hasOwn(named, name)) {
    const found = named[name];
    if (found !== undefined) return found;
    throw new TwinError('BadInput', `the run has no ${name} version; it has ${told(versions)}`);
  }
  const found = versions.filter(({ version }) => /^[0-9a-f]{4,12}$/.test(name) && version.startsWith(name));
  const last = found.at(-1);
  if (last === undefined) {
    throw new TwinError(
      'BadInput',
      `the run has no version ${JSON.stringify(name.slice(0, 40))}; it has ${told(versions)}`,
    );
  }
  if (new Set(found.map(({ version }) => version)).size > 1) {
    throw new TwinError('BadInput', `${name}: is the beginning of several versions (${told(found)}); write more of it`);
  }
  return last;
}

/** How long versions are kept. What is not said keeps everything. */
export interface Retention {
  /** Published versions, the current one included */
  readonly keep?: number;
  /** Days since a version stopped being the current one */
  readonly keepDays?: number;
}

const DAY_ms = 86_400_000;

/**
 * The versions that are kept, in their order: the current one and those that wait always; of the others, those that satisfy everything that
 * is asked. Rejected ones go with the first version that is published after them.
 */
export function retainVersions(
  versions: readonly VersionEntry[],
  { keep = Number.POSITIVE_INFINITY, keepDays = Number.POSITIVE_INFINITY }: Retention,
  now: Date,
): readonly VersionEntry[] {
  const published: readonly VersionEntry[] = publishedVersions(versions);
  const current = published.at(-1);
  const isKept = (version: VersionEntry): boolean => {
    if (version === current || version.status === 'held') return true;
    const place = published.indexOf(version);
    if (place < 0) return current === undefined || version.madeAt > (current.publishedAt ?? '');
    const replacedAt = published[place + 1]?.publishedAt ?? now.toISOString();
    return published.length - place <= keep && now.getTime() - Date.parse(replacedAt) <= keepDays * DAY_ms;
  };
  return versions.filter(isKept);
}

function told(versions: readonly VersionEntry[]): string {
  const names = [
    ...new Set(versions.map(({ version, status }) => (status === 'published' ? version : `${version} (${status})`))),
  ];
  if (names.length === 0) return 'none yet';
  return names.length > 8 ? `${names.slice(-8).join(', ')} and ${names.length - 8} older` : names.join(', ');
}
