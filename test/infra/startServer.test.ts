import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import test from 'ava';
import { processMark } from '../../infra/temporal/processes.ts';
import { readServerState } from '../../infra/temporal/serverState.ts';
import { findServer, startServer } from '../../infra/temporal/startServer.ts';
import { testFolder } from '../helpers/fakeStudy.ts';
import { testServer, withoutAddress } from '../helpers/server.ts';

const goneWithin = async (pid: number, time_ms: number): Promise<boolean> => {
  for (const end = performance.now() + time_ms; performance.now() < end; await sleep(50)) {
    if ((await processMark(pid)) === undefined) return true;
  }
  return false;
};

test.serial('a server answers with its Web UI, remembers runs for a year, and is gone after stop', async (t) => {
  const server = await testServer();
  const state = await readServerState(server.databaseFile);
  t.regex(await (await fetch(server.uiUrl ?? '')).text(), /<!doctype html>/i);
  const connection = await Connection.connect({ address: server.address });
  const { config } = await connection.workflowService.describeNamespace({ namespace: server.namespace });
  t.is(Number(config?.workflowExecutionRetentionTtl?.seconds), 365 * 86_400);
  await connection.close();
  t.is((await findServer(server.databaseFile, withoutAddress()))?.address, server.address);
  await t.throwsAsync(testServer(server.databaseFile), { message: /in use by process \d+/ });
  const types = server.events.map(({ type }) => type);
  t.deepEqual(types.slice(-3), ['found', 'starting', 'healthy']);

  await server.stop();
  t.is(await processMark(state?.server.pid ?? 0), undefined);
  t.is(await processMark(state?.guardian.pid ?? 0), undefined);
  t.is(await findServer(server.databaseFile, withoutAddress()), undefined);
});

test.serial('a server that is killed comes back at the same address on the same database', async (t) => {
  const server = await testServer();
  const before = await readServerState(server.databaseFile);
  process.kill(before?.server.pid ?? 0, 'SIGKILL');
  while (!server.events.some(({ type }) => type === 'restarted')) await sleep(50);
  const connection = await Connection.connect({ address: server.address, connectTimeout: 10_000 });
  t.truthy(await connection.workflowService.describeNamespace({ namespace: server.namespace }));
  await connection.close();
  t.not((await readServerState(server.databaseFile))?.server.pid, before?.server.pid);
  await server.stop();
});

test.serial('no process outlives its owner that was killed, and the next start finds the database free', async (t) => {
  const folder = await testFolder();
  const owner = fork(fileURLToPath(new URL('../helpers/owner.ts', import.meta.url)), [folder], { stdio: 'pipe' });
  const [{ workers }] = (await once(owner, 'message')) as [{ workers: number[] }];
  const state = await readServerState(join(folder, 'temporal.db'));
  owner.kill('SIGKILL');
  const next = await testServer(join(folder, 'temporal.db'));
  t.is(await processMark(state?.server.pid ?? 0), undefined);
  t.true(await goneWithin(state?.guardian.pid ?? 0, 10_000));
  for (const pid of workers) t.true(await goneWithin(pid, 10_000));
  await next.stop();
});

test.serial('a server whose guardian was killed is ended by stop all the same', async (t) => {
  const server = await testServer();
  const state = await readServerState(server.databaseFile);
  process.kill(state?.guardian.pid ?? 0, 'SIGKILL');
  t.true(await goneWithin(state?.guardian.pid ?? 0, 10_000));
  t.not(await processMark(state?.server.pid ?? 0), undefined);
  await server.stop();
  t.is(await processMark(state?.server.pid ?? 0), undefined);
  t.is(await readServerState(server.databaseFile), undefined);
});

test.serial('a process that only has the number of an old server is left alone', async (t) => {
  const databaseFile = join(await testFolder(), 'temporal.db');
  const stranger = { pid: process.pid, mark: 'another beginning' };
  const state = { owner: stranger, guardian: stranger, server: stranger, port: 1, uiPort: 2, version: 'x' };
  await writeFile(`${databaseFile}.server.json`, JSON.stringify(state));
  const server = await testServer(databaseFile);
  t.false(server.events.some(({ type }) => type === 'ending-older'));
  await server.stop();
});

test.serial('an address that is given is used and never stopped', async (t) => {
  const server = await testServer();
  const environment = { TEMPORAL_ADDRESS: server.address };
  const given = await startServer({ databaseFile: 'unused.db', onEvent: () => undefined, environment });
  t.like(given, { address: server.address, origin: 'address' });
  await given.stop();
  t.not(await findServer(server.databaseFile, withoutAddress()), undefined);
  await server.stop();
});
