import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TwinError } from '../twin/errors.ts';
import type { ServerAccess } from './access.ts';
import type { WorkerSettings } from './settings.ts';

/** What happens to worker processes. */
export type WorkerEvent =
  | { readonly type: 'ready'; readonly name: string; readonly pid: number }
  | { readonly type: 'ended'; readonly name: string; readonly reason: string }
  | { readonly type: 'gave-up'; readonly name: string; readonly reason: string };

export interface StartWorkersOptions {
  readonly server: ServerAccess;
  /** First word of the task queues */
  readonly queues: string;
  /** The artifact store: a folder, or `s3://bucket/prefix` */
  readonly store: string;
  /** Compute backend, by name */
  readonly backend: string;
  readonly cache: string;
  /** Processes of each pool, and stages that run at the same time in each of them. */
  readonly pools: readonly {
    readonly pool: WorkerSettings['pool'];
    readonly processes: number;
    readonly slots: number;
  }[];
  readonly onEvent: (event: WorkerEvent) => void;
  /** Folder for one log file a process; null sends the logs to standard error. */
  readonly logFolder: string | null;
  /** The science; by default the real one. */
  readonly edgeModule?: URL;
}

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
const STOP_PATIENCE_ms = 25_000;

/**
 * Starts worker processes and keeps them up: one that is killed is started again. They end with this process, however it ends.
 *
 * @throws TwinError BadStudy when a worker does not come up
 */
export async function startWorkers(options: StartWorkersOptions): Promise<RunningWorkers> {
  const names = options.pools.flatMap(({ pool, processes, slots }) =>
    Array.from({ length: processes }, (_, index) => ({ name: `${pool}-${index + 1}`, pool, slots })),
  );
  const supervised = names.map(({ name, pool, slots }) => superviseWorker(name, { pool, slots }, options));
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
  { pool, slots }: Pick<WorkerSettings, 'pool' | 'slots'>,
  options: StartWorkersOptions,
): SupervisedWorker {
  const { server, queues, store, backend, cache, logFolder, onEvent } = options;
  const logFile = logFolder === null ? null : join(logFolder, `worker-${name}.log`);
  const edgeModule = (options.edgeModule ?? realEdge).href;
  const settings: WorkerSettings = {
    pool,
    server,
    queues,
    slots,
    backend,
    store,
    cache,
    edgeModule,
    logFile,
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
      const force = setTimeout(() => child?.kill('SIGKILL'), STOP_PATIENCE_ms);
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
