import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { decodeEmulator } from '../activities/encoding/encodeEmulator.ts';
import { sha256 } from '../activities/stores/artifacts.ts';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import { type OpenEmulator, openEmulator } from '../cohorts/emulator/openEmulator.ts';
import { COHORT_FOLDER } from '../cohorts/publishLayout.ts';
import { TwinError } from '../twin/errors.ts';
import { publishedFolder } from './runFolder.ts';

/** A run's emulators lie beside its tables, each named by the hash of its bytes; `emulator.json` names the last one. */
const emulatorFolder = (run: string): string => join(publishedFolder(run), 'emulator');

const manifestSchema = z.object({ files: z.record(z.string(), z.object({ sha256: z.string() })) });
const pointerSchema = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), cohort: z.string() });

/** Hash of a run's cohort table: its file's, and of a table in several files that of their names and hashes. */
export function cohortHash(run: string): string {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(publishedFolder(run), 'manifest.json'), 'utf8')));
  const files = Object.entries(manifest.files)
    .filter(
      ([name]) => name === 'cohort.parquet' || (name.startsWith(`${COHORT_FOLDER}/`) && name.endsWith('.parquet')),
    )
    .map(([name, { sha256: hash }]) => [name, hash] as const);
  if (files.length === 1 && files[0]?.[0] === 'cohort.parquet') return files[0][1];
  return sha256(canonicalJson(Object.fromEntries(files)));
}

/** Writes a file of the emulator's folder as a whole, under the name that its bytes give. @returns its path */
export function writeEmulatorFile(run: string, bytes: Uint8Array, kind: 'design' | 'emulator', key?: string): string {
  const folder = emulatorFolder(run);
  mkdirSync(folder, { recursive: true });
  const name = kind === 'design' ? `design-${key}.safetensors` : `${sha256(bytes)}.safetensors`;
  writeWhole(join(folder, name), bytes);
  return join(folder, name);
}

/** The design of a key, if it was simulated before. */
export function readDesignFile(run: string, key: string): Uint8Array | undefined {
  const path = join(emulatorFolder(run), `design-${key}.safetensors`);
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** Makes an emulator the one that later commands take. */
export function pointToEmulator(run: string, hash: string, cohort: string): void {
  writeWhole(join(emulatorFolder(run), 'emulator.json'), `${canonicalJson({ sha256: hash, cohort }, 2)}\n`);
}

function writeWhole(path: string, content: Uint8Array | string): void {
  writeFileSync(`${path}.part`, content);
  renameSync(`${path}.part`, path);
}

/** An emulator and whether the cohort's table has changed since it was learned. */
export interface FoundEmulator {
  readonly emulator: OpenEmulator;
  readonly sha256: string;
  readonly isOfOtherTable: boolean;
}

/** The run's last emulator. @throws TwinError BadStudy where there is none, BadInput where its file is damaged */
export function findEmulator(run: string): FoundEmulator {
  const folder = emulatorFolder(run);
  const path = join(folder, 'emulator.json');
  if (!existsSync(path)) {
    throw new TwinError('BadStudy', `${run}: has no emulator yet; train one: twinfold emulate train ${run}`);
  }
  const pointer = pointerSchema.safeParse(jsonAt(path));
  if (!pointer.success || !readdirSync(folder).includes(`${pointer.data.sha256}.safetensors`)) {
    throw new TwinError(
      'BadInput',
      `${path}: names no emulator that lies beside it; train it again: twinfold emulate train ${run}`,
    );
  }
  const name = `${pointer.data.sha256}.safetensors`;
  const bytes = readFileSync(join(folder, name));
  if (sha256(bytes) !== pointer.data.sha256) {
    throw new TwinError(
      'BadInput',
      `${name}: holds other bytes than its name says; train it again: twinfold emulate train ${run}`,
    );
  }
  const model = decodeEmulator(bytes, name);
  return {
    emulator: openEmulator(model),
    sha256: pointer.data.sha256,
    isOfOtherTable: model.facts.cohort !== cohortHash(run),
  };
}

function jsonAt(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // the schema says that it is not what was expected
  }
}
