import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import type { Control, Edge } from '../../../activities/edge.ts';
import { type JobInput, type JobName, type JobResult, runJob } from '../../../activities/jobs.ts';
import { recordRun } from '../../../activities/records/runRecord.ts';
import { getPlan, putStudy, type StudyInput, type StudyPlan } from '../../../activities/records/study.ts';
import { putJson, type Store } from '../../../activities/stores/artifacts.ts';
import { openFolderStore } from '../../../activities/stores/folderStore.ts';
import { collectGarbage } from '../../../activities/sweep/collectGarbage.ts';
import type { SampleSheetRow } from '../../../cohorts/row.ts';
import { fakeEdge } from '../../helpers/fakeEdge.ts';
import { FAKE_STUDY, testFolder, writeFakeStudy } from '../../helpers/fakeStudy.ts';

const control: Control = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  resumeFrom: undefined,
};
const HOUR_ms = 3_600_000;
const later = { now_ms: Date.now() + 2 * HOUR_ms, grace_ms: HOUR_ms, plans: 2, isDryRun: false };
const heartsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ value: index + 1, iterations: 1 }));

/** Runs a study's jobs as its workflow would, up to `most` of them. Gives how many stages were computed, and the table. */
async function build(edge: Edge, { study, pages }: StudyInput, most = Number.POSITIVE_INFINITY) {
  let jobs = 0;
  let computed = 0;
  const job = async <N extends JobName>(name: N, input: JobInput<N>): Promise<JobResult<N>> => {
    if (++jobs > most) throw new Error('killed');
    const result = await runJob(edge, name, input, control, { attempt: 1, worker: 'test' });
    if ('wasCached' in result && !result.wasCached) computed++;
    return result;
  };
  for (let page = 0; page < pages; page++) {
    for (const position of (await job('openPage', { run: 'r', study, page, subjects: 'all' })).positions) {
      const place = { run: 'r', study, page, position };
      const prepared = await job('prepare', place);
      const calibrated = await job('calibrate', { place, prepared, start: 0 });
      await job('measure', { place, prepared, calibrated });
    }
  }
  return { computed, files: (await job('publish', { run: 'r', study })).files };
}

/** The same subjects with another seed of the calibration, or only the first of them. */
async function changed(store: Store, { study }: StudyInput, seed: number, subjects?: number): Promise<StudyInput> {
  const plan = await getPlan(store, study);
  const rows: SampleSheetRow[] = [];
  for (const page of plan.pages) rows.push(...JSON.parse(new TextDecoder().decode(await store.get(page))));
  const calibration = { ...FAKE_STUDY.calibration, seed };
  const { dataFolder, outFolder, inputs, refused } = plan;
  const next: StudyPlan = { dataFolder, outFolder, inputs, refused, study: { ...FAKE_STUDY, calibration } };
  return putStudy(store, next, rows.slice(0, subjects), 2);
}

async function openRun(hearts: number) {
  const folder = await testFolder();
  const store = openFolderStore(join(folder, 'store'));
  return { folder, store, edge: fakeEdge(store), study: await writeFakeStudy(store, folder, heartsOf(hearts), 2) };
}

const everything = async (store: Store): Promise<string[]> => {
  const uris: string[] = [];
  for (const under of ['artifacts/', 'records/']) for await (const { uri } of store.list(under)) uris.push(uri);
  return uris.sort();
};
const collectedIn = ({ kinds }: Awaited<ReturnType<typeof collectGarbage>>) =>
  Object.fromEntries(kinds.filter(({ collected }) => collected > 0).map(({ kind, collected }) => [kind, collected]));

test('nothing of a finished run is collected, and building it again computes nothing', async (t) => {
  const { store, edge, study } = await openRun(4);
  const first = await build(edge, study);
  t.is(first.computed, 12);
  const before = await everything(store);
  t.deepEqual(collectedIn(await collectGarbage(store, later)), {});
  t.deepEqual(await everything(store), before);
  t.deepEqual(await build(edge, study), { computed: 0, files: first.files });
});

test('an artifact that nothing names and a half-written file are collected, after their time of grace', async (t) => {
  const { folder, store, edge, study } = await openRun(2);
  await build(edge, study);
  const orphan = await putJson(store, { orphan: true });
  const half = join(folder, 'store', `${orphan.uri}.0000.part`);
  await writeFile(half, 'half');
  const young = await collectGarbage(store, { ...later, now_ms: Date.now() });
  t.deepEqual(collectedIn(young), {});
  t.is(young.kinds.find(({ kind }) => kind === 'artifacts')?.young, 1);
  t.deepEqual(collectedIn(await collectGarbage(store, { ...later, isDryRun: true })), { artifacts: 1, part: 1 });
  t.true(await store.has(orphan));
  t.deepEqual(collectedIn(await collectGarbage(store, later)), { artifacts: 1, part: 1 });
  t.false(await store.has(orphan));
  t.deepEqual(
    (await readdir(join(folder, 'store'), { recursive: true })).filter((name) => name.endsWith('.part')),
    [],
  );
});

test('settings that a run went through are collected but for the two last, and going back to a kept one computes nothing', async (t) => {
  const { store, edge, study } = await openRun(2);
  await build(edge, study);
  const second = await changed(store, study, 2);
  const { files } = await build(edge, second);
  await build(edge, await changed(store, study, 3));
  // Of the first: two twins, two stages each of calibration and measure, its plan (the pages are shared), its record and its page’s.
  t.deepEqual(collectedIn(await collectGarbage(store, later)), { artifacts: 3, mark: 1, run: 1, stage: 4 });
  t.deepEqual(await build(edge, second), { computed: 0, files });
  t.is((await build(edge, await changed(store, second, 1))).computed, 4);
});

test('a subject that only superseded sheets name loses its records, and the others keep theirs', async (t) => {
  const { store, edge, study } = await openRun(3);
  await build(edge, study);
  const fewer = await changed(store, study, 1, 2);
  const { files } = await build(edge, fewer);
  const collected = collectedIn(await collectGarbage(store, { ...later, plans: 1 }));
  t.deepEqual(collected, { artifacts: 4, cost: 3, mark: 2, parts: 4, row: 1, run: 1, stage: 4 });
  t.is(await store.readRecord('row:r:sub-0002'), undefined);
  t.deepEqual(await build(edge, fewer), { computed: 0, files });
});

test('the plan of every version that was published is kept', async (t) => {
  const { folder, store, edge, study } = await openRun(1);
  for (const seed of [2, 3, 4]) await build(edge, await changed(store, study, seed));
  const first = await changed(store, study, 2);
  await mkdir(join(folder, 'out'), { recursive: true });
  await writeFile(join(folder, 'out', 'versions.json'), JSON.stringify([{ version: 'v1', study: first.study }]));
  await collectGarbage(store, { ...later, plans: 1 });
  const page = (await getPlan(store, first.study)).pages[0] ?? t.fail();
  t.true(await store.has(page));
});

test('what is not understood is kept with every artifact that it mentions', async (t) => {
  const { store, edge, study } = await openRun(1);
  await build(edge, study);
  const page = await putJson(store, { page: true });
  const inner = await putJson(store, { pages: [page] });
  await store.writeRecord('living:someone', JSON.stringify({ nested: [{ deep: inner }] }));
  await store.writeRecord('stage:cut', `{"result": {"made": "${(await putJson(store, 1)).uri}`);
  const collected = await collectGarbage(store, later);
  t.deepEqual(collectedIn(collected), {});
  t.is(collected.notUnderstood, 1);
  t.true(await store.has(page));
});

test('a store of before runs were recorded keeps its rows and its twins', async (t) => {
  const { store, edge, study } = await openRun(2);
  const { files } = await build(edge, study);
  const same = await changed(store, study, FAKE_STUDY.calibration.seed); // what the next start of the run puts
  t.deepEqual(same, study);
  const held = await store.get(study.study);
  const page = await store.get((await getPlan(store, study.study)).pages[0] ?? t.fail());
  for await (const { uri } of store.list('records/run/')) await store.remove(uri);
  await collectGarbage(store, later);
  for (const bytes of [held, page]) await store.put(bytes ?? t.fail(), 'json');
  t.deepEqual(await build(edge, study), { computed: 0, files });
});

test('wherever a run is killed and swept, it ends in the same bytes and computes no stage that a subject had', async (t) => {
  const undisturbed = await openRun(2);
  const { files } = await build(undisturbed.edge, undisturbed.study);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(8), { maxLength: 2 }), fc.constantFrom(1, 2), async (kills, plans) => {
      const { store, edge, study } = await openRun(2);
      await recordRun(store, { run: 'r', study: study.study }); // as the command that starts it
      let most = 0;
      for (const jobs of kills) {
        most = Math.max(most, jobs);
        await build(edge, study, jobs).catch(() => undefined);
        await collectGarbage(store, { ...later, plans });
      }
      const end = await build(edge, study);
      t.deepEqual(end.files, files);
      t.true(end.computed <= 6 - stagesIn(most));
      await collectGarbage(store, { ...later, plans });
      t.deepEqual(await build(edge, study), { computed: 0, files });
    }),
    { numRuns: 5 },
  );
});

/** Stages among a number of jobs: each page is opened, then three a subject, two subjects a page. */
const stagesIn = (jobs: number): number =>
  Array.from({ length: Math.min(jobs, 7) }, (_, job) => job % 7 > 0).filter(Boolean).length;
