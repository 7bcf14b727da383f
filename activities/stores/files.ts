import { constants, copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { absentAsUndefined, writeWhole } from './writeWhole.ts';

/** One file of a place, and what tells whether it changed: equal tags are equal contents, as far as the place can tell without reading. */
export interface ListedFile {
  /** With `/` between names, relative to the place */
  readonly path: string;
  readonly bytes: number;
  readonly tag: string;
  readonly modified_ms: number;
}

/** Files that people name: inputs of subjects, published tables. Paths are relative, with `/` between names. */
export interface Files {
  /** A folder's path, or `s3://bucket/prefix` */
  readonly address: string;
  /** Undefined where there is no such file */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Files under a path, in the order of their paths. */
  list(under?: string): AsyncIterable<ListedFile>;
  /** Writes a file as a whole or not at all; what is given as a local file is moved or uploaded from there, and gone afterwards. */
  write(path: string, content: Uint8Array | { readonly localFile: string }): Promise<void>;
  /** Copies a file within the place, where its bytes lie: none of them come here. False where there is no such file. */
  copy(from: string, to: string): Promise<boolean>;
  /** Removes a file; one that is not there is no error. */
  remove(path: string): Promise<void>;
}

/** Files of a folder. */
export function openFolderFiles(folder: string): Files {
  const root = resolve(folder);
  const placeOf = (path: string): string => {
    const place = resolve(root, path);
    if (place !== root && !place.startsWith(`${root}${sep}`)) throw new Error(`${path}: lies outside ${root}`);
    return place;
  };
  return {
    address: root,
    read: (path) => absentAsUndefined(readFile(placeOf(path))),
    async *list(under = '') {
      const entries = await absentAsUndefined(readdir(placeOf(under), { recursive: true, withFileTypes: true }));
      const places = (entries ?? [])
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      for (const place of places.sort()) {
        const found = await absentAsUndefined(stat(place));
        if (found === undefined) continue; // removed since it was listed
        const path = relative(root, place).split(sep).join('/');
        yield { path, bytes: found.size, tag: `${found.size}-${found.mtimeMs}`, modified_ms: found.mtimeMs };
      }
    },
    async write(path, content) {
      if (content instanceof Uint8Array) return writeWhole(placeOf(path), content);
      await moveWhole(content.localFile, placeOf(path));
    },
    async copy(from, to) {
      const source = placeOf(from);
      if ((await absentAsUndefined(stat(source))) === undefined) return false;
      // A file system that can shares the blocks.
      await writeWhole(placeOf(to), (beside) => copyFile(source, beside, constants.COPYFILE_FICLONE));
      return true;
    },
    remove: (path) => rm(placeOf(path), { force: true }),
  };
}

/** A rename where both are on one file system; else a copy beside its place that is renamed. */
async function moveWhole(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    await writeWhole(to, (beside) => copyFile(from, beside));
    await rm(from, { force: true });
  }
}
