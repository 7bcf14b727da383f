import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runFolder } from '../../cli/runFolder.ts';
import type { Random } from '../../twin/random.ts';
import { keepOutput } from '../keepOutput.ts';
import { leftAfter, MARK, processesOf } from '../kills/processes.ts';
import { CONTROL, openOrders } from './control.ts';
import { REAL } from './edge.ts';
import { type PlannedFault, shareAt } from './plan.ts';
import { kill, type Scene, shareDone, until } from './scene.ts';
import type { ChaosServer } from './servers.ts';
import type { ChaosStudy } from './study.ts';

export interface ChaosRunOptions {
  readonly study: ChaosStudy;
  readonly out: string;
  readonly server: ChaosServer;
  readonly faults: readonly PlannedFault[];
  readonly random: Random;
  readonly heartbeat_s: number;
  readonly workers: number;
  readonly slots: number;
  readonly isReal: boolean;
  readonly isStoreMounted: boolean;
  readonly deadline_ms: number;
}

/** How a run under faults went. */
export interface ChaosRunEnd {
  /** Faults that really were injected, and those that the run gave no occasion for */
  readonly injected: readonly PlannedFault[];
  readonly missed: readonly PlannedFault[];
  /** Times that the command was started */
  readonly starts: number;
  /** Ends of the command that were no kill, in its own words: it was started again, as a person would */
  readonly failures: readonly string[];
  /** What is wrong with the run as a whole; undefined where it came to its end */
  readonly problem: string | undefined;
  /** Processes that outlived it */
  readonly left: readonly string[];
  readonly seconds: number;
}

const DONE: readonly (number | null)[] = [0, 3];
const INTERRUPTED = 130;
const MOST_STARTS = 20;
/** What was killed, frozen or cut off notices and ends by itself within this time. */
const ORPHANS_END_ms = 60_000;
const command = fileURLToPath(new URL('./command.ts', import.meta.url));
const preload = new URL('./preload.ts', import.meta.url).href;

/** Runs the command on a study until its tables are published, starting it again whenever it ends before, while faults come. */
export async function runUnderFaults(options: ChaosRunOptions): Promise<ChaosRunEnd> {
  const { out, server, faults, random } = options;
  const mark = randomUUID();
  const orders = openOrders(join(out, 'chaos'));
  const began_ms = performance.now();
  let isOver = false;
  let held = 0;
  const expected: string[] = [];
  const scene: Scene = {
    study: options.study,
    out,
    store: runFolder(out).store,
    mark,
    orders,
    random,
    heartbeat_ms: options.heartbeat_s * 1000,
    server,
    isReal: options.isReal,
    isStoreMounted: options.isStoreMounted,
    isOver: () => isOver,
    async holding(work) {
      held++;
      try {
        return await work();
      } finally {
        held--;
      }
    },
    expectEnd: (reason) => expected.push(reason),
  };
  const injected: PlannedFault[] = [];
  const missed: PlannedFault[] = [];
  const failures: string[] = [];
  const injecting = faults.map(async (planned) => {
    try {
      const isDone = (await untilMoment(scene, planned)) && (await planned.fault.inject(scene, planned.moment));
      (isDone ? injected : missed).push(planned);
    } catch (error) {
      // What it was to strike went away in the same moment: it is tried again in another run.
      failures.push(
        `${planned.fault.name} was not injected: ${error instanceof Error ? error.message : String(error)}`,
      );
      missed.push(planned);
    }
  });

  let problem: string | undefined;
  let starts = 0;
  for (;;) {
    while (held > 0) await sleep(50);
    starts++;
    const { code, output } = await runCommand(options, mark, orders.folder);
    if (DONE.includes(code)) break;
    if (code !== null && code !== INTERRUPTED) failures.push(lastWords(output));
    if (performance.now() - began_ms > options.deadline_ms)
      problem = `not at its end after ${starts} starts:\n${output}`;
    else if (starts === MOST_STARTS) problem = `started ${MOST_STARTS} times and never at its end:\n${output}`;
    if (problem !== undefined) break;
  }
  isOver = true;
  const seconds = (performance.now() - began_ms) / 1000;
  server.network?.open();
  await Promise.all(injecting);
  const left = await leftAfter(mark, ORPHANS_END_ms);
  for (const found of await processesOf(mark)) await kill(found);
  return { injected, missed, starts, failures, problem, left, seconds };
}

async function untilMoment(scene: Scene, { moment }: PlannedFault): Promise<boolean> {
  const forEver = Number.POSITIVE_INFINITY;
  switch (moment) {
    case 'start':
      await sleep(scene.random.uniform() * 4000);
      return !scene.isOver();
    case 'early':
    case 'middle':
    case 'late': {
      const share = shareAt(moment, scene.random);
      return until(scene, () => shareDone(scene) >= share, forEver);
    }
    case 'publish': {
      // Orders are given before: publishing takes no longer than the blink of an eye.
      const isNear = () => shareDone(scene) >= 0.9 || scene.orders.count('publish') > 0;
      return until(scene, isNear, forEver);
    }
    default:
      return moment satisfies never;
  }
}

/** One start of the command, to its end. */
async function runCommand(options: ChaosRunOptions, mark: string, control: string) {
  const { study, out, server, heartbeat_s, workers, slots, isReal } = options;
  const { TEMPORAL_ADDRESS: _, ...environment } = process.env;
  const words = ['--study', study.path, '--out', out, '--heartbeat', `${heartbeat_s}`];
  const child = spawn(process.execPath, [command, ...words, '--workers', `${workers}`, '--slots', `${slots}`], {
    env: {
      ...environment,
      [MARK]: mark,
      [CONTROL]: control,
      NODE_OPTIONS: `--import=${preload}`,
      ...(isReal ? { [REAL]: '1' } : {}),
      ...(server.network === undefined ? {} : { TEMPORAL_ADDRESS: server.network.address }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = keepOutput(child);
  const giveUp = setTimeout(() => child.kill('SIGKILL'), options.deadline_ms);
  // Not `close`: what the run left behind would hold its pipes open.
  const code = await new Promise<number | null>((resolve) => child.once('exit', (ended) => resolve(ended)));
  clearTimeout(giveUp);
  mkdirSync(join(out, 'logs'), { recursive: true });
  writeFileSync(join(out, 'logs', 'command.log'), `${output()}\nexit code ${code}\n\n`, { flag: 'a' });
  return { code, output: output() };
}

/** The sentence with which a command ended. */
const lastWords = (output: string): string =>
  output
    .split('\n')
    .filter((line) => line.startsWith('twinfold:') || /Error/.test(line))
    .at(-1) ?? output.trim().slice(-300);
