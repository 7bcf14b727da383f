import { readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from './artifacts.ts';
import type { Files } from './files.ts';
import { openBucket, SECOND_LOOK_ms } from './s3Bucket.ts';
import type { ClientSettings } from './s3Client.ts';

/** As much as a file that is read into memory may have. */
const LARGEST_FILE_bytes = 2 ** 31 - 1;
/** Smaller local files go up with their hash, as what is in memory does. */
const READ_FIRST_bytes = 2 ** 25;

/** Files in object storage; a file's tag is its ETag. @param address  `s3://bucket/prefix` */
export async function openS3Files(address: string, settings?: ClientSettings): Promise<Files> {
  const bucket = await openBucket(address, settings);
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    await bucket.write(path, bytes, { sha256: sha256(bytes), isNew: false });
  };
  const look = async (path: string): Promise<Uint8Array | undefined> =>
    (await bucket.read(path, { most_bytes: LARGEST_FILE_bytes, isVerified: true }))?.bytes;
  return {
    address,
    async read(path) {
      const first = await look(path);
      if (first !== undefined) return first;
      await sleep(SECOND_LOOK_ms); // a subject whose file is missing is quarantined: that is worth a second look
      return look(path);
    },
    list: (under = '') => bucket.list(under),
    async write(path, content) {
      if (content instanceof Uint8Array) return write(path, content);
      const { localFile } = content;
      if ((await stat(localFile)).size <= READ_FIRST_bytes) await write(path, await readFile(localFile));
      else await bucket.upload(path, localFile);
      await rm(localFile, { force: true });
    },
    copy: (from, to) => bucket.copy(from, to),
    remove: (path) => bucket.remove(path),
  };
}
