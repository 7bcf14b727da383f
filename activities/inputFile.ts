import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import { TwinError } from '../twin/errors.ts';
import type { ReadBeside } from '../twin/formats/format.ts';
import { type Records, sha256 } from './artifacts.ts';
import { parseJson } from './stageIndex.ts';

/** One input of a subject: a file, and those beside it that its reader asks for. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
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

const traceSchema = z.array(z.string());

/**
 * Opens a file of the data folder.
 *
 * @throws TwinError BadInput where it is missing, or lies outside the folder
 */
export async function openInputFile(records: Records, folder: string, path: string): Promise<TracedFile> {
  const place = resolve(folder, path);
  if (relative(folder, place).startsWith('..')) {
    throw new TwinError('BadInput', `${path}: lies outside the data folder; name files inside it`);
  }
  const bytes = await readFile(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== undefined && REASONS[error.code] !== undefined) throw unreadable(path, error.code);
    throw error;
  });
  const name = basename(place);
  const mainHash = sha256(bytes);
  const traceKey = `trace:${name}:${mainHash}`;
  const asked = new Set<string>();
  const traced = async (): Promise<readonly string[]> => {
    const text = await records.readRecord(traceKey);
    return text === undefined ? [] : (traceSchema.safeParse(parseJson(text)).data ?? []);
  };
  const readBeside = (file: string): Uint8Array | undefined => {
    if (basename(file) !== file || file === '..' || file === '' || file.includes('\0')) {
      throw new TwinError(
        'BadInput',
        `${path}: names the file ${JSON.stringify(file)}, which is not in its own folder`,
      );
    }
    return readOrUndefined(join(dirname(place), file));
  };
  return {
    name,
    bytes,
    beside: (file) => {
      const content = readBeside(file);
      asked.add(file);
      return content;
    },
    traced,
    async hash() {
      const hashes = (await traced()).map((file) => [file, contentHash(readBeside(file))]);
      return sha256(canonicalJson([name, mainHash, hashes]));
    },
    async rememberTrace() {
      await records.writeRecord(traceKey, canonicalJson([...asked].sort()));
    },
  };
}

const contentHash = (bytes: Uint8Array | undefined): string => (bytes === undefined ? 'absent' : sha256(bytes));

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

const unreadable = (path: string, code: string): TwinError => new TwinError('BadInput', `${path}: ${REASONS[code]}`);
