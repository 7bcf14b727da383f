import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { inlineCompute } from '../../activities/compute.ts';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import { accessOf } from '../../workers/access.ts';
import { type CohortClient, connectClient, runCohort } from '../../workers/client.ts';
import { defaultBuildId, listBuilds, makeCurrent } from '../../workers/deployment.ts';
import { cohortId } from '../../workflows/ids.ts';
import { fakeEdge } from '../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';
import { startPoolWorkers } from '../helpers/poolWorkers.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

const queues = 'versioned';
const name = 'hospital';
const schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 10, queues } as const;
const store = openMemoryStore();
const turns: { readonly build: string; readonly value: number }[] = [];
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

async function startBuild(buildId: string): Promise<void> {
  const edge = fakeEdge(store, (value) => turns.push({ build: buildId, value }));
  const pools = { workflow: null, cpu: inlineCompute(edge) };
  stops.push(await startPoolWorkers(server.address, { queues, pools, slots: 1, deployment: { name, buildId } }));
}

/** The server learns of a build from the first polls of each of its queues; until then it refuses it. */
async function adopt(buildId: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await makeCurrent(client, { name, buildId });
    } catch (error) {
      if (tries === 200) throw error;
      await sleep(100);
    }
  }
}

test('a cohort ends on the build that it began on, while new ones begin on the build that is current now', async (t) => {
  const hearts = Array.from({ length: 9 }, (_, index) => ({ value: 1 + index, iterations: 4, pause_ms: 150 }));
  const old = await writeFakeStudy(store, await testFolder(), hearts, 4);
  const fresh = await writeFakeStudy(store, await testFolder(), [{ value: 100 }, { value: 101 }]);
  await startBuild('A');
  await adopt('A');
  const begun = runCohort(client, { run: 'old', study: old, window: 2, schedule });
  while (!turns.some(({ value }) => value < 100)) await sleep(20);

  await startBuild('B');
  await adopt('B');
  const after = await runCohort(client, { run: 'fresh', study: fresh, window: 2, schedule });
  const isOldUnderWay = (await client.client.workflow.getHandle(cohortId('old')).describe()).status.name === 'RUNNING';
  const before = await begun;

  t.true(isOldUnderWay);
  t.like(before, { done: 9, quarantined: 0 });
  t.like(after, { done: 2, quarantined: 0 });
  t.deepEqual([...new Set(turns.filter(({ value }) => value < 100).map(({ build }) => build))], ['A']);
  t.deepEqual([...new Set(turns.filter(({ value }) => value >= 100).map(({ build }) => build))], ['B']);
  const builds = await listBuilds(client, name);
  t.deepEqual(builds.map(({ buildId, isCurrent }) => [buildId, isCurrent]).sort(), [
    ['A', false],
    ['B', true],
  ]);
});

test('a build that nobody works for cannot be made current, and a deployment that nobody knows has none', async (t) => {
  await t.throwsAsync(makeCurrent(client, { name, buildId: 'Z' }), { message: /^deployment hospital, build Z: / });
  await t.throwsAsync(listBuilds(client, 'nowhere'), { message: /^deployment nowhere: / });
});

test('the same code has the same build by default, named for its version', async (t) => {
  const build = await defaultBuildId();
  t.regex(build, /^\d+\.\d+\.\d+[\w.-]*-[0-9a-f]{12}$/);
  t.is(await defaultBuildId(), build);
});
