import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readSource, writeSource } from '../activities/sources/studySource.ts';
import { addressOf, openFiles, openStore } from '../activities/stores/openStore.ts';
import { versionFolder } from '../cohorts/versions.ts';
import { TwinError } from '../twin/errors.ts';
import type { CohortClient } from '../workers/client.ts';
import { createSchedule, describeSchedule, type Overlap, triggerSchedule } from '../workers/schedules.ts';
import type { LivingRun } from '../workflows/reprocess.ts';
import { askHome, type HomeNote } from './home.ts';
import { openStudy } from './openStudy.ts';
import { type RunNote, readRunNote, runFolder, writeRunNote } from './runFolder.ts';
import { HEARTBEAT_TIMEOUT_s } from './withEngine.ts';

export interface CreateOptions {
  readonly home: string;
  readonly id?: string;
  readonly out?: string;
  readonly data?: string;
  readonly cron: readonly string[];
  readonly every?: number;
  readonly jitter?: number;
  readonly overlap: Overlap;
  readonly paused?: boolean;
  readonly hold?: boolean;
  readonly thorough?: boolean;
  readonly keep?: number;
  readonly keepDays?: number;
  readonly window?: number;
}

/** Makes the schedule of a study and the folder of its run. Gives the schedule's name and that folder. */
export async function createFor(study: string, options: CreateOptions): Promise<{ id: string; out: string }> {
  if (options.cron.length === 0 && options.every === undefined && !options.paused) {
    throw new TwinError('BadStudy', 'a schedule needs times: --cron or --every (or --paused, to be triggered only)');
  }
  const open = await openStudy(study, options.data);
  const { name } = open.study;
  const out = options.out ?? join('runs', name);
  const id = options.id ?? name;
  const { hold, keep, keepDays } = options;
  const living = {
    ...(hold === undefined ? {} : { isHeld: hold }),
    ...(keep === undefined ? {} : { keep }),
    ...(keepDays === undefined ? {} : { keepDays }),
  };
  return askHome(options.home, async (cohorts, home) => {
    const note: RunNote = {
      name,
      study,
      data: options.data ?? null,
      backend: home.backend,
      store: home.store,
      queues: home.queues,
      home: resolve(options.home),
      living,
    };
    refuseForeignFolder(out, note);
    const store = await openStore(home.store);
    await writeSource(store, name, {
      studyFile: addressOf(study),
      ...(options.data === undefined ? {} : { data: addressOf(options.data) }),
      outFolder: runFolder(out).published,
    });
    const { thorough } = options;
    await createSchedule(
      cohorts,
      id,
      { ...livingRun(note, home, options.window), ...(thorough === undefined ? {} : { isThorough: thorough }) },
      {
        crons: options.cron,
        ...(options.every === undefined ? {} : { every_ms: options.every }),
        ...(options.jitter === undefined ? {} : { jitter_ms: options.jitter }),
        overlap: options.overlap,
        isPaused: options.paused === true,
      },
    );
    writeRunNote(out, note);
    return { id, out };
  });
}

/** How a run with a home is brought up to date. */
export function livingRun(
  { name, living = {} }: Pick<RunNote, 'name' | 'living'>,
  { queues, slots, calibrateOn = 'cpu', hasLargePool }: HomeNote,
  window = 2 * slots,
): LivingRun {
  const { isHeld, ...retention } = living;
  return {
    run: name,
    window,
    schedule: {
      calibrateOn,
      heartbeatTimeout_s: HEARTBEAT_TIMEOUT_s,
      queues,
      ...(hasLargePool === undefined ? {} : { hasLargePool }),
    },
    ...(isHeld === undefined ? {} : { isHeld }),
    ...(Object.keys(retention).length === 0 ? {} : { retention }),
  };
}

/** A folder holds one run: what another one has there is not written over. */
function refuseForeignFolder(out: string, note: RunNote): void {
  if (!existsSync(join(runFolder(out).root, 'run.json'))) return;
  const before = readRunNote(out);
  if (before.name === note.name && (before.store ?? note.store) === note.store && before.home === note.home) return;
  throw new TwinError(
    'BadStudy',
    `${out}: is the folder of ${before.name === note.name ? 'the same study’s run outside this home' : `the run ${before.name}`}; name another with --out`,
  );
}

/** An execution of a schedule that has ended. */
export interface Fired {
  readonly result: unknown;
  /** What it changed, in lines for a person; undefined where it changed nothing */
  readonly diff: string | undefined;
}

const LOOK_INTERVAL_ms = 500;
const resultSchema = z.object({ status: z.string(), version: z.string().nullish() });

/** Fires a schedule of a home, and waits until what it began has ended. */
export async function triggerAndWait(cohorts: CohortClient, home: HomeNote, id: string): Promise<Fired> {
  const before = await describeSchedule(cohorts, id);
  await triggerSchedule(cohorts, id);
  const known = new Set(before.executions.map(({ workflowId, at }) => `${workflowId} ${at}`));
  for (;;) {
    const { executions } = await describeSchedule(cohorts, id);
    const mine = executions.filter(({ workflowId, at }) => !known.has(`${workflowId} ${at}`)).at(-1);
    const status = statusOf(mine?.result);
    if (mine !== undefined && status !== 'running') {
      return { result: mine.result, diff: await diffOf(home, before.run, mine.result) };
    }
    await sleep(LOOK_INTERVAL_ms);
  }
}

const statusOf = (result: unknown): string | undefined => resultSchema.safeParse(result).data?.status;

/** What an execution's version changed, as it was written beside it. */
async function diffOf(home: HomeNote, run: string, result: unknown): Promise<string | undefined> {
  const version = resultSchema.safeParse(result).data?.version ?? undefined;
  if (version === undefined) return undefined;
  const { outFolder } = await readSource(await openStore(home.store), run);
  const bytes = await (await openFiles(outFolder)).read(`${versionFolder(version)}/diff.txt`);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
