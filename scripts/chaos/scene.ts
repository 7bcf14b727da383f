import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runFolder } from '../../cli/runFolder.ts';
import type { KnownProcess } from '../../infra/temporal/processes.ts';
import { isAlive } from '../../infra/temporal/processes.ts';
import { findServer } from '../../infra/temporal/startServer.ts';
import type { Random } from '../../twin/random.ts';
import { type CohortClient, connectClient } from '../../workers/client.ts';
import { processesOf } from '../kills/processes.ts';
import type { Orders } from './control.ts';
import type { ChaosServer } from './servers.ts';
import type { ChaosStudy } from './study.ts';

/** A process of a run, by what it does there. */
export type Role = 'command' | 'cpu' | 'workflow' | 'guardian';

/** One run under faults, as the faults see it. */
export interface Scene {
  readonly study: ChaosStudy;
  readonly out: string;
  readonly store: string;
  /** All processes of the run inherit it */
  readonly mark: string;
  readonly orders: Orders;
  readonly random: Random;
  readonly heartbeat_ms: number;
  readonly server: ChaosServer;
  readonly isReal: boolean;
  /** Whether the store is a file system of its own, that can be filled */
  readonly isStoreMounted: boolean;
  /** Whether the run has come to its end: nothing can happen to it any more */
  readonly isOver: () => boolean;
  /** Keeps the command from being started again until the work is done. */
  readonly holding: <T>(work: () => Promise<T>) => Promise<T>;
  /** Says that the command may now end as one does that was cancelled or failed. */
  readonly expectEnd: (reason: string) => void;
}

const EVENT_PATIENCE_ms = 30_000;
const LOOK_INTERVAL_ms = 50;

/** A whole number below a bound. */
export const below = (random: Random, bound: number): number => Math.floor(random.uniform() * bound);
/** A time between two, ms. */
export const between = (random: Random, low_ms: number, high_ms: number): number =>
  Math.round(low_ms + random.uniform() * (high_ms - low_ms));
export const pick = <T>(random: Random, things: readonly T[]): T | undefined => things[below(random, things.length)];

/** The run's own processes of a role, those of an embedded server excepted. */
export async function processesIn(scene: Pick<Scene, 'mark'>, role: Role): Promise<KnownProcess[]> {
  const isOf = (args: readonly string[]): boolean => {
    switch (role) {
      case 'command':
        return args.some((word) => word.endsWith('chaos/command.ts'));
      case 'cpu':
      case 'workflow':
        return args.includes('--pool') && args.includes(role);
      case 'guardian':
        return args.some((word) => word.endsWith('guardian.ts'));
      default:
        return role satisfies never;
    }
  };
  return (await processesOf(scene.mark)).filter(({ args }) => isOf(args));
}

/** Sends a signal to a process that is there. Gives false where it is gone. */
export async function strike(target: KnownProcess, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isAlive(target))) return false;
  try {
    process.kill(target.pid, signal);
    return true;
  } catch {
    return false; // it ended between the look and the signal
  }
}

/** Kills a process and waits until it is gone. */
export async function kill(target: KnownProcess | undefined): Promise<boolean> {
  if (target === undefined || !(await strike(target, 'SIGKILL'))) return false;
  while (await isAlive(target)) await sleep(10);
  return true;
}

/** Stops a process for a while; it goes on as if nothing had been. */
export async function freeze(target: KnownProcess | undefined, time_ms: number): Promise<boolean> {
  if (target === undefined || !(await strike(target, 'SIGSTOP'))) return false;
  frozen.add(target);
  await sleep(time_ms);
  frozen.delete(target);
  return strike(target, 'SIGCONT');
}

const frozen = new Set<KnownProcess>();
/** Lets go on what an interrupted suite would leave stopped for ever. */
export function thaw(): void {
  for (const { pid } of frozen) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // it is gone
    }
  }
}

/** Waits for something to come true while the run goes on. False when the run has ended, or it never came. */
export async function until(
  scene: Pick<Scene, 'isOver'>,
  isTrue: () => boolean | Promise<boolean>,
  patience_ms = EVENT_PATIENCE_ms,
): Promise<boolean> {
  for (const end = performance.now() + patience_ms; performance.now() < end; await sleep(LOOK_INTERVAL_ms)) {
    if (await isTrue()) return true;
    if (scene.isOver()) return false;
  }
  return false;
}

/** Orders a fault of the run's own processes and waits until they took it. Gives how often they did. */
export async function order(scene: Scene, fault: string, times = 1, patience_ms = EVENT_PATIENCE_ms): Promise<number> {
  const before = scene.orders.count(fault);
  scene.orders.give(fault, times);
  await until(scene, () => scene.orders.count(fault) >= before + times, patience_ms);
  return times - scene.orders.withdraw(fault);
}

/** Talks to the run's server past whatever lies between. Undefined where it does not answer. */
export async function asking<T>(scene: Scene, ask: (cohorts: CohortClient) => Promise<T>): Promise<T | undefined> {
  const server = scene.server.direct ?? (await findServer(runFolder(scene.out).databaseFile, {}));
  if (server === undefined) return undefined;
  const cohorts = await connectClient(server).catch(() => undefined); // it is starting, or was just killed
  if (cohorts === undefined) return undefined;
  try {
    return await cohorts.client.withDeadline(Date.now() + 10_000, () => ask(cohorts));
  } catch {
    return undefined; // no worker answers, or the run is not under way: it is asked again
  } finally {
    await cohorts.close();
  }
}

/** How much of a run has its rows, 0 to 1, from its store alone: whatever of it is dead. */
export function shareDone(scene: Pick<Scene, 'store' | 'study'>): number {
  try {
    const rows = readdirSync(join(scene.store, 'records', 'row'), { recursive: true, encoding: 'utf8' });
    return rows.filter((name) => name.endsWith('.json')).length / scene.study.rows;
  } catch {
    return 0; // no row yet
  }
}
