import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { inlineCompute } from '../../activities/compute.ts';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import { accessOf } from '../../workers/access.ts';
import {
  type CohortClient,
  cancelCohort,
  connectClient,
  type RunCohortOptions,
  runCohort,
} from '../../workers/client.ts';
import { cohortId, twinId, WORKFLOW } from '../../workflows/ids.ts';
import { queueOf } from '../../workflows/queues.ts';
import { fakeEdge } from '../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';
import { type PoolWorkersOptions, startPoolWorkers } from '../helpers/poolWorkers.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

const store = openMemoryStore();
let server: TestServer;
let client: CohortClient;
const stops: (() => Promise<void>)[] = [];

test.before(async () => {
  server = await testServer();
  client = await connectClient(accessOf(server));
});

test.after.always(async () => {
  await client?.close();
  await Promise.all(stops.map((stop) => stop()));
  await server?.stop();
});

async function startWorkers(options: PoolWorkersOptions): Promise<void> {
  stops.push(await startPoolWorkers(server.address, options));
}

/** Calibrations wait a little, so that what a loaded machine adds to each task decides nothing. */
const PAUSE_ms = 50;

async function openRun(run: string, queues: string, values: readonly number[]): Promise<RunCohortOptions> {
  const study = await writeFakeStudy(
    store,
    await testFolder(),
    values.map((value) => ({ value, pause_ms: PAUSE_ms })),
  );
  return { run, study, window: 400, schedule: { calibrateOn: 'cpu', heartbeatTimeout_s: 30, queues } };
}

/** What was looked for is seen; the rest of a run is not worth its time. */
async function stopRun(run: string, ending: Promise<unknown>): Promise<void> {
  await Promise.all([cancelCohort(client, run), ending.catch(() => undefined)]);
}

const count = (length: number, first: number) => Array.from({ length }, (_, index) => first + index);

/** Activities of a workflow and of its pages that wait for a worker. */
async function waiting(workflowId: string): Promise<number> {
  const { raw } = await client.client.workflow.getHandle(workflowId).describe();
  const children = (raw.pendingChildren ?? []).map(({ workflowId: id }) => waiting(id ?? ''));
  return (raw.pendingActivities ?? []).length + (await Promise.all(children)).reduce((sum, part) => sum + part, 0);
}

async function untilWaiting(workflowId: string, activities: number): Promise<void> {
  while ((await waiting(workflowId).catch(() => 0)) < activities) await sleep(50);
}

test('an urgent twin is built before a cohort’s backlog that was there first', async (t) => {
  const queues = 'urgent';
  const turns: number[] = [];
  const compute = inlineCompute(fakeEdge(store, (value) => turns.push(value)));
  await startWorkers({ queues, pools: { workflow: null } });
  await startWorkers({ queues, pools: { cpu: compute }, slots: 1 });
  const cohort = runCohort(client, await openRun('cohort', queues, count(60, 1000)));
  while (turns.length < 1) await sleep(10);

  const { study, schedule } = await openRun('urgent', queues, [1]);
  const place = { run: 'urgent', study: study.study, page: 0, position: 0 };
  await client.client.workflow.execute(WORKFLOW.twin, {
    workflowId: twinId('urgent', 'sub-0000'),
    taskQueue: queueOf('workflow', queues),
    args: [{ place, schedule }],
  });
  const before = turns.length;
  await stopRun('cohort', cohort);
  t.true(before < 30, `after ${before} of the cohort’s 60 calibrations`);
});

test('a study of 10 subjects is not stuck behind one of 200 that came first', async (t) => {
  const queues = 'fair';
  const turns: number[] = [];
  const compute = inlineCompute(fakeEdge(store, (value) => turns.push(value)));
  await startWorkers({ queues, pools: { workflow: null } });
  const many = runCohort(client, await openRun('many', queues, count(200, 2000)));
  const few = runCohort(client, await openRun('few', queues, count(10, 5000)));
  await untilWaiting(cohortId('many'), 2); // the pages of both wait for their first activity
  await untilWaiting(cohortId('few'), 1);
  await startWorkers({ queues, pools: { cpu: compute }, slots: 1 });
  t.like(await few, { done: 10 });
  const ofMany = turns.filter((value) => value < 5000).length;
  await stopRun('many', many);
  t.log(`${ofMany} of the 200 were calibrated meanwhile`);
  t.true(ofMany < 100, `${ofMany} of 200 were calibrated before the 10 had ended`);
});
