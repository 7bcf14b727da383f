import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TwinError } from '../twin/errors.ts';
import type { ServerAccess } from './access.ts';
import { memoryBudget } from './admission.ts';
import { TWINS_PER_DEVICE } from './devices.ts';
import { drainTime_ms, type WorkerSettings } from './settings.ts';

/** What happens to worker processes. */
export type WorkerEvent =
  | { readonly type: 'ready'; readonly name: string; readonly pid: number }
  | { readonly type: 'ended'; readonly name: string; readonly reason: string }
  | { readonly type: 'gave-up'; readonly name: string; readonly reason: string };

/** Processes of one pool. */
export interface PoolSize {
  readonly pool: WorkerSettings['pool'];
  readonly processes: number;
  /** Stages that run at the same time in each */
  readonly slots: number;
  /** The device of its processes, as `findDevices` names it */
  readonly device?: string;
}

export interface StartWorkersOptions {
  readonly server: ServerAccess;
  /** First word of the task queues */
  readonly queues: string;
  /** The artifact store: a folder, or `s3://bucket/prefix` */
  readonly store: string;
  /** Compute backend, by name */
  readonly backend: string;
  readonly cache: string;
  /** Entries may share a pool: `poolOfDevices` gives one a device. */
  readonly pools: readonly PoolSize[];
  /** What all processes together may plan with, MB; a share of the machine's or container's memory where it is not said */
  readonly memory_MB?: number;
  /** What is at work when a stop is asked for may go on this long, s */
  readonly drain_s?: number;
  readonly deployment?: WorkerSettings['deployment'];
  /** OTLP/HTTP endpoint that traces go to */
  readonly tracesUrl?: string;
  readonly onEvent: (event: WorkerEvent) => void;
  /** Folder for one log file a process; null sends the logs to standard error. */
  readonly logFolder: string | null;
  /** The science; by default the real one. */
  readonly edgeModule?: URL;
}

/** One process for each device, each with a few twins in flight. */
export const poolOfDevices = (devices: readonly string[]): PoolSize[] =>
  devices.map((device) => ({ pool: 'gpu', processes: 1, slots: TWINS_PER_DEVICE, device }));

export interface RunningWorkers {
  /** Process numbers of those that run now, by name */
  pids(): Readonly<Record<string, number>>;
  /** Rejects when a worker will not stay up; otherwise stays pending until the workers are stopped. */
  readonly ended: Promise<void>;
  /** Lets what runs come to its end or its checkpoint, and returns when every process is gone. */
  stop(): Promise<void>;
}

const START_TIMEOUT_ms = 90_000;
const PAUSE_BEFORE_RESTART_ms = 500;
/** A worker that ends this many times in a row, each time within a minute, has a reason that starting it again will not mend. */
const MOST_FAILURES = 5;
const STEADY_ms = 60_000;
/** Beyond the time to drain. */
const STOP_PATIENCE_ms = 22_000;

/**
 * Starts worker processes and keeps them up: one that is killed is started again. They end with this process, however it ends.
 *
 * @throws TwinError BadStudy when a worker does not come up
 */
export async function startWorkers(options: StartWorkersOptions): Promise<RunningWorkers> {
  const computing = options.pools.reduce((sum, { pool, processes }) => sum + (pool === 'workflow' ? 0 : processes), 0);
  const memory_MB = Math.max(1, Math.floor((options.memory_MB ?? memoryBudget()) / Math.max(1, computing)));
  const counts = new Map<string, number>();
  const nameOf = (pool: string): string => {
    counts.set(pool, (counts.get(pool) ?? 0) + 1);
    return `${pool}-${counts.get(pool)}`;
  };
  const supervised = options.pools.flatMap(({ processes, ...share }) =>
    Array.from({ length: processes }, () => superviseWorker(nameOf(share.pool), { ...share, memory_MB }, options)),
  );
  const stop = async () => {
    await Promise.all(supervised.map((worker) => worker.stop()));
  };
  const ended = Promise.all(supervised.map((worker) => worker.ended)).then(() => undefined);
  ended.catch(() => undefined); // whoever waits for it hears it; nobody has to
  try {
    await withinTime(Promise.race([Promise.all(supervised.map((worker) => worker.ready)), ended]));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pids: () =>
      Object.fromEntries(
        supervised.flatMap(({ name, pid }) => {
          const now = pid();
          return now === undefined ? [] : [[name, now]];
        }),
      ),
    ended,
    stop,
  };
}

interface SupervisedWorker {
  readonly name: string;
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  pid(): number | undefined;
  stop(): Promise<void>;
}

function superviseWorker(
  name: string,
  share: Pick<WorkerSettings, 'pool' | 'slots' | 'device' | 'memory_MB'>,
  options: StartWorkersOptions,
): SupervisedWorker {
  const { server, queues, store, backend, cache, logFolder, onEvent, drain_s, deployment, tracesUrl } = options;
  const logFile = logFolder === null ? null : join(logFolder, `worker-${name}.log`);
  const edgeModule = (options.edgeModule ?? realEdge).href;
  const settings: WorkerSettings = {
    ...share,
    server,
    queues,
    backend,
    store,
    cache,
    edgeModule,
    logFile,
    ...(drain_s === undefined ? {} : { drain_s }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(tracesUrl === undefined ? {} : { tracesUrl }),
  };
  const ready = Promise.withResolvers<void>();
  let child: ChildProcess | undefined;
  let isStopping = false;

  const keepUp = async (): Promise<void> => {
    for (let failures = 0; !isStopping; ) {
      const began_ms = performance.now();
      const { process: started, reason } = forkWorker(settings, (pid) => {
        onEvent({ type: 'ready', name, pid });
        ready.resolve();
      });
      child = started;
      const why = await reason;
      child = undefined;
      if (isStopping) return;
      onEvent({ type: 'ended', name, reason: why });
      failures = performance.now() - began_ms > STEADY_ms ? 1 : failures + 1;
      if (failures === MOST_FAILURES) {
        onEvent({ type: 'gave-up', name, reason: why });
        throw new TwinError(
          'BadStudy',
          `worker ${name} does not stay up: ${why}; see ${logFile ?? 'its output above'}`,
        );
      }
      await sleep(PAUSE_BEFORE_RESTART_ms);
    }
  };
  const ended = keepUp();
  ended.catch(() => undefined); // heard through startWorkers
  return {
    name,
    ready: ready.promise,
    ended,
    pid: () => child?.pid,
    async stop() {
      isStopping = true;
      child?.kill('SIGTERM');
      const force = setTimeout(() => child?.kill('SIGKILL'), drainTime_ms(settings) + STOP_PATIENCE_ms);
      await ended.catch(() => undefined); // it had given up before
      clearTimeout(force);
    },
  };
}

const realEdge = new URL('./edge.ts', import.meta.url);
const main = fileURLToPath(new URL('./main.ts', import.meta.url));

function forkWorker({ pool, ...settings }: WorkerSettings, onReady: (pid: number) => void) {
  const child = fork(main, ['--pool', pool, '--settings', JSON.stringify(settings)], {
    detached: true, // a process group of its own: a Ctrl-C reaches the parent, which stops its workers in order
    stdio: ['ignore', 'ignore', settings.logFile === null ? 'inherit' : 'pipe', 'ipc'],
  });
  let lastWords = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = `${lastWords}${chunk}`.slice(-4000);
  });
  child.on('message', () => {
    if (child.pid !== undefined) onReady(child.pid);
  });
  const reason = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}${errorLine(lastWords)}`));
  });
  return { process: child, reason };
}

/** The line of a stack trace that says what went wrong. */
function errorLine(text: string): string {
  const line = text.split('\n').find((candidate) => /^\w*Error\b/.test(candidate));
  return line === undefined ? '' : ` (${line.trim()})`;
}

async function withinTime<T>(starting: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const tooLate = sleep(START_TIMEOUT_ms, undefined, { signal: timer.signal }).then(() => {
    throw new TwinError('BadStudy', `the workers were not ready after ${START_TIMEOUT_ms / 1000} s; see their logs`);
  });
  try {
    return await Promise.race([starting, tooLate]);
  } finally {
    timer.abort();
    await tooLate.catch(() => undefined); // its own end, asked for in the line above
  }
}
