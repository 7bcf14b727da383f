import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../cohorts/row.ts';
import { artifactUri, recordUri, type Store, sha256 } from './artifacts.ts';
import { openFolderFiles } from './files.ts';
import { absentAsUndefined, writeWhole } from './writeWhole.ts';

/** A file that is whole: its name ends after the ending. */
const LISTED = /\/[0-9a-f]{64}\.(safetensors|json)$/;
const REF = /^artifacts\/([0-9a-f]{2})\/(\1[0-9a-f]{62})\.(safetensors|json)$/;

/**
 * A store in a folder: `artifacts/` named by content, `records/` by kind, named by the hash of their key. A file is written beside its place,
 * synced and renamed, so that a reader never sees half of it and any number of processes may write the same one.
 */
export function openFolderStore(folder: string): Store {
  const pathOf = (ref: ArtifactRef): string => {
    const match = REF.exec(ref.uri);
    if (match?.[2] !== ref.sha256) throw new Error(`${ref.uri}: not the address of an artifact of this store`);
    return join(folder, ref.uri);
  };
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
        if (LISTED.test(path)) yield { uri: path, bytes, modified_ms };
      }
    },
    async readListed(uri) {
      const bytes = await files.read(uri);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    remove: (uri) => files.remove(uri),
  };
}
