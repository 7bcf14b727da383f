import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readVersions } from '../activities/records/versions.ts';
import type { Files } from '../activities/stores/files.ts';
import { isBucket, openFiles } from '../activities/stores/openStore.ts';
import { findVersion, publishedVersions, type VersionEntry, versionAsOf, versionFolder } from '../cohorts/versions.ts';
import { TwinError } from '../twin/errors.ts';
import { publishedFolder, runFolder } from './runFolder.ts';

/** A run's tables that somebody names: `RUN`, `RUN@previous`, `RUN@held`, `RUN@3f2a…`; a bucket's prefix does as well. */
export interface NamedTables {
  readonly files: Files;
  /** Undefined for the tables as they lie there */
  readonly version: string | undefined;
  readonly label: string;
}

const VERSION_SUFFIX = /^(.+)@(current|previous|held|[0-9a-f]{4,12})$/;

/** @throws TwinError where there is no such run, or it has no such version */
export async function openTables(name: string): Promise<NamedTables> {
  const [, place = name, version] = (existsSync(name) ? undefined : VERSION_SUFFIX.exec(name)) ?? [];
  const files = await openFiles(addressOfTables(place, version !== undefined));
  if (version === undefined) return { files, version, label: name };
  const found = findVersion(await readVersions(files), version);
  return { files, version: found.version, label: `${place}@${found.version}` };
}

/** The published folder of a run, or the place itself where it holds tables. */
function addressOfTables(place: string, isVersioned: boolean): string {
  if (isBucket(place)) return place;
  if (existsSync(join(place, 'manifest.json')) || existsSync(join(place, 'versions.json'))) return place;
  const { published } = runFolder(place);
  // Tables that were held back from the beginning have no current ones yet.
  return isVersioned && existsSync(join(published, 'versions.json')) ? published : publishedFolder(place);
}

/** Folder of a version's tables, for SQL. @throws TwinError where the run has no such version */
export function folderOfVersion(
  published: string,
  versions: readonly VersionEntry[],
  { asOf, version }: { readonly asOf?: Date; readonly version?: string },
): string {
  if (version !== undefined) return join(published, versionFolder(findVersion(versions, version).version));
  if (asOf === undefined) return published;
  const found = versionAsOf(versions, asOf);
  if (found !== undefined) return join(published, versionFolder(found.version));
  const first = publishedVersions(versions)[0];
  throw new TwinError(
    'BadInput',
    `there were no tables at ${asOf.toISOString()}; ${first === undefined ? 'the run has no versions yet' : `the first that are kept are of ${first.publishedAt}`}`,
  );
}
