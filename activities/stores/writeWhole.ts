import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file so that it is either there as a whole, also after a power cut, or not at all; a function writes the file that it is given. */
export async function writeWhole(
  path: string,
  content: Uint8Array | string | ((beside: string) => Promise<void>),
): Promise<void> {
  const beside = `${path}.${randomUUID()}.part`;
  await mkdir(dirname(path), { recursive: true });
  try {
    if (typeof content === 'function') await content(beside);
    else await writeFile(beside, content, { flag: 'wx' });
    const file = await open(beside, 'r+');
    await file.sync().finally(() => file.close());
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** What a reading gives; undefined where there is nothing to read. */
export async function absentAsUndefined<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
