import { open } from 'node:fs/promises';
import { TwinError } from '../twin/errors.ts';

const GROUP_READS = 0o040;
const BEYOND_OWNER = 0o077;

/**
 * Reads a file that holds a secret. Only its owner may read it; the group may too where the owner is root, which is how Kubernetes and Debian hand
 * secrets to a service.
 *
 * @param what  what the file holds, for the sentence
 * @throws TwinError BadStudy where it is missing, or others may read or change it
 */
export async function readSecretFile(path: string, what: string): Promise<string> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'ENOENT' ? 'there is no such file' : `it cannot be opened (${error.code ?? error.message})`;
    throw new TwinError('BadStudy', `${path}: holds ${what} as it was told, but ${why}`);
  });
  try {
    const { mode, uid } = await file.stat(); // of what is read, whatever the path names by then
    const forbidden = mode & BEYOND_OWNER & ~(uid === 0 ? GROUP_READS : 0);
    if (process.platform !== 'win32' && forbidden !== 0) {
      const found = (mode & 0o777).toString(8).padStart(4, '0');
      throw new TwinError(
        'BadStudy',
        `${path}: holds ${what}, and its mode ${found} lets others than its owner at it; chmod 600 it, and change what it holds if others were on this machine`,
      );
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
