import { readFile, rm, stat } from 'node:fs/promises';
import { sha256 } from './artifacts.ts';
import type { Files } from './files.ts';
import { openBucket } from './s3Bucket.ts';
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
  return {
    address,
    read: async (path) => (await bucket.read(path, { most_bytes: LARGEST_FILE_bytes, isVerified: true }))?.bytes,
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
