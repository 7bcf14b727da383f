import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf } from '../activities/stores/openStore.ts';
import { chooseBackend } from '../backends/index.ts';
import { cacheFolder } from '../infra/temporal/cacheFolder.ts';
import { findServer } from '../infra/temporal/startServer.ts';
import { TwinError } from '../twin/errors.ts';
import { defaultBuildId } from '../workers/deployment.ts';
import { TWINS_PER_DEVICE } from '../workers/devices.ts';
import { queuesOf } from '../workers/queuesOf.ts';
import { runWorker } from '../workers/runWorker.ts';
import type { WorkerSettings } from '../workers/settings.ts';
import { accessFromEnvironment } from './accessFromEnvironment.ts';
import { EXIT, say } from './console.ts';
import { databaseOf, readRunNote, runFolder, storeOf } from './runFolder.ts';
import { tracesUrl } from './tracesFromEnvironment.ts';

export interface WorkerOptions {
  readonly pool: WorkerSettings['pool'];
  readonly backend: string;
  readonly slots?: number;
  readonly store?: string;
  readonly queues?: string;
  readonly device?: string;
  readonly memory?: number;
  readonly drain?: number;
  readonly deployment?: string;
  readonly buildId?: string;
  readonly metrics?: string;
}

/** Where a worker belongs. */
interface Place extends Pick<WorkerSettings, 'server' | 'queues' | 'backend' | 'store' | 'logFile'> {
  /** What it works for, in words */
  readonly of: string;
  /** Resolves when nobody is there any more to work for; stays pending otherwise. */
  gone(signal: AbortSignal): Promise<void>;
}

/** Runs a worker until it is told to stop, or its run has ended. Gives the exit code. */
export async function startWorker(run: string | undefined, options: WorkerOptions): Promise<number> {
  const { pool, device, memory, drain, metrics } = options;
  const place = run === undefined ? await placeInCluster(options) : await placeInRun(run, options);
  const { of, gone, ...where } = place;
  const stop = new AbortController();
  let isInterrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      isInterrupted = true;
      stop.abort();
    });
  }
  const traces = tracesUrl();
  const deployment = await deploymentOf(options);
  const slots = options.slots ?? (pool === 'gpu' ? TWINS_PER_DEVICE : 1);
  const settings: WorkerSettings = {
    ...where,
    pool,
    slots,
    cache: cacheFolder(),
    edgeModule: new URL('../workers/edge.ts', import.meta.url).href,
    ...(device === undefined ? {} : { device }),
    ...(memory === undefined ? {} : { memory_MB: memory }),
    ...(drain === undefined ? {} : { drain_s: drain }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(traces === undefined ? {} : { tracesUrl: traces }),
    ...(metrics === undefined ? {} : { metricsAddress: metrics }),
  };
  const watching = gone(stop.signal).then(() => {
    if (!stop.signal.aborted) say('the run has ended');
    stop.abort();
  });
  await runWorker(settings, stop.signal, () => {
    const build = deployment === undefined ? '' : `, build ${deployment.buildId} of ${deployment.name}`;
    const log = where.logFile === null ? '' : `; its log: ${where.logFile}`;
    say(`${pool} worker of ${of}, ${slots} at a time, on ${where.server.address}${build}${log}`);
  });
  stop.abort();
  await watching;
  return isInterrupted ? EXIT.interrupted : EXIT.done;
}

async function placeInRun(run: string, { pool, queues, store }: WorkerOptions): Promise<Place> {
  if (store !== undefined || queues !== undefined) {
    throw new TwinError('BadStudy', `${run}: a run knows its store and queues; leave --store and --queues away`);
  }
  const note = readRunNote(run);
  const databaseFile = databaseOf(run);
  const server = await findServer(databaseFile);
  if (server === undefined) {
    throw new TwinError(
      'BadStudy',
      `${run}: is not under way; start it with twinfold run, or name its server by TEMPORAL_ADDRESS`,
    );
  }
  const address = storeOf(run);
  return {
    of: run,
    server: accessFromEnvironment(server),
    queues: note.queues ?? queuesOf({ origin: process.env.TEMPORAL_ADDRESS ? 'address' : 'path' }, address),
    backend: note.backend,
    store: address,
    logFile: resolve(runFolder(run).logs, `worker-${pool}-${hostname()}-${process.pid}.log`),
    gone: (signal) => untilGone(databaseFile, signal),
  };
}

async function placeInCluster({ pool, queues, store, backend }: WorkerOptions): Promise<Place> {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace = 'default' } = process.env;
  if (!address || store === undefined) {
    throw new TwinError(
      'BadStudy',
      `worker: found ${address ? 'no --store' : 'no TEMPORAL_ADDRESS'}, expected the folder of a run to join, or TEMPORAL_ADDRESS=host:port with --store and the queues that runs are started with`,
    );
  }
  const where = addressOf(store);
  const asked = pool === 'gpu' && backend === 'auto' ? 'webgpu' : backend;
  return {
    of: where,
    server: accessFromEnvironment({ address, namespace }),
    queues: queues ?? queuesOf({ origin: 'address' }, where),
    backend: asked === 'auto' ? (await chooseBackend(asked)).backend.name : asked,
    store: where,
    logFile: null,
    gone: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
  };
}

async function deploymentOf({ deployment: name, buildId }: WorkerOptions): Promise<WorkerSettings['deployment']> {
  if (name !== undefined) return { name, buildId: buildId ?? (await defaultBuildId()) };
  if (buildId === undefined) return undefined;
  throw new TwinError('BadStudy', `--build-id ${buildId}: is the build of a deployment; name that by --deployment`);
}

const LOOK_INTERVAL_ms = 2000;
/** A server that was killed is started again within a second or two; one that is missed this often in a row is not coming. */
const MOST_MISSES = 5;

/** Waits until a run's server is gone for good, or the signal. */
async function untilGone(databaseFile: string, signal: AbortSignal): Promise<void> {
  for (let misses = 0; !signal.aborted && misses < MOST_MISSES; ) {
    misses = (await findServer(databaseFile)) === undefined ? misses + 1 : 0;
    await sleep(LOOK_INTERVAL_ms, undefined, { signal }).catch(() => undefined); // the loop looks at the signal
  }
}
