import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { readCost, readRow } from '../../activities/records/subjectRecords.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { accessOf } from '../../workers/access.ts';
import { type CohortClient, connectClient, runCohort } from '../../workers/client.ts';
import { type RunningWorkers, startWorkers } from '../../workers/startWorkers.ts';
import type { FakeHeart } from '../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';
import { startPoolWorkers } from '../helpers/poolWorkers.ts';
import { type TestServer, testCache, testServer } from '../helpers/server.ts';

const stops: (() => Promise<void>)[] = [];
let server: TestServer;
let client: CohortClient;

test.before(async () => {
  server = await testServer();
  client = await connectClient(accessOf(server));
});

test.after.always(async () => {
  await client?.close();
  await Promise.all(stops.map((stop) => stop()));
  await server?.stop();
});

/** A run whose workers are the test's to start and to stop. */
async function openRun(run: string, hearts: readonly FakeHeart[]) {
  const folder = await testFolder();
  const store = join(folder, 'store');
  const study = await writeFakeStudy(openFolderStore(store), folder, hearts);
  const schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 6, queues: run } as const;
  stops.push(await startPoolWorkers(server.address, { queues: run, pools: { workflow: null } }));
  const startOne = async (
    drain_s: number,
    size: { readonly slots?: number; readonly memory_MB?: number } = {},
  ): Promise<RunningWorkers> => {
    const { slots = 1, ...memory } = size;
    const workers = await startWorkers({
      server: accessOf(server),
      queues: run,
      store,
      backend: 'none',
      cache: testCache(),
      pools: [{ pool: 'cpu', processes: 1, slots }],
      drain_s,
      ...memory,
      onEvent: () => undefined,
      logFolder: join(folder, 'logs'),
      edgeModule: new URL('../helpers/fakeEdge.ts', import.meta.url),
    });
    stops.push(() => workers.stop());
    return workers;
  };
  /** Hearts and iterations of calibrations as they were begun, by anybody. */
  const turns = async (): Promise<[value: number, iteration: number][]> => {
    const text = await readFile(join(store, 'turns.txt'), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => {
      const [value, iteration] = line.split(' ').map(Number);
      return value === undefined || iteration === undefined ? [] : [[value, iteration]];
    });
  };
  const iterations = async (value: number): Promise<number[]> =>
    (await turns()).filter(([of]) => of === value).map(([, iteration]) => iteration);
  const begin = () => runCohort(client, { run, study, window: hearts.length, schedule });
  return { store: openFolderStore(store), startOne, turns, iterations, begin };
}

test('a calibration that drain interrupts goes on elsewhere from its checkpoint', async (t) => {
  const length = 40;
  const { store, startOne, iterations, begin } = await openRun('interrupted', [
    { value: 5, iterations: length, pause_ms: 100 },
  ]);
  const first = await startOne(0.2);
  const result = begin();
  while ((await iterations(5)).length < 8) await sleep(20);
  const [second] = await Promise.all([startOne(0.2), first.stop()]);
  const before = (await iterations(5)).length;
  t.like(await result, { done: 1, quarantined: 0 });

  const all = await iterations(5);
  t.true(before < length, `${before} of ${length} iterations before the first worker had ended`);
  t.is(all.filter((iteration) => iteration === 0).length, 1);
  t.true(all.length - length <= 1, `${all.length - length} iterations were done twice`);
  t.is((await readRow(store, 'interrupted', 'sub-0000'))?.metrics.sum_ms, (5 * length * (length + 1)) / 2);
  t.is((await readCost(store, 'interrupted', 'sub-0000', 'calibrate'))?.attempts, 2);
  await second.stop();
});

test('a worker that drains ends what it has begun, and begins nothing more', async (t) => {
  const heart = { iterations: 10, pause_ms: 150 };
  const { store, startOne, iterations, begin } = await openRun('drained', [
    { value: 6, ...heart },
    { value: 7, ...heart },
  ]);
  const first = await startOne(15);
  const result = begin();
  const begun = async () => [(await iterations(6)).length, (await iterations(7)).length];
  while (!(await begun()).some((count) => count >= 2)) await sleep(20);
  await first.stop();
  t.deepEqual(
    (await begun()).sort((a, b) => a - b),
    [0, 10],
  );
  await startOne(0.2);
  t.like(await result, { done: 2, quarantined: 0 });
  for (const subject of ['sub-0000', 'sub-0001']) {
    t.is((await readCost(store, 'drained', subject, 'calibrate'))?.attempts, 1);
  }
});

test('a job that waits for memory longer than a silent worker is given is not taken for lost', async (t) => {
  const heart = { iterations: 36, pause_ms: 250 };
  const { store, startOne, turns, begin } = await openRun('waiting', [
    { value: 8, ...heart },
    { value: 9, ...heart },
    { value: 10, ...heart },
  ]);
  const budget_MB = 290; // two calibrations of 130 MB and more
  await startOne(0.2, { slots: 3, memory_MB: budget_MB });
  t.like(await begin(), { done: 3, quarantined: 0 });
  const order = (await turns()).map(([value]) => value);
  const values = [8, 9, 10];
  const last = Math.max(...values.map((value) => order.indexOf(value)));
  t.true(
    values.some((value) => order.lastIndexOf(value) < last),
    'the third begins when one of the others has ended',
  );
  for (const subject of ['sub-0000', 'sub-0001', 'sub-0002']) {
    t.is((await readCost(store, 'waiting', subject, 'calibrate'))?.attempts, 1);
  }
});
