import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { readCollected } from '../../activities/collectPage.ts';
import { readPart } from '../../activities/records/pageParts.ts';
import { readRow } from '../../activities/records/subjectRecords.ts';
import type { Store } from '../../activities/stores/artifacts.ts';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import type { CohortPart } from '../../cohorts/publish.ts';
import {
  type CohortClient,
  cancelCohort,
  cohortProgress,
  connectClient,
  pauseCohort,
  type RunCohortOptions,
  resizeCohort,
  resumeCohort,
  retryCohort,
  runCohort,
} from '../../workers/client.ts';
import { cohortId, twinId, WORKFLOW } from '../../workflows/ids.ts';
import type { BuildCohortInput } from '../../workflows/messages.ts';
import { queueOf } from '../../workflows/queues.ts';
import { type FakeHeart, fakeEdge } from '../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';
import { startInProcessWorkers } from '../helpers/inProcessWorkers.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

const schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 10 } as const;
const turns: number[] = [];
const lost = new Set<string>();
let server: TestServer;
let store: Store;
let client: CohortClient;
let stopWorkers: () => Promise<void>;

test.before(async () => {
  server = await testServer();
  const memory = openMemoryStore();
  // Artifacts that are named in `lost` are gone for one reading.
  store = { ...memory, get: async (ref) => (lost.delete(ref.sha256) ? undefined : memory.get(ref)) };
  const edge = fakeEdge(store, (value) => turns.push(value));
  stopWorkers = await startInProcessWorkers(server.address, edge);
  client = await connectClient(server);
});

test.after.always(async () => {
  await client?.close();
  await stopWorkers?.();
  await server?.stop();
});

async function openRun(run: string, hearts: readonly FakeHeart[], pageSize?: number) {
  const folder = await testFolder();
  const study = await writeFakeStudy(store, folder, hearts, pageSize);
  const options: RunCohortOptions = { run, study, window: 20, schedule };
  return { folder, options };
}

const rows = async (run: string, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, index) => readRow(store, run, `sub-${String(index).padStart(4, '0')}`)),
  );

async function until<T>(look: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await look();
    if (isWanted(value)) return value;
    await sleep(100);
  }
}

test('250 subjects pass through several executions of their cohort, each to one row', async (t) => {
  const hearts = Array.from({ length: 250 }, (_, index) => ({ value: 1000 + index }));
  const { options } = await openRun('long', hearts, 10);
  const input: BuildCohortInput = {
    run: 'long',
    ...options.study,
    window: 40,
    schedule,
    selection: 'all',
    continueAfterEvents: 60,
  };
  const handle = await client.client.workflow.start(WORKFLOW.cohort, {
    workflowId: cohortId('long'),
    taskQueue: queueOf('workflow'),
    args: [input],
  });
  const { runId } = await handle.describe();
  const result = await client.client.workflow.getHandle(cohortId('long')).result();
  t.like(result, { subjects: 250, done: 250, quarantined: 0 });
  t.not((await client.client.workflow.getHandle(cohortId('long')).describe()).runId, runId);
  t.true((await rows('long', 250)).every((row) => row?.status === 'done'));
  t.deepEqual(
    turns.filter((value) => value >= 1000 && value < 1250).sort((a, b) => a - b),
    hearts.map(({ value }) => value),
  );
});

test('broken subjects are quarantined with their code and sentence, and never stop the others', async (t) => {
  const hearts: FakeHeart[] = [
    { value: 1 },
    { value: 2, fail: 'BadInput' },
    { value: 3, fail: 'BadEcg' },
    { value: 4 },
  ];
  const { options } = await openRun('broken', hearts);
  t.like(await runCohort(client, options), { subjects: 4, done: 2, quarantined: 2 });
  const failures = (await rows('broken', 4)).map((row) => row?.failure ?? null);
  t.deepEqual(failures, [
    null,
    { stage: 'read', code: 'BadInput', message: 'sub-0001.heart: broken on purpose' },
    { stage: 'prepare', code: 'BadEcg', message: 'sub-0002.heart: broken on purpose' },
    null,
  ]);
});

test('a second run of the same study finds everything and gives the same bytes', async (t) => {
  const { options } = await openRun('twice', [{ value: 20 }, { value: 21, fail: 'BadAnatomy' }, { value: 22 }]);
  const first = await runCohort(client, options);
  const again = await runCohort(client, options);
  t.like(first, { done: 2, cached: 0 });
  t.like(again, { done: 2, cached: 2, quarantined: 1 });
  t.deepEqual(again.files, first.files);
  t.is(turns.filter((value) => value === 20).length, 1);
});

test('a calibration that does not converge is tried with another seed, once', async (t) => {
  const { options } = await openRun('restless', [{ value: 30, fail: 'NoConvergence' }]);
  t.like(await runCohort(client, options), { done: 1, quarantined: 0 });
});

test('an artifact that is lost between two stages is made again', async (t) => {
  const { options } = await openRun('lost', [{ value: 40 }]);
  await runCohort(client, options);
  const [row] = await rows('lost', 1);
  lost.add(row?.hashes.anatomy ?? '');
  const { options: other } = await openRun('lost-again', [{ value: 40, iterations: 1 }]);
  const result = await runCohort(client, { ...other, run: 'lost-again' });
  t.like(result, { done: 1, quarantined: 0 });
});

test('quarantined subjects are built by a retry after their files were mended, and no others', async (t) => {
  const { options, folder } = await openRun('mended', [{ value: 50 }, { value: 51, fail: 'BadInput' }]);
  t.like(await runCohort(client, options), { done: 1, quarantined: 1 });
  await writeFile(join(folder, 'data', 'sub-0001.heart'), JSON.stringify({ value: 52 }));
  const messages: number[] = [];
  const onProgress = ({ done }: { readonly done: number }) => messages.push(done);
  t.like(await retryCohort(client, { ...options, onProgress }), { subjects: 2, done: 2, cached: 1, quarantined: 0 });
  t.true(messages.every((done) => done >= 1));
  t.is(turns.filter((value) => value === 50).length, 1);
  t.is(turns.filter((value) => value === 52).length, 1);
});

test('a page that has ended is gathered, one that was retried is gathered again, and a twin built alone is no older than that', async (t) => {
  const { options, folder } = await openRun('gathered', [{ value: 55 }, { value: 56, fail: 'BadInput' }]);
  const place = { run: 'gathered', study: options.study.study, page: 0 };
  const statuses = (part: CohortPart | undefined) => part?.rows.map(({ status }) => status);
  await runCohort(client, options);
  t.deepEqual(statuses(await readPart(store, place)), ['done', 'quarantined']);
  await writeFile(join(folder, 'data', 'sub-0001.heart'), JSON.stringify({ value: 57 }));
  await retryCohort(client, options);
  t.deepEqual(statuses(await readPart(store, place)), ['done', 'done']);
  await writeFile(join(folder, 'data', 'sub-0001.heart'), JSON.stringify({ value: 58, fail: 'BadEcg' }));
  await client.client.workflow.execute(WORKFLOW.twin, {
    workflowId: twinId('gathered', 'sub-0001'),
    taskQueue: queueOf('workflow'),
    args: [{ place: { ...place, position: 1 }, schedule }],
  });
  t.is(await readPart(store, place), undefined);
  t.deepEqual(statuses(await readCollected(store, place)), ['done', 'quarantined']);
});

test('a paused run begins nothing, a resumed one ends, and its window can be changed', async (t) => {
  const hearts = Array.from({ length: 12 }, (_, index) => ({ value: 60 + index, iterations: 4, pause_ms: 50 }));
  const { options } = await openRun('paused', hearts, 6);
  const result = runCohort(client, { ...options, window: 2 });
  await until(
    () => cohortProgress(client, 'paused'),
    (progress) => (progress?.done ?? 0) > 0,
  );
  await pauseCohort(client, 'paused');
  const idle = await until(
    () => cohortProgress(client, 'paused'),
    (progress) => Object.values(progress?.running ?? { none: 1 }).every((count) => count === 0),
  );
  t.is(idle?.phase, 'paused');
  t.true((idle?.done ?? 12) < 12);
  await t.throwsAsync(resizeCohort(client, 'paused', 0), { message: /^run paused: a window of 0 subjects: expected/ });
  await resizeCohort(client, 'paused', 12);
  t.is((await cohortProgress(client, 'paused'))?.window, 12);
  await resumeCohort(client, 'paused');
  t.like(await result, { done: 12, quarantined: 0 });
});

test('a cancelled run ends, keeps what it has built, and the next run goes on from there', async (t) => {
  const hearts = Array.from({ length: 8 }, (_, index) => ({ value: 80 + index, iterations: 4, pause_ms: 60 }));
  const { options } = await openRun('cancelled', hearts, 4);
  const cancelled = t.throwsAsync(runCohort(client, { ...options, window: 2 }), { message: /was cancelled/ });
  await until(
    () => cohortProgress(client, 'cancelled'),
    (progress) => (progress?.done ?? 0) > 0,
  );
  await cancelCohort(client, 'cancelled');
  await cancelled;
  const next = await runCohort(client, options);
  t.like(next, { done: 8, quarantined: 0 });
  t.true(next.cached > 0 && next.cached < 8);
});

test('an instruction to a run that is not under way says so', async (t) => {
  const { options } = await openRun('over', [{ value: 1 }]);
  await t.throwsAsync(pauseCohort(client, 'over'), { message: /^run over: is not under way/ });
  await runCohort(client, options);
  await t.throwsAsync(resumeCohort(client, 'over'), { message: /^run over: is not under way/ });
});

test('a wait that is ended leaves no call behind, and the run goes on', async (t) => {
  const { options } = await openRun('left', [{ value: 1, iterations: 10, pause_ms: 100 }]);
  const impatient = await connectClient(server);
  const stop = new AbortController();
  const waiting = runCohort(impatient, { ...options, signal: stop.signal, onProgress: () => stop.abort() });
  await t.throwsAsync(waiting, { message: /stopped waiting/ });
  await impatient.close();
  t.like(await runCohort(client, options), { done: 1, quarantined: 0 });
});

test('a run whose study has changed meanwhile is replaced', async (t) => {
  const slow = Array.from({ length: 6 }, (_, index) => ({ value: 90 + index, iterations: 50, pause_ms: 100 }));
  const { options } = await openRun('changed', slow);
  const first = t.throwsAsync(runCohort(client, options), { message: /was cancelled/ });
  await until(
    () => cohortProgress(client, 'changed'),
    (progress) => progress !== undefined,
  );
  const { options: other } = await openRun('changed', [{ value: 99 }]);
  t.like(await runCohort(client, other), { subjects: 1, done: 1 });
  await first;
});

test('one subject is built by a workflow of its own', async (t) => {
  const { options } = await openRun('alone', [{ value: 7 }]);
  const place = { run: 'alone', study: options.study.study, page: 0, position: 0 };
  const outcome = await client.client.workflow.execute(WORKFLOW.twin, {
    workflowId: twinId('alone', 'sub-0000'),
    taskQueue: queueOf('workflow'),
    args: [{ place, schedule }],
  });
  t.deepEqual(outcome, { status: 'done', subject: 'sub-0000', wasCached: false });
});

test('no event of a history holds more than references and small settings', async (t) => {
  const { options } = await openRun('small', [{ value: 1 }, { value: 2 }]);
  await runCohort(client, options);
  const { events } = await client.client.workflow.getHandle(cohortId('small')).fetchHistory();
  const sizes = (events ?? []).map((event) => JSON.stringify(event).length);
  t.true(Math.max(...sizes) < 4000, `${Math.max(...sizes)} characters of protobuf as JSON`);
  const text = JSON.stringify(events);
  t.false(/female|height_cm|age_y/.test(text));
});
