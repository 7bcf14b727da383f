import { join } from 'node:path';
import { startServer } from '../../infra/temporal/startServer.ts';
import { accessOf } from '../../workers/access.ts';
import { startWorkers } from '../../workers/startWorkers.ts';
import { DEFAULT_QUEUES } from '../../workflows/queues.ts';

/** A process that owns a server and a worker, says who they are, and waits to be killed. */
const folder = process.argv[2] ?? '.';
const environment = { ...process.env, TEMPORAL_ADDRESS: undefined };
const server = await startServer({ databaseFile: join(folder, 'temporal.db'), onEvent: () => undefined, environment });
const workers = await startWorkers({
  server: accessOf(server),
  queues: DEFAULT_QUEUES,
  store: join(folder, 'store'),
  backend: 'none',
  cache: join(folder, 'cache'),
  pools: [{ pool: 'cpu', processes: 1, slots: 1 }],
  onEvent: () => undefined,
  logFolder: folder,
  edgeModule: new URL('./fakeEdge.ts', import.meta.url),
});
process.send?.({ workers: Object.values(workers.pids()) });
setInterval(() => undefined, 60_000);
