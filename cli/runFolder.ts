import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { addressOf } from '../activities/stores/openStore.ts';
import { TwinError } from '../twin/errors.ts';

/** Where a run keeps what it needs to go on, and what it publishes. */
export interface RunFolder {
  readonly root: string;
  /** Database of the embedded Temporal server */
  readonly databaseFile: string;
  /** Artifacts and records, found again by the hash of what made them */
  readonly store: string;
  readonly logs: string;
  /** Tables and report */
  readonly published: string;
}

export function runFolder(folder: string): RunFolder {
  const root = resolve(folder);
  return {
    root,
    databaseFile: join(root, 'temporal', 'temporal.db'),
    store: join(root, 'store'),
    logs: join(root, 'logs'),
    published: join(root, 'published'),
  };
}

/** The tables of a finished run. @throws TwinError BadStudy where there are none yet */
export function publishedFolder(folder: string): string {
  const { published } = runFolder(folder);
  if (!existsSync(join(published, 'manifest.json'))) {
    throw new TwinError(
      'BadStudy',
      `${folder}: holds no published cohort (published/manifest.json); finish the run first: twinfold run STUDY --out ${folder}`,
    );
  }
  return published;
}

/** What a run was started with, kept in its folder so that later commands need only name the folder. */
export interface RunNote {
  readonly name: string;
  readonly study: string;
  readonly data: string | null;
  /** Compute backend, for workers that join */
  readonly backend: string;
  /** Where artifacts are kept, where it is not the run's own folder */
  readonly store?: string;
  /** Where workers publish the tables, where it is not the run's own folder */
  readonly publish?: string;
  /** First word of the task queues, where it was said */
  readonly queues?: string;
  /** Folder of the server that keeps the run up to date, where it has a schedule */
  readonly home?: string;
  /** How its tables are published then */
  readonly living?: { readonly isHeld?: boolean; readonly keep?: number; readonly keepDays?: number };
}

const noteSchema: z.ZodType<RunNote> = z.object({
  name: z.string(),
  study: z.string(),
  data: z.string().nullable(),
  backend: z.string().default('reference'), // runs of before there was a choice
  store: z.string().exactOptional(),
  publish: z.string().exactOptional(),
  queues: z.string().exactOptional(),
  home: z.string().exactOptional(),
  living: z
    .object({
      isHeld: z.boolean().exactOptional(),
      keep: z.number().exactOptional(),
      keepDays: z.number().exactOptional(),
    })
    .exactOptional(),
});

/** Database of the server that a run's commands talk to: its own, or that of its home. */
export function databaseOf(folder: string): string {
  const home = readRunNote(folder).home;
  return runFolder(home ?? folder).databaseFile;
}

export function writeRunNote(folder: string, { study, data, ...rest }: RunNote): void {
  const { root } = runFolder(folder);
  mkdirSync(root, { recursive: true });
  const note: RunNote = { ...rest, study: resolve(study), data: data === null ? null : addressOf(data) };
  writeFileSync(join(root, 'run.json'), `${JSON.stringify(note, null, 2)}\n`);
}

/** @throws TwinError BadStudy where a schedule keeps the folder's run up to date: what works on it has another server and another store */
export function refuseScheduled(folder: string): void {
  if (!existsSync(join(runFolder(folder).root, 'run.json'))) return;
  const { home } = readRunNote(folder);
  if (home === undefined) return;
  throw new TwinError(
    'BadStudy',
    `${folder}: is kept up to date by a schedule; fire it now with twinfold schedule trigger ID --home ${home}, or name another folder with --out`,
  );
}

/** Where a run keeps its artifacts: a folder or a bucket. */
export const storeOf = (folder: string): string => readRunNote(folder).store ?? runFolder(folder).store;

/** @throws TwinError BadStudy where the folder is not one of a run */
export function readRunNote(folder: string): RunNote {
  const path = join(runFolder(folder).root, 'run.json');
  if (!existsSync(path)) {
    throw new TwinError(
      'BadStudy',
      `${folder}: is not the folder of a run (no run.json); name the folder given as --out`,
    );
  }
  return noteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}
