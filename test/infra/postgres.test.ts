import { chmod, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import test from 'ava';
import { z } from 'zod';
import { freeLowPorts } from '../../infra/temporal/ports.ts';
import { startPostgresServer } from '../../infra/temporal/postgres.ts';
import { temporalConfig } from '../../infra/temporal/postgresConfig.ts';
import { findPostgresTools } from '../../infra/temporal/postgresTools.ts';
import { processMark } from '../../infra/temporal/processes.ts';

/** Why the server cannot be tried here; undefined where it can. It is never built for a test: that takes minutes. */
const missing = await findPostgresTools({ tell: () => undefined, mayBuild: false }).then(
  () => undefined,
  (error: Error) => error.message,
);
const onPostgres = missing === undefined ? test.serial : test.skip;
if (missing !== undefined) console.warn(`not run: ${missing}`);

onPostgres('both parts may be killed at any moment: the same address, the same runs, the same database', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'twinfold-postgres-'));
  const restarts: string[] = [];
  const server = await startPostgresServer({
    folder: join(folder, 'server'),
    onEvent: (event) => event.type === 'restarted' && restarts.push(event.reason),
  }).catch(async (error: Error) => {
    // As root, PostgreSQL's own user must be able to pass through the folder.
    t.regex(error.message, /may not pass through; chmod o\+x/);
    await chmod(folder, 0o711);
    return startPostgresServer({
      folder: join(folder, 'server'),
      onEvent: (event) => event.type === 'restarted' && restarts.push(event.reason),
    });
  });
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const before = server.pids();
  const connection = await Connection.connect({ address: server.address });
  const { config } = await connection.workflowService.describeNamespace({ namespace: server.namespace });
  t.is(Number(config?.workflowExecutionRetentionTtl?.seconds), 365 * 86_400);
  const client = new Client({ connection });
  await client.workflow.start('nobody', { workflowId: 'kept', taskQueue: 'nobody', args: [] });
  t.true((await server.databaseBytes()) > 1_000_000);

  for (const pid of [before.postgres ?? 0, before.temporal ?? 0]) process.kill(pid, 'SIGKILL');
  const comesBack = async (): Promise<string> => {
    for (const end = performance.now() + 60_000; ; await sleep(200)) {
      const found = await client.workflow
        .getHandle('kept')
        .describe()
        .catch((error: Error) => error);
      if (!(found instanceof Error)) return found.status.name;
      if (performance.now() > end) throw found;
    }
  };
  t.is(await comesBack(), 'RUNNING');
  const after = server.pids();
  t.not(after.postgres, before.postgres);
  t.not(after.temporal, before.temporal);
  t.true(restarts.some((reason) => reason === 'postgres: SIGKILL') && restarts.includes('temporal: SIGKILL'));
  await connection.close();

  const password = (await readFile(server.passwordFile, 'utf8')).trim().split(':').at(-1) ?? '';
  t.is((await stat(server.passwordFile)).mode & 0o077, 0);
  for (const name of ['server.yaml', 'temporal.server.json', 'temporal.server.log', 'postgres.server.log']) {
    t.false((await readFile(join(folder, 'server', name), 'utf8')).includes(password), `${name} holds a password`);
  }
  await server.stop();
  for (const pid of [after.postgres ?? 0, after.temporal ?? 0]) t.is(await processMark(pid), undefined);
  const known = z
    .object({ frontend: z.number() })
    .parse(JSON.parse(await readFile(join(folder, 'server', 'ports.json'), 'utf8')));
  t.is(server.address, `127.0.0.1:${known.frontend}`, 'the next start listens elsewhere');
});

test('ports of a server that is started again are none that outgoing connections are given, and fit into 15 bits', async (t) => {
  const ports = await freeLowPorts(new Array(10).fill(undefined));
  t.is(new Set(ports).size, 10);
  t.true(ports.every((port) => port < 32_768));
  t.deepEqual(await freeLowPorts([ports[3], ports[3]]).then(([first]) => first), ports[3]);
});

test('the server’s settings bind nothing but the loopback interface and hold no password', (t) => {
  const ports = {
    ...{ frontend: 1, frontendMembership: 2, history: 3, historyMembership: 4, matching: 5, matchingMembership: 6 },
    ...{ worker: 7, workerMembership: 8, metrics: 9 },
  };
  const text = temporalConfig(ports, 10, 'dynamic.yaml');
  t.is(text.match(/bindOnLocalHost: true/g)?.length, 4);
  t.notRegex(text, /0\.0\.0\.0|password: [^"\s]/);
  t.regex(text, /listenAddress: 127\.0\.0\.1:9/);
});

test('a folder without PostgreSQL is told what to install', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'twinfold-postgres-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'bin'));
  const environment = { TWINFOLD_POSTGRES: join(folder, 'bin') };
  await t.throwsAsync(findPostgresTools({ tell: () => undefined, environment }), {
    message: /has no PostgreSQL server; apt-get install postgresql/,
  });
});
