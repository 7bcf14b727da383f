import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import { TwinError } from '../../twin/errors.ts';
import type { ReadBeside } from '../../twin/formats/format.ts';
import { parseJson } from '../records/stageIndex.ts';
import { type Records, sha256 } from '../stores/artifacts.ts';
import type { Files } from '../stores/files.ts';
import { isBucket, openFiles } from '../stores/openStore.ts';
import { inputInFiles } from './fetchedInput.ts';

/** One input of a subject: a file, and those beside it that its reader asks for. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where files are fetched first, it is called within `whileFetching`. */
  readonly beside: ReadBeside;
}

export interface TracedFile extends InputFile {
  /**
   * Hash of the file and of all files beside it that were read the last time its bytes were seen. A reader that meets the same bytes asks
   * for the same files, so an equal hash means an equal input.
   */
  hash(): Promise<string>;
  /** Names of those files beside it, whether they were there or not. */
  traced(): Promise<readonly string[]>;
  /** Remembers which files beside this one were asked for since it was opened. */
  rememberTrace(): Promise<void>;
}

/** A file and its neighbours where they lie. */
export interface InputPlace {
  readonly name: string;
  /** @throws TwinError BadInput where there is nothing that can be read */
  read(): Promise<Uint8Array>;
  /** The file of a checked name; undefined where there is none. */
  readonly beside: ReadBeside;
  /** Brings a neighbour to where `beside` finds it at once; absent where that is so anyway. */
  fetch?(file: string): Promise<void>;
}

const traceSchema = z.array(z.string());

/**
 * Opens a file of the data folder. What its hash is does not depend on where it lies: a study that is moved into a bucket is found again.
 *
 * @param folder  a folder's path, `s3://bucket/prefix`, or files that are open
 * @throws TwinError BadInput where it is missing, or lies outside the folder
 */
export async function openInputFile(records: Records, folder: string | Files, path: string): Promise<TracedFile> {
  const isLocal = typeof folder === 'string' && !isBucket(folder);
  const place = isLocal
    ? inputInFolder(folder, path)
    : inputInFiles(typeof folder === 'string' ? await openFiles(folder) : folder, path);
  const { name } = place;
  const bytes = await place.read();
  const mainHash = sha256(bytes);
  const traceKey = `trace:${name}:${mainHash}`;
  const asked = new Set<string>();
  const traced = async (): Promise<readonly string[]> => {
    const text = await records.readRecord(traceKey);
    return text === undefined ? [] : (traceSchema.safeParse(parseJson(text)).data ?? []);
  };
  const checkName = (file: string): void => {
    if (basename(file) !== file || file === '..' || file === '' || file.includes('\0')) {
      throw new TwinError(
        'BadInput',
        `${path}: names the file ${JSON.stringify(file)}, which is not in its own folder`,
      );
    }
  };
  return {
    name,
    bytes,
    beside: (file) => {
      checkName(file);
      const content = place.beside(file);
      asked.add(file);
      return content;
    },
    traced,
    async hash() {
      const hashes: [string, string][] = [];
      for (const file of await traced()) {
        checkName(file);
        await place.fetch?.(file);
        hashes.push([file, contentHash(place.beside(file))]);
      }
      return sha256(canonicalJson([name, mainHash, hashes]));
    },
    async rememberTrace() {
      await records.writeRecord(traceKey, canonicalJson([...asked].sort()));
    },
  };
}

const contentHash = (bytes: Uint8Array | undefined): string => (bytes === undefined ? 'absent' : sha256(bytes));

function inputInFolder(folder: string, path: string): InputPlace {
  const place = resolve(folder, path);
  if (relative(folder, place).startsWith('..')) {
    throw new TwinError('BadInput', `${path}: lies outside the data folder; name files inside it`);
  }
  return {
    name: basename(place),
    read: () =>
      readFile(place).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== undefined && REASONS[error.code] !== undefined) {
          throw new TwinError('BadInput', `${path}: ${REASONS[error.code]}`);
        }
        throw error;
      }),
    beside: (file) => readOrUndefined(join(dirname(place), file)),
  };
}

function readOrUndefined(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && ABSENT.includes(String(error.code))) return undefined;
    throw error;
  }
}

/** A name in a file may also be that of a folder, or longer than any name: then there is no such file either. */
const ABSENT: readonly string[] = ['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG'];

/** What a person can mend, by the system's code; everything else (a disk that fails, too many open files) may be gone at the next attempt. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file in the data folder; correct the sample sheet or add the file',
  ENOTDIR: 'leads through a file as if it were a folder; correct the sample sheet',
  EISDIR: 'is a folder; the sample sheet must name the file itself',
  EACCES: 'may not be read; give the account that Twinfold runs under the right to',
};
