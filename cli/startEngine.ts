import { cacheFolder } from '../infra/temporal/cacheFolder.ts';
import type { ServerEvent } from '../infra/temporal/events.ts';
import { type RunningServer, startServer } from '../infra/temporal/startServer.ts';
import type { ServerAccess } from '../workers/access.ts';
import { queuesOf } from '../workers/queuesOf.ts';
import { poolOfDevices, type RunningWorkers, startWorkers, type WorkerEvent } from '../workers/startWorkers.ts';
import { accessFromEnvironment, givenConnection } from './accessFromEnvironment.ts';
import { tracesUrl } from './tracesFromEnvironment.ts';

export interface EngineOptions {
  /** Database of the server, where it is not given by address */
  readonly databaseFile: string;
  /** Where artifacts are kept: a folder, or `s3://bucket/prefix` */
  readonly store: string;
  /** First word of the task queues, where it is not the store's own */
  readonly queues?: string;
  readonly logs: string;
  /** Worker processes, and stages that run at the same time in each; with no process, workers elsewhere do everything */
  readonly workers: number;
  readonly slots: number;
  /** Devices that calibrate, one process each, as `findDevices` names them; none where it is not said */
  readonly devices?: readonly string[];
  /** Compute backend, by name */
  readonly backend: string;
  /** The science; the real one where it is not said */
  readonly edgeModule?: URL;
  readonly events: EngineEvents;
  readonly signal: AbortSignal;
}

/** What an engine tells while it goes on. */
export interface EngineEvents {
  server(event: ServerEvent): void;
  serverReady(server: RunningServer): void;
  worker(event: WorkerEvent): void;
}

/** A server and the workers on it. */
export interface Engine {
  readonly access: ServerAccess;
  readonly queues: string;
  readonly workers: RunningWorkers;
  /** Lets what runs come to its end or its checkpoint, then ends the server. */
  stop(): Promise<void>;
}

/** Starts a server and workers. @throws TwinError BadStudy where one of them does not come up, and the signal's reason */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const {
    databaseFile,
    store,
    logs,
    workers: processes,
    slots,
    backend,
    events,
    signal,
    edgeModule,
    devices = [],
  } = options;
  signal.throwIfAborted();
  const server = await startServer({
    databaseFile,
    onEvent: (event) => events.server(event),
    connection: givenConnection,
  });
  try {
    events.serverReady(server);
    const access = accessFromEnvironment(server);
    signal.throwIfAborted();
    const queues = options.queues ?? queuesOf(server, store);
    const traces = tracesUrl();
    const workers = await startWorkers({
      server: access,
      queues,
      store,
      backend,
      cache: cacheFolder(),
      pools:
        processes === 0
          ? []
          : [
              { pool: 'workflow', processes: 1, slots: 1 },
              { pool: 'cpu', processes, slots },
              ...poolOfDevices(devices),
            ],
      onEvent: (event) => events.worker(event),
      logFolder: logs,
      ...(traces === undefined ? {} : { tracesUrl: traces }),
      ...(edgeModule === undefined ? {} : { edgeModule }),
    });
    const stop = async () => {
      await workers.stop();
      await server.stop();
    };
    return { access, queues, workers, stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
