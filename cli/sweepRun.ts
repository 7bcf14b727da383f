import { resolve } from 'node:path';
import type { Store } from '../activities/stores/artifacts.ts';
import { openFolderStore } from '../activities/stores/folderStore.ts';
import { openStore } from '../activities/stores/openStore.ts';
import { type Collected, collectGarbage } from '../activities/sweep/collectGarbage.ts';
import { TwinError } from '../twin/errors.ts';
import { cohortBegan } from '../workers/client.ts';
import { askRun } from './liveRun.ts';
import { readRunNote, runFolder, storeOf } from './runFolder.ts';

export interface SweepOptions {
  /** Folder of a run */
  readonly run?: string;
  /** Address of a store, where it is not the one of the run */
  readonly store?: string;
  readonly grace_ms: number;
  readonly plans: number;
  readonly isDryRun: boolean;
}

/** A stage that is not done after this time is given up: nothing younger can be half of something that still goes on. */
const LONGEST_STAGE_min = 60;
/** From the moment that a run is put to the one in which its server knows of it, on a busy machine. */
const STARTING_ms = 120_000;

/**
 * Sweeps the store of a run, or a store by itself.
 *
 * @throws TwinError BadStudy where a run is under way that began before the time of grace, or where several runs may share the store and
 *   the grace is shorter than a stage may take
 */
export async function sweepRun({ run, store, grace_ms, plans, isDryRun }: SweepOptions): Promise<Collected> {
  if (run === undefined && store === undefined) {
    throw new TwinError('BadStudy', 'name the folder of a run, or a store with --store');
  }
  const address = store ?? storeOf(run ?? '');
  if (run !== undefined && !isDryRun) await refuseWhileUnderWay(run, grace_ms);
  const isOwn = run !== undefined && resolve(address) === runFolder(run).store;
  if (!isOwn && !isDryRun && grace_ms < LONGEST_STAGE_min * 60_000) {
    throw new TwinError(
      'BadStudy',
      `${address}: other runs may be using this store; keep at least what is younger than a stage may take: --older-than ${LONGEST_STAGE_min}min`,
    );
  }
  const options = { now_ms: Date.now(), grace_ms, plans, isDryRun };
  const opened = await openStore(address);
  if (!isDryRun && grace_ms < STARTING_ms) await refuseWhileStarting(opened, address, options.now_ms);
  const collected = await collectGarbage(opened, options);
  if (run === undefined) return collected;
  const published = await collectGarbage(onlyHalfWritten(runFolder(run).published), options);
  return {
    ...collected,
    kinds: [...collected.kinds, ...published.kinds.map((kind) => ({ ...kind, kind: 'published' }))],
  };
}

/** A folder of tables as a store that holds nothing but what a killed publication left half written. */
function onlyHalfWritten(folder: string) {
  const store = openFolderStore(folder);
  return { ...store, list: async function* () {} };
}

/** A run that was put just now may have no server yet that would tell of it. */
async function refuseWhileStarting(store: Store, address: string, now_ms: number): Promise<void> {
  for await (const { modified_ms } of store.list('records/run/')) {
    if (now_ms - modified_ms > STARTING_ms) continue;
    const minutes = STARTING_ms / 60_000;
    throw new TwinError(
      'BadStudy',
      `${address}: a run was started on it less than ${minutes} minutes ago; wait, or keep what is as young as that: --older-than ${minutes}min`,
    );
  }
}

async function refuseWhileUnderWay(folder: string, grace_ms: number): Promise<void> {
  readRunNote(folder);
  const began = (await askRun(folder, cohortBegan))?.answer;
  if (began === undefined) return;
  const age_ms = Date.now() - began.getTime();
  if (age_ms < grace_ms) return;
  throw new TwinError(
    'BadStudy',
    `${folder}: is under way since ${began.toISOString()}; wait for its end, or keep more than its age with --older-than ${Math.ceil(age_ms / 60_000) + 1}min`,
  );
}
