import { posix } from 'node:path';
import { TwinError } from '../../twin/errors.ts';
import type { Files } from '../stores/files.ts';
import { ObjectTooLarge } from '../stores/s3Bucket.ts';
import type { InputPlace } from './inputFile.ts';

/** Thrown to a reader that asks for a file which is not here yet; `whileFetching` brings it and lets the reader begin again. */
class NeedsFile extends Error {
  override readonly name = 'NeedsFile';
  readonly fetch: () => Promise<void>;

  constructor(file: string, fetch: () => Promise<void>) {
    super(`${file}: is fetched first; read within whileFetching`);
    this.fetch = fetch;
  }
}

/** Files that one input may ask for beside it; each costs another beginning of its reader. */
const MOST_BESIDE = 256;

/**
 * Work that reads inputs, begun again as often as it asks for a file that has to be fetched. Readers are synchronous and read before they
 * compute, so that beginning again costs the parsing of what is there.
 */
export async function whileFetching<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NeedsFile)) throw error;
      await error.fetch(); // each fetch is another file, and there are at most MOST_BESIDE of them
    }
  }
}

/** An input among files that are not on this machine. @throws TwinError BadInput where the path leads out of them */
export function inputInFiles(files: Files, path: string): InputPlace {
  const place = posix.normalize(path).replace(/\/+$/, '');
  if (place.startsWith('/') || place === '..' || place.startsWith('../')) {
    throw new TwinError('BadInput', `${path}: lies outside the data folder; name files inside it`);
  }
  const fetched = new Map<string, Uint8Array | undefined>();
  const read = async (file: string) =>
    files.read(file).catch((error: unknown) => {
      if (!(error instanceof ObjectTooLarge)) throw error;
      throw new TwinError('BadInput', `${path}: cannot be read: ${error.message}`);
    });
  const fetch = async (file: string): Promise<void> => {
    if (fetched.has(file)) return;
    if (fetched.size === MOST_BESIDE) {
      throw new TwinError('BadInput', `${path}: names more than ${MOST_BESIDE} files beside it; expected fewer`);
    }
    fetched.set(file, await read(posix.join(posix.dirname(place), file)));
  };
  return {
    name: posix.basename(place),
    async read() {
      const bytes = await read(place);
      if (bytes !== undefined) return bytes;
      throw new TwinError(
        'BadInput',
        `${path}: there is no such file in the data folder; correct the sample sheet or add the file`,
      );
    },
    beside(file) {
      if (!fetched.has(file)) throw new NeedsFile(file, () => fetch(file));
      return fetched.get(file);
    },
    fetch,
  };
}
