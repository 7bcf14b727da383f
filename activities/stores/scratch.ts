import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isBucket } from './openStore.ts';
import { absentAsUndefined } from './writeWhole.ts';

const BEGINNING = 'publish-';
/** Publishing is given an hour: whoever began longer ago than twice that is gone, and left this behind. */
const ABANDONED_AFTER_ms = 2 * 3600_000;

/**
 * Lends a folder for files on their way to an address, and removes it afterwards: beside the address, so that files are moved and not copied,
 * or among the machine's temporary files where the address is no folder. What a killed process left there is removed too.
 */
export async function withScratch<T>(address: string, work: (folder: string) => Promise<T>): Promise<T> {
  // No folder of ours among the temporary ones: whoever of a machine's users made it first would shut the others out.
  const [parent, beginning] = isBucket(address)
    ? [tmpdir(), `twinfold-${BEGINNING}`]
    : [join(dirname(resolve(address)), 'scratch'), BEGINNING];
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent, beginning);
  const folder = await mkdtemp(join(parent, beginning));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeAbandoned(parent: string, beginning: string): Promise<void> {
  for (const name of (await readdir(parent)).filter((name) => name.startsWith(beginning))) {
    const path = join(parent, name);
    const found = await absentAsUndefined(stat(path));
    const isOurs = found?.uid === process.getuid?.() || process.getuid === undefined;
    if (found !== undefined && isOurs && Date.now() - found.mtimeMs > ABANDONED_AFTER_ms) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
