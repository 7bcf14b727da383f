import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../../cohorts/row.ts';
import { artifactUri, checkedUri, isStored, recordUri, type Store, sha256 } from './artifacts.ts';
import { openFolderFiles } from './files.ts';
import { absentAsUndefined, writeWhole } from './writeWhole.ts';

/**
 * A store in a folder: `artifacts/` named by content, `records/` by kind, named by the hash of their key. A file is written beside its place,
 * synced and renamed, so that a reader never sees half of it and any number of processes may write the same one.
 */
export function openFolderStore(folder: string): Store {
  const pathOf = (ref: ArtifactRef): string => join(folder, checkedUri(ref));
  const recordPath = (key: string): string => join(folder, recordUri(key));
  const files = openFolderFiles(folder);
  const has = async (ref: ArtifactRef): Promise<boolean> =>
    (await absentAsUndefined(stat(pathOf(ref))))?.size === ref.bytes;

  return {
    has,
    async put(bytes, kind) {
      const hash = sha256(bytes);
      const ref = { uri: artifactUri(hash, kind), sha256: hash, bytes: bytes.length };
      if (!(await has(ref))) await writeWhole(join(folder, ref.uri), bytes);
      return ref;
    },
    async get(ref) {
      const path = pathOf(ref);
      const bytes = await absentAsUndefined(readFile(path));
      if (bytes === undefined) return undefined;
      if (sha256(bytes) === ref.sha256) return bytes;
      await rm(path, { force: true }); // so that the next look finds nothing, and the stage that made it runs again
      return undefined;
    },
    async readRecord(key) {
      return (await absentAsUndefined(readFile(recordPath(key))))?.toString('utf8');
    },
    async writeRecord(key, text) {
      await writeWhole(recordPath(key), text);
    },
    async *list(under) {
      for await (const { path, bytes, modified_ms } of files.list(under)) {
        if (isStored(path)) yield { uri: path, bytes, modified_ms };
      }
    },
    async *listHalfWritten() {
      for await (const { path, bytes, modified_ms } of files.list()) {
        if (path.endsWith('.part')) yield { uri: path, bytes, modified_ms };
      }
    },
    async readListed(uri) {
      const bytes = await files.read(uri);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    remove: (uri) => files.remove(uri),
  };
}
