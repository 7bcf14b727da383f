import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** A published file, as the manifest names it. */
export interface PublishedFile {
  /** Inside the run's published folder, with `/` between names */
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A published file that lies on this machine still. */
export interface MadeFile extends PublishedFile {
  readonly localFile: string;
}

const READ_BYTES = 1 << 20;

/** Length and SHA-256 of a file, read piece by piece; what was written of it is on the disk afterwards. */
export async function hashFile(path: string): Promise<Pick<PublishedFile, 'sha256' | 'bytes'>> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(READ_BYTES);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, READ_BYTES, bytes);
      if (bytesRead === 0) return { sha256: hash.digest('hex'), bytes };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}
