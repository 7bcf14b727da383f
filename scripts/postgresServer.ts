// A Temporal server on PostgreSQL, as in production, for runs and checks on this machine: `node scripts/postgresServer.ts --folder X`. Prints its
// address; Ctrl-C ends both. Then, in another terminal: `TEMPORAL_ADDRESS=… twinfold run study.yaml`.
import { parseArgs } from 'node:util';
import { explain, say, warn } from '../cli/console.ts';
import { startPostgresServer } from '../infra/temporal/postgres.ts';

const { values } = parseArgs({ options: { folder: { type: 'string', default: '.twinfold/postgres' } } });
try {
  const server = await startPostgresServer({
    folder: values.folder,
    tell: warn,
    onEvent(event) {
      if (event.type === 'restarted') warn(`${event.reason}; started again as process ${event.pid}`);
      if (event.type === 'healthy') warn(`well after ${event.seconds.toFixed(1)} s`);
    },
  });
  const { postgres, temporal } = server.pids();
  say(`TEMPORAL_ADDRESS=${server.address}`);
  say(`Temporal ${server.version}; processes: temporal ${temporal}, postgres ${postgres}`);
  say(`database: ${server.databaseUrl}, password in ${server.passwordFile}`);
  say(`metrics: ${server.metricsUrl}`);
  const alive = setInterval(() => undefined, 60_000); // nothing else holds this process
  await new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, done);
  });
  clearInterval(alive);
  await server.stop();
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
