import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../cohorts/row.ts';
import { artifactUri, type Store, sha256 } from './artifacts.ts';
import { writeWhole } from './writeWhole.ts';

const REF = /^artifacts\/([0-9a-f]{2})\/(\1[0-9a-f]{62})\.(safetensors|json)$/;

/**
 * A store in a folder: `artifacts/` named by content, `records/` named by the hash of their key. A file is written beside its place,
 * synced and renamed, so that a reader never sees half of it and any number of processes may write the same one.
 */
export function openFolderStore(folder: string): Store {
  const pathOf = (ref: ArtifactRef): string => {
    const match = REF.exec(ref.uri);
    if (match?.[2] !== ref.sha256) throw new Error(`${ref.uri}: not the address of an artifact of this store`);
    return join(folder, ref.uri);
  };
  const recordPath = (key: string): string => {
    const hash = sha256(key);
    return join(folder, 'records', hash.slice(0, 2), `${hash}.json`);
  };
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
  };
}

async function absentAsUndefined<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
