import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { TwinError } from '../twin/errors.ts';

/** Beyond this a ZIP needs an extension that many readers lack. */
const MOST_BYTES = 4e9;
/** Files that are compressed already */
const COMPRESSED = /\.parquet$/;
/** The earliest time that the format has: the archive says nothing of when it was made. */
const NO_TIME = '1980-01-01T00:00:00';
const READ_BYTES = 1 << 20;

/**
 * Writes files of a folder, and others from memory, into a ZIP: in the order of their names and without times, so that equal contents
 * are equal bytes. Memory holds one piece of a file at a time.
 *
 * @throws TwinError BadStudy where the files are too many bytes for a ZIP
 */
export async function writeZip(
  path: string,
  folder: string,
  copied: readonly string[],
  made: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  let total = 0;
  for (const name of copied) total += (await stat(join(folder, name))).size;
  if (total > MOST_BYTES)
    throw new TwinError('BadStudy', `${path}: ${(total / 1e9).toFixed(1)} GB are too many for a ZIP; name a folder`);
  await mkdir(dirname(path), { recursive: true });
  const half = `${path}.${process.pid}.half`;
  const out = createWriteStream(half);
  try {
    let failed: Error | undefined;
    out.on('error', (error) => {
      failed ??= error;
    });
    const zip = new Zip((error, chunk, isLast) => {
      if (error !== null) failed = error;
      else if (isLast) out.end(chunk);
      else out.write(chunk);
    });
    for (const name of [...copied, ...made.keys()].sort()) {
      const entry = COMPRESSED.test(name) ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
      entry.mtime = NO_TIME;
      zip.add(entry);
      const bytes = made.get(name);
      if (bytes === undefined) {
        for await (const chunk of createReadStream(join(folder, name), { highWaterMark: READ_BYTES })) {
          entry.push(chunk);
          if (out.writableNeedDrain) await once(out, 'drain');
        }
        entry.push(new Uint8Array(0), true);
      } else entry.push(bytes, true);
      if (failed !== undefined) throw failed;
    }
    const isWritten = once(out, 'finish');
    zip.end();
    await isWritten;
    await rename(half, path);
  } finally {
    out.destroy();
    await rm(half, { force: true });
  }
}
