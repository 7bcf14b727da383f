import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { cacheFolder } from '../../infra/temporal/cacheFolder.ts';
import { findServer } from '../../infra/temporal/startServer.ts';
import { TwinError } from '../../twin/errors.ts';
import { DEFAULT_QUEUES } from '../../workflows/queues.ts';
import { accessFromEnvironment } from '../accessFromEnvironment.ts';
import { EXIT, say } from '../console.ts';
import { readRunNote, runFolder } from '../runFolder.ts';
import { tracesUrl } from '../tracesFromEnvironment.ts';
import { positive } from './run.ts';

interface WorkerOptions {
  readonly pool: 'cpu' | 'workflow';
  readonly slots: number;
  readonly metrics?: string;
}

export const worker = new Command('worker')
  .description(
    'Adds a worker process to a run that is under way, here or, with TEMPORAL_ADDRESS, elsewhere. Ctrl-C stops it; its work goes on elsewhere.',
  )
  .argument('<run>', 'folder of the run, whose store the worker reads and writes')
  .addOption(new Option('--pool <pool>', 'what the worker does').choices(['cpu', 'workflow']).default('cpu'))
  .option('--slots <n>', 'subjects computed at the same time', positive, 1)
  .option('--metrics <address>', 'where Prometheus reads this worker’s metrics, as 127.0.0.1:9464')
  .addHelpText(
    'after',
    '\nExamples:\n  twinfold worker runs/demo\n  TEMPORAL_ADDRESS=temporal:7233 twinfold worker /mnt/runs/demo --slots 8',
  )
  .action(async (run: string, { pool, slots, metrics }: WorkerOptions) => {
    const { runWorker } = await import('../../workers/runWorker.ts');
    const { databaseFile, store, logs } = runFolder(run);
    const { backend } = readRunNote(run);
    const server = await findServer(databaseFile);
    if (server === undefined) {
      throw new TwinError(
        'BadStudy',
        `${run}: is not under way; start it with twinfold run, or name its server by TEMPORAL_ADDRESS`,
      );
    }
    const stop = new AbortController();
    let isInterrupted = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        isInterrupted = true;
        stop.abort();
      });
    }
    const watching = untilGone(databaseFile, stop.signal).then((isGone) => {
      if (!isGone) return;
      say('the run has ended');
      stop.abort();
    });
    const edgeModule = new URL('../../workers/edge.ts', import.meta.url).href;
    const logFile = resolve(logs, `worker-${pool}-${hostname()}-${process.pid}.log`);
    const traces = tracesUrl();
    const settings = {
      pool,
      server: accessFromEnvironment(server),
      queues: DEFAULT_QUEUES,
      slots,
      backend,
      store: resolve(store),
      cache: cacheFolder(),
      edgeModule,
      logFile,
      ...(traces === undefined ? {} : { tracesUrl: traces }),
      ...(metrics === undefined ? {} : { metricsAddress: metrics }),
    };
    await runWorker(settings, stop.signal, () =>
      say(`${pool} worker of ${run}, ${slots} at a time, on ${server.address}; its log: ${logFile}`),
    );
    stop.abort();
    await watching;
    if (isInterrupted) process.exitCode = EXIT.interrupted;
  });

const LOOK_INTERVAL_ms = 2000;
/** A server that was killed is started again within a second or two; one that is missed this often in a row is not coming. */
const MOST_MISSES = 5;

/** Waits until a run's server is gone for good; false when the signal ended the waiting. */
async function untilGone(databaseFile: string, signal: AbortSignal): Promise<boolean> {
  for (let misses = 0; !signal.aborted; ) {
    misses = (await findServer(databaseFile)) === undefined ? misses + 1 : 0;
    if (misses === MOST_MISSES) return true;
    await sleep(LOOK_INTERVAL_ms, undefined, { signal }).catch(() => undefined); // the loop looks at the signal
  }
  return false;
}
