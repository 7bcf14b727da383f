import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import test from 'ava';
import type { Edge } from '../../activities/edge.ts';
import { parseRunRecord } from '../../activities/records/runRecord.ts';
import { decideVersion, readVersions } from '../../activities/records/versions.ts';
import { writeSource } from '../../activities/sources/studySource.ts';
import { writeVisit } from '../../activities/sources/visits.ts';
import { recordUri, type Store } from '../../activities/stores/artifacts.ts';
import { openFolderFiles } from '../../activities/stores/files.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { readParquet } from '../../cohorts/parquet.ts';
import { runQuery } from '../../cohorts/query.ts';
import { currentVersion, publishedVersions } from '../../cohorts/versions.ts';
import { type CohortClient, connectClient } from '../../workers/client.ts';
import {
  awaitVisits,
  createSchedule,
  deleteSchedule,
  describeSchedule,
  listSchedules,
  pauseSchedule,
  signalVisit,
  triggerSchedule,
  unpauseSchedule,
} from '../../workers/schedules.ts';
import { reprocessId, WORKFLOW } from '../../workflows/ids.ts';
import { queueOf } from '../../workflows/queues.ts';
import type { LivingRun, ReprocessResult } from '../../workflows/reprocess.ts';
import { testFolder } from '../helpers/fakeStudy.ts';
import { startInProcessWorkers } from '../helpers/inProcessWorkers.ts';
import { ECG, livingEdge, subjectName, writeLivingStudy } from '../helpers/livingStudy.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

const schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 10 } as const;
const turns: number[] = [];
/** Counterfactual twins that were computed: `reference 300`, `swap 300 301` */
const simulated: string[] = [];
/** Hearts whose reference is under way as long as they stand here */
const blocked = new Set<number>();
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 50));
let server: TestServer;
let store: Store;
let client: CohortClient;
let stopWorkers: () => Promise<void>;

test.before(async () => {
  server = await testServer();
  store = openFolderStore(join(server.folder, 'store'));
  stopWorkers = await startInProcessWorkers(server.address, watched(livingEdge(store, (value) => turns.push(value))));
  client = await connectClient(server);
});

test.after.always(async () => {
  await client?.close();
  await stopWorkers?.();
  await server?.stop();
});

/** The edge, with what is simulated of hearts and pairs written down. */
function watched(edge: Edge): Edge {
  const { reference, swap } = edge.science.counterfactuals;
  const counterfactuals: Edge['science']['counterfactuals'] = {
    async reference(input) {
      const value = input.anatomy.endocardialDistance[0] ?? Number.NaN;
      while (blocked.has(value)) {
        input.signal.throwIfAborted();
        await aWhile();
      }
      simulated.push(`reference ${value}`);
      return reference(input);
    },
    swap(input) {
      simulated.push(`swap ${input.female.twin.gain} ${input.male.twin.gain}`);
      return swap(input);
    },
  };
  return { ...edge, science: { ...edge.science, counterfactuals } };
}

async function openLiving(run: string, values: readonly number[], options: Partial<LivingRun> = {}) {
  const folder = await testFolder();
  const study = await writeLivingStudy(
    folder,
    run,
    values.map((value) => ({ value })),
  );
  const outFolder = join(folder, 'out');
  await writeSource(store, run, { studyFile: study.studyFile, outFolder });
  const input: LivingRun = { run, window: 8, schedule, ...options };
  let firings = 0;
  const fire = (): Promise<ReprocessResult> =>
    client.client.workflow.execute(WORKFLOW.reprocess, {
      workflowId: `${reprocessId(run)}-${firings++}`,
      taskQueue: queueOf('workflow'),
      args: [input],
    });
  const ask = async (sql: string, from = outFolder) => (await runQuery(from, sql)).rows;
  return { study, folder, outFolder, files: openFolderFiles(outFolder), input, fire, ask };
}

/** Twins of these hearts that were computed since a moment; tests run side by side. */
const computed = (values: readonly number[], since: number) =>
  turns
    .slice(since)
    .filter((turn) => values.includes(turn))
    .sort((a, b) => a - b);

test('between two firings one ECG is replaced and one subject is added: these two are computed, and no other', async (t) => {
  const { study, fire, files, ask } = await openLiving('changing', [100, 101, 102, 103]);
  const first = await fire();
  t.like(first, { status: 'published', added: 4, changed: 0, unchanged: 0, computed: 4 });
  t.like(await fire(), { status: 'nothing-to-do', unchanged: 4, computed: 0, version: null });
  const before = turns.length;

  await study.write(subjectName(1), { value: 101 }, `${ECG}, and longer`);
  await study.write('sub-0009', { value: 109 });
  await study.list([0, 1, 2, 3, 9].map(subjectName));
  const second = await fire();
  t.like(second, { status: 'published', added: 1, changed: 1, removed: 0, unchanged: 3, computed: 2 });
  t.deepEqual(computed([100, 101, 102, 103, 109], before), [101, 109]);
  t.deepEqual(await ask('select count(*), count(qrsDuration_ms) from cohort'), [[5, 5]]);

  // Who sweeps the store keeps what whole studies name, and knows of no parts that are done.
  const known: string[] = [];
  for await (const { uri } of store.list('records/run/')) {
    const record = parseRunRecord((await store.readListed(uri)) ?? '');
    if (record?.run === 'changing') known.push(record.study.sha256);
  }
  t.deepEqual(known.sort(), (await readVersions(files)).map(({ study: made }) => made.sha256).sort());

  const versions = await readVersions(files);
  t.deepEqual(
    versions.map(({ version, status, computed }) => ({ version, status, computed })),
    [
      { version: first.version ?? '', status: 'published', computed: 4 },
      { version: second.version ?? '', status: 'published', computed: 2 },
    ],
  );
  const diff = JSON.parse(new TextDecoder().decode(await files.read(`versions/${second.version}/diff.json`)));
  t.deepEqual(diff.added, ['sub-0009']);
  t.deepEqual(diff.changed, [{ subject: 'sub-0001', causes: ['ecg'], columns: 1 }]);
  t.like(diff.columns[0], { column: 'qrsDuration_ms', unit: 'ms', changed: 1, medianChange: 12 });
});

test('a file that was touched and says the same is read once more, and nothing is done', async (t) => {
  const { study, fire } = await openLiving('touched', [110, 111]);
  await fire();
  const now = new Date();
  await utimes(join(study.dataFolder, `${subjectName(0)}.ecg`), now, now);
  t.like(await fire(), { status: 'nothing-to-do', unchanged: 2 });
});

test('a row that a disk has damaged is built again, though nothing says so before the tables are written', async (t) => {
  const { study, fire, ask } = await openLiving('damaged', [113, 114, 115]);
  await fire();
  const path = join(server.folder, 'store', recordUri(`row:damaged:${subjectName(0)}`));
  const { mtime } = await stat(path);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('"done"', '"dome"'));
  await utimes(path, mtime, mtime);
  await study.write(subjectName(1), { value: 114 }, `${ECG}.`);
  t.like(await fire(), { status: 'published', quarantined: 0 });
  t.deepEqual(await ask("select count(*) from cohort where status = 'done'"), [[3]]);
});

test('a subject that leaves the sheet leaves the tables, and earlier versions keep its row', async (t) => {
  const { study, fire, ask, outFolder } = await openLiving('leaving', [120, 121, 122]);
  const first = await fire();
  await study.list([0, 2].map(subjectName));
  t.like(await fire(), { status: 'published', removed: 1, changed: 0, unchanged: 2, computed: 0 });
  t.deepEqual(await ask('select count(*) from cohort'), [[2]]);
  t.deepEqual(await ask('select count(*) from cohort', join(outFolder, 'versions', String(first.version))), [[3]]);
});

test('a quarantined subject stays so while its files are the same, and is built when they are mended', async (t) => {
  const { study, fire } = await openLiving('mending', [130]);
  await study.write('sub-0001', { value: 131, fail: 'BadAnatomy' });
  await study.list([0, 1].map(subjectName));
  t.like(await fire(), { status: 'published', quarantined: 1 });
  t.like(await fire(), { status: 'nothing-to-do' });
  await study.write('sub-0001', { value: 132 });
  t.like(await fire(), { status: 'published', changed: 1, quarantined: 0, computed: 1 });
});

test('other settings are another table for all subjects', async (t) => {
  const { study, fire } = await openLiving('resetting', [140, 141]);
  await fire();
  await writeFile(study.studyFile, 'name: resetting\nsheet: subjects.csv\ndata: data\nseed: 4\n');
  t.like(await fire(), { status: 'published', changed: 2, computed: 2 });
});

test('a study that is wrong, or another one, fails with its sentence and leaves the tables as they are', async (t) => {
  const { study, fire, ask, input } = await openLiving('mistaken', [145]);
  await fire();
  const reason = async () => {
    const error = await t.throwsAsync(fire(), { instanceOf: WorkflowFailedError });
    const cause = error?.cause?.cause;
    return cause instanceof Error ? cause.message : '';
  };
  await writeFile(study.studyFile, 'name: mistaken\nsheet: subjects.csv\ndata: data\nsede: 4\n');
  t.regex(await reason(), /^study\.yaml:4:1: "sede" is not a setting; did you mean "seed"\?$/);
  await writeFile(study.studyFile, 'name: other\nsheet: subjects.csv\ndata: data\n');
  t.regex(await reason(), /is the study other and was mistaken; a run is one study’s/);
  t.deepEqual(await ask('select count(*) from cohort'), [[1]]);
  await createSchedule(client, 'mistaken', input, { crons: [], overlap: 'skip', isPaused: true });
  await triggerSchedule(client, 'mistaken');
  for (let waited = 0; waited < 200; waited++) {
    const [execution] = (await describeSchedule(client, 'mistaken')).executions;
    const { status = 'running' } = (execution?.result ?? {}) as { readonly status?: string };
    if (status !== 'running') break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const [{ result } = { result: null }] = (await describeSchedule(client, 'mistaken')).executions;
  t.like(result, { status: 'failed' });
  t.regex((result as { readonly reason: string }).reason, /is the study other/);
});

test('held tables wait for a word: the run keeps its own until they are approved', async (t) => {
  const { study, fire, files, ask } = await openLiving('held', [150, 151], { isHeld: true });
  const first = await fire();
  t.like(first, { status: 'held' });
  t.is(await files.read('cohort.parquet'), undefined);
  t.is(await files.read('reference.parquet'), undefined);
  t.truthy(await files.read(`versions/${first.version}/reference.parquet`));
  await decideVersion(files, undefined, true);
  t.truthy(await files.read('reference.parquet'));
  t.deepEqual(await ask('select count(*) from cohort'), [[2]]);

  await study.write(subjectName(0), { value: 150 }, `${ECG} again`);
  const second = await fire();
  t.like(second, { status: 'held', changed: 1 });
  t.like(await fire(), { status: 'nothing-to-do' });
  t.deepEqual(await ask('select max(qrsDuration_ms) from cohort'), [[86]]);
  t.truthy(await files.read(`versions/${second.version}/diff.txt`));
  await decideVersion(files, second.version ?? '', true);
  t.deepEqual(await ask('select max(qrsDuration_ms) from cohort'), [[92]]);
  t.is(currentVersion(await readVersions(files))?.version, second.version ?? '');
});

test('no more versions are kept than was asked, and never less than the current one', async (t) => {
  const { study, fire, files } = await openLiving('retained', [160], { retention: { keep: 2 } });
  for (const length of [1, 2, 3]) {
    await study.write(subjectName(0), { value: 160 }, ECG.repeat(length));
    await fire();
  }
  const kept = publishedVersions(await readVersions(files));
  t.is(kept.length, 2);
  const folders = new Set<string>();
  for await (const { path } of files.list('versions')) folders.add(path.split('/')[1] ?? '');
  t.deepEqual([...folders].sort(), kept.map(({ version }) => version).sort());
});

test('a visit is built at once and published when no more come, with what it named instead of the sheet’s file', async (t) => {
  const { study, input, fire, ask, files } = await openLiving('visited', [170, 171, 172]);
  await fire();
  const before = turns.length;
  await writeFile(join(study.dataFolder, 'follow-up.ecg'), `${ECG} of a year later`);
  const run = 'visited';
  await writeVisit(store, {
    run,
    subject: subjectName(1),
    ecg: { path: 'follow-up.ecg', insteadOf: `${subjectName(1)}.ecg` },
  });
  await study.write(subjectName(2), { value: 172 }, `${ECG}!`);
  const living = { ...input, settle_s: 1 };
  await signalVisit(client, living, subjectName(1));
  await signalVisit(client, living, subjectName(2));
  const result = await awaitVisits(client, living);
  t.like(result, { visited: [subjectName(1), subjectName(2)], published: { counterfactuals: { references: 3 } } });
  t.deepEqual(computed([170, 171, 172], before), [171, 172]);
  t.is((await readVersions(files)).length, 2);
  t.deepEqual(await ask('select qrsDuration_ms from cohort order by subject'), [[86], [102], [87]]);
  t.like(await fire(), { status: 'nothing-to-do' });
});

test('counterfactual twins follow the tables: those of one changed and one new subject are computed, and no other', async (t) => {
  const { study, fire, files } = await openLiving('following', [300, 301, 302, 303, 304, 305]);
  const read = async (name: string) => readParquet((await files.read(name)) ?? new Uint8Array(), name);
  const subjects = async () => [...((await read('reference.parquet')).getChild('subject') ?? [])].map(String);
  const pairs = async () => {
    const table = await read('swaps.parquet');
    const of = (column: string) => [...(table.getChild(column) ?? [])].map(String);
    const columns = ['femaleSubject', 'maleSubject', 'femaleTwinSha256', 'maleTwinSha256'].map(of);
    return new Set(of('pair').map((_, row) => columns.map((values) => values[row]).join(' ')));
  };
  t.like((await fire()).counterfactuals, { references: 6, pairs: 3, done: 9, cached: 0, failed: 0 });
  t.deepEqual([...new Set(await subjects())].sort(), [0, 1, 2, 3, 4, 5].map(subjectName));
  const before = await pairs();
  const mine = () => simulated.filter((entry) => /30\d|903/.test(entry)); // tests run side by side
  const known = mine().length;
  t.is((await fire()).status, 'nothing-to-do');
  t.is(mine().length, known);

  await study.write(subjectName(1), { value: 301, iterations: 2 });
  await study.write('sub-0008', { value: 308 });
  await study.list([0, 1, 2, 3, 4, 5, 8].map(subjectName));
  const second = await fire();
  const made = mine().slice(known);
  t.deepEqual(made.filter((entry) => entry.startsWith('reference')).sort(), ['reference 301', 'reference 308']);
  t.deepEqual([...new Set(await subjects())].sort(), [0, 1, 2, 3, 4, 5, 8].map(subjectName));
  const fresh = [...(await pairs())].filter((pair) => !before.has(pair));
  t.is(made.filter((entry) => entry.startsWith('swap')).length, fresh.length);
  t.true(fresh.some((pair) => pair.includes(subjectName(1))));
  const computedNow = 2 + fresh.length;
  t.like(second.counterfactuals, { references: 7, pairs: 3, done: 10, failed: 0, cached: 10 - computedNow });
});

test('who is stopped while counterfactual twins are made makes them at the next firing, though no source has changed', async (t) => {
  const { fire, files, input } = await openLiving('stopped', [310, 311]);
  blocked.add(311);
  const workflowId = `${reprocessId('stopped')}-stopped`;
  const handle = await client.client.workflow.start(WORKFLOW.reprocess, {
    workflowId,
    taskQueue: queueOf('workflow'),
    args: [input],
  });
  while (!simulated.includes('reference 310')) await aWhile();
  await handle.cancel();
  await t.throwsAsync(handle.result(), { instanceOf: WorkflowFailedError });
  t.is(await files.read('reference.parquet'), undefined);
  blocked.delete(311);
  t.like(await fire(), { status: 'same', computed: 0, counterfactuals: { references: 2, pairs: 1 } });
  t.truthy(await files.read('reference.parquet'));
  t.is(simulated.filter((entry) => entry === 'reference 310').length, 1);
  t.is((await fire()).status, 'nothing-to-do');
});

test('a visit is built and published while the counterfactual twins of the one before are made, and has its own after them', async (t) => {
  const { study, input, fire, files } = await openLiving('busy', [320, 321]);
  await fire();
  const untilVersions = async (count: number) => {
    while ((await readVersions(files)).length < count) await aWhile();
  };
  const living = { ...input, settle_s: 1 };
  blocked.add(328);
  await study.write(subjectName(0), { value: 328 });
  await signalVisit(client, living, subjectName(0));
  await untilVersions(2);
  await study.write(subjectName(1), { value: 329 });
  await signalVisit(client, living, subjectName(1));
  await untilVersions(3);
  t.deepEqual(
    simulated.filter((entry) => /32[89]/.test(entry) && entry.startsWith('reference')),
    [],
  );
  blocked.delete(328);
  t.like(await awaitVisits(client, living), {
    visited: [subjectName(1)],
    published: { status: 'published', counterfactuals: { references: 2, failed: 0 } },
  });
  t.is((await fire()).status, 'nothing-to-do');
});

test('a schedule fires when it is triggered, is paused, described and deleted', async (t) => {
  const { input, ask } = await openLiving('scheduled', [180, 181]);
  const timing = { crons: ['0 3 * * *'], overlap: 'skip', isPaused: false } as const;
  await createSchedule(client, 'nightly', input, timing);
  await t.throwsAsync(createSchedule(client, 'nightly', input, timing), { message: /is there already/ });
  t.like((await listSchedules(client))[0], { id: 'nightly', run: 'scheduled', isPaused: false });
  await pauseSchedule(client, 'nightly', 'while files are copied');
  t.like(await describeSchedule(client, 'nightly'), {
    isPaused: true,
    note: 'while files are copied',
    overlap: 'skip',
  });
  await unpauseSchedule(client, 'nightly');
  await triggerSchedule(client, 'nightly');
  for (let waited = 0; waited < 200; waited++) {
    const { executions } = await describeSchedule(client, 'nightly');
    if (executions.some(({ result }) => (result as { status?: string }).status === 'published')) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  t.deepEqual(await ask('select count(*) from cohort'), [[2]]);
  await deleteSchedule(client, 'nightly');
  await t.throwsAsync(describeSchedule(client, 'nightly'), { message: /there is none of this name/ });
  await t.throwsAsync(createSchedule(client, 'odd', input, { ...timing, crons: ['every night'] }), {
    message: /^schedule odd: /,
  });
});
