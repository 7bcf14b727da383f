import type { CohortCounts } from '../../cohorts/manifest.ts';
import type { ArtifactRef } from '../../cohorts/row.ts';
import {
  currentVersion,
  decodeVersions,
  encodeVersions,
  findVersion,
  type Retention,
  retainVersions,
  VERSIONS_FILE,
  type VersionEntry,
  versionFolder,
  versionOf,
} from '../../cohorts/versions.ts';
import { TwinError } from '../../twin/errors.ts';
import { sha256 } from '../stores/artifacts.ts';
import type { Files } from '../stores/files.ts';

/** Where tables that wait for a word are written before they have a name. */
const STAGED = 'versions/staged/';

/** What a version is made of, beside its tables. */
export interface VersionFacts {
  readonly study: ArtifactRef;
  readonly counts: CohortCounts;
  readonly computed: number | null;
}

/** Tables on their way into a run's folder. */
export interface Publication {
  /** Where the tables are written, the manifest last. */
  readonly out: Files;
  /**
   * Called once, after all writes: keeps what was written as a version, unless it is what the run has already. Gives the version's name;
   * undefined for tables without a manifest.
   */
  keep(names: readonly string[], facts: VersionFacts): Promise<string | undefined>;
}

/** Begins to publish into a run's folder; held back, the tables become a version and the run's own stay as they are. */
export function openPublication(files: Files, { isHeld = false }: { readonly isHeld?: boolean } = {}): Publication {
  return isHeld
    ? {
        out: filesUnder(files, STAGED),
        async keep(names, facts) {
          const version = await keepVersion(files, names, facts, STAGED);
          for await (const { path } of files.list(STAGED)) await files.remove(path);
          return version;
        },
      }
    : { out: files, keep: (names, facts) => keepVersion(files, names, facts) };
}

/**
 * Keeps a published set of tables as `versions/<name>/…` and notes it in `versions.json`, unless the run's latest is the same. CSV texts
 * are left out, for the Parquet files hold the same; a version that is held has them until it is published.
 *
 * @param names    of the files that were written
 * @param staging  where they were written, for a version that is held; otherwise they are the run's tables
 */
export async function keepVersion(
  files: Files,
  names: readonly string[],
  facts: VersionFacts,
  staging?: typeof STAGED,
): Promise<string | undefined> {
  const manifest = await files.read(`${staging ?? ''}manifest.json`);
  if (manifest === undefined) return undefined;
  const version = versionOf(sha256(manifest));
  const versions = await readVersions(files);
  const isHeld = staging !== undefined;
  const latest = isHeld ? versions.findLast(({ status }) => status !== 'rejected') : currentVersion(versions);
  if (latest?.version === version || (isHeld && currentVersion(versions)?.version === version)) return version;
  for (const name of names.filter((name) => isHeld || !isText(name))) {
    const isCopied = await files.copy(`${staging ?? ''}${name}`, `${versionFolder(version)}/${name}`);
    if (!isCopied) throw new Error(`${name}: was published and is gone already; it is published again`);
  }
  const now = new Date().toISOString();
  const entry: VersionEntry = isHeld
    ? { version, status: 'held', madeAt: now, publishedAt: null, ...facts }
    : { version, status: 'published', madeAt: now, publishedAt: now, ...facts };
  // Of several that wait, the latest holds what the others held.
  const others = versions.map((other) =>
    isHeld && other.status === 'held' ? { ...other, status: 'rejected' as const } : other,
  );
  await files.write(VERSIONS_FILE, encodeVersions([...others, entry]));
  return version;
}

/** Every version that is on record, in the order in which they were made; none where nothing was published since there are versions. */
export async function readVersions(files: Files): Promise<readonly VersionEntry[]> {
  const bytes = await files.read(VERSIONS_FILE);
  return bytes === undefined ? [] : decodeVersions(bytes, VERSIONS_FILE);
}

/** What kept versions stand on: stored studies whose artifacts a sweeper must leave, and folders whose rows name more by their hashes. */
export async function keptVersions(
  files: Files,
): Promise<readonly { readonly version: string; readonly study: ArtifactRef; readonly folder: string }[]> {
  const versions = await readVersions(files);
  return versions.map(({ version, study }) => ({ version, study, folder: versionFolder(version) }));
}

/**
 * Makes a version that is held the run's tables, or refuses it.
 *
 * @param name  its name; the one that waits where it is not said
 * @throws TwinError BadInput where no such version waits
 */
export async function decideVersion(
  files: Files,
  name: string | undefined,
  isApproved: boolean,
): Promise<VersionEntry> {
  const versions = await readVersions(files);
  const found = findVersion(versions, name ?? 'held');
  if (found.status !== 'held') {
    throw new TwinError(
      'BadInput',
      `version ${found.version} is ${found.status}; only one that is held waits for a word`,
    );
  }
  const current = currentVersion(versions);
  if (isApproved && current !== undefined && (current.publishedAt ?? '') > found.madeAt) {
    throw new TwinError(
      'BadInput',
      `version ${found.version} is older than the run's tables (${current.version}), and would undo them; reject it`,
    );
  }
  const folder = `${versionFolder(found.version)}/`;
  if (isApproved) await moveIntoPlace(files, folder);
  const decided: VersionEntry = isApproved
    ? { ...found, status: 'published', publishedAt: new Date().toISOString() }
    : { ...found, status: 'rejected' };
  await files.write(VERSIONS_FILE, encodeVersions(versions.map((version) => (version === found ? decided : version))));
  return decided;
}

/** The manifest last, as when publishing; then the texts go from the version's folder. */
async function moveIntoPlace(files: Files, folder: string): Promise<void> {
  const paths: string[] = [];
  for await (const { path } of files.list(folder)) paths.push(path);
  const isManifest = (path: string) => path === `${folder}manifest.json`;
  const tables = paths.filter((path) => !isNote(path.slice(folder.length)));
  for (const path of [...tables.filter((path) => !isManifest(path)), ...tables.filter(isManifest)]) {
    await files.copy(path, path.slice(folder.length));
  }
  for (const path of tables.filter(isText)) await files.remove(path);
}

/** Removes versions that need not be kept any longer; gives their names. */
export async function sweepVersions(files: Files, retention: Retention): Promise<readonly string[]> {
  const versions = await readVersions(files);
  const kept = retainVersions(versions, retention, new Date());
  if (kept.length === versions.length) return [];
  await files.write(VERSIONS_FILE, encodeVersions(kept)); // first: a version that is listed is there as a whole
  const names = new Set(kept.map(({ version }) => version));
  const gone = [...new Set(versions.map(({ version }) => version))].filter((version) => !names.has(version));
  for (const version of gone) {
    for await (const { path } of files.list(`${versionFolder(version)}/`)) await files.remove(path);
  }
  return gone;
}

const isText = (name: string): boolean => name.endsWith('.csv');
/** What is written beside a version's tables about it. */
const isNote = (name: string): boolean => name === 'diff.json' || name === 'diff.txt';

/** The files under a beginning of their paths, as a place of their own. */
export function filesUnder(files: Files, beginning: string): Files {
  return {
    address: `${files.address}/${beginning.replace(/\/$/, '')}`,
    read: (path) => files.read(`${beginning}${path}`),
    async *list(under = '') {
      for await (const file of files.list(`${beginning}${under}`)) {
        yield { ...file, path: file.path.slice(beginning.length) };
      }
    },
    write: (path, content) => files.write(`${beginning}${path}`, content),
    copy: (from, to) => files.copy(`${beginning}${from}`, `${beginning}${to}`),
    remove: (path) => files.remove(`${beginning}${path}`),
  };
}
