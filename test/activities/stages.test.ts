import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { calibrate } from '../../activities/calibrate.ts';
import type { Control, Edge } from '../../activities/edge.ts';
import { runJob } from '../../activities/jobs.ts';
import { measure } from '../../activities/measure.ts';
import { openPage } from '../../activities/openPage.ts';
import { prepare } from '../../activities/prepare.ts';
import { publish } from '../../activities/publish.ts';
import { quarantine } from '../../activities/quarantine.ts';
import { differingParts } from '../../activities/records/stageIndex.ts';
import { getPage, getPlan, type SubjectPlace } from '../../activities/records/study.ts';
import {
  firstParts,
  type PartsName,
  readCost,
  readParts,
  readRow,
  readStage,
} from '../../activities/records/subjectRecords.ts';
import { ARTIFACT_LOST } from '../../activities/stores/artifactLost.ts';
import { recordUri } from '../../activities/stores/artifacts.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import type { SubjectId } from '../../cohorts/row.ts';
import { TwinError } from '../../twin/errors.ts';
import { type FakeHeart, fakeCheckpoint, fakeEdge } from '../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';

const control = (): Control => ({
  signal: new AbortController().signal,
  onProgress: () => undefined,
  resumeFrom: undefined,
});

async function openRun(...hearts: FakeHeart[]) {
  const folder = await testFolder();
  const turns: string[] = [];
  const store = openFolderStore(join(folder, 'store'));
  const edge = fakeEdge(store, (value, iteration) => turns.push(`${value} ${iteration}`));
  const { study } = await writeFakeStudy(store, folder, hearts, 2);
  const place: SubjectPlace = { run: 'r', study, page: 0, position: 0 };
  return { folder, turns, edge, place, heart: join(folder, 'data', 'sub-0000.heart') };
}

const getPageOf = async ({ store }: Edge, { study, page }: SubjectPlace) =>
  getPage(store, await getPlan(store, study), page);

/** An edge that counts how often it makes an anatomy. */
function countingAnatomies(edge: Edge): { edge: Edge; made: () => number } {
  let made = 0;
  const prepareAnatomy: Edge['science']['prepareAnatomy'] = (input) => {
    made++;
    return edge.science.prepareAnatomy(input);
  };
  return { edge: { ...edge, science: { ...edge.science, prepareAnatomy } }, made: () => made };
}

async function build(edge: Edge, place: SubjectPlace, start = 0) {
  const prepared = await prepare(edge, place);
  const calibrated = await calibrate(edge, { place, prepared, start }, control());
  return { prepared, calibrated, measured: await measure(edge, { place, prepared, calibrated }) };
}

test('a measurement that comes out otherwise the second time is not believed', async (t) => {
  const { edge, place } = await openRun({ value: 3, iterations: 2 });
  let calls = 0;
  const science = { ...edge.science, measure: () => ({ value: calls++ === 0 ? 91 : 102 }) };
  await t.throwsAsync(build({ ...edge, science }, place), { message: /two measurements of one twin differ/ });
  t.is(await readRow(edge.store, 'r', 'sub-0000'), undefined);
  await t.notThrowsAsync(build({ ...edge, science }, place));
});

test('a stage that runs again gives the same answer without computing', async (t) => {
  const { edge, place, turns } = await openRun({ value: 3, iterations: 2 });
  const first = await build(edge, place);
  const again = await build(edge, place);
  t.deepEqual(turns, ['3 0', '3 1']);
  const parts = [again.prepared, again.calibrated, again.measured];
  t.true(parts.every(({ wasCached }) => wasCached));
  t.deepEqual({ ...again.prepared, wasCached: false }, first.prepared);
  t.deepEqual({ ...again.calibrated, wasCached: false }, first.calibrated);
});

test('a changed file is a changed input, and the parts name it', async (t) => {
  const { edge, place, heart } = await openRun({ value: 3 });
  await build(edge, place);
  const before = await readParts(edge.store, 'r', 'sub-0000', 'anatomy');
  await writeFile(heart, JSON.stringify({ value: 4 }));
  t.false((await build(edge, place)).prepared.wasCached);
  const now = await readParts(edge.store, 'r', 'sub-0000', 'anatomy');
  t.deepEqual(before && now ? differingParts(before, now) : undefined, ['anatomyInput']);
});

test('a new recording of the same heart makes a new beat and takes the anatomy that was made before', async (t) => {
  const { edge, place, folder } = await openRun({ value: 3 });
  const { prepared } = await build(edge, place);
  const [row] = await getPageOf(edge, place);
  await writeFile(join(folder, 'data', row?.ecg ?? ''), 'a longer recording');
  const counted = countingAnatomies(edge);
  const again = await prepare(counted.edge, place);
  t.is(counted.made(), 0);
  t.false(again.wasCached);
  t.deepEqual(again.anatomy, prepared.anatomy);
  t.not(again.beat.sha256, prepared.beat.sha256);
});

test('a file beside the main one that the reader asked for is part of the input, before it is there too', async (t) => {
  const { edge, place, heart } = await openRun({ value: 3 });
  const { prepared } = await build(edge, place);
  await writeFile(join(heart, '..', 'notes.txt'), 'new');
  const other = await prepare(edge, place);
  t.false(other.wasCached);
  t.not(other.anatomyInput, prepared.anatomyInput);
  await writeFile(join(heart, '..', 'unrelated.txt'), 'new');
  t.true((await prepare(edge, place)).wasCached);
});

test('another seed is another twin; the anatomy is the same', async (t) => {
  const { edge, place } = await openRun({ value: 3 });
  const first = await build(edge, place, 0);
  const second = await build(edge, place, 1);
  t.true(second.prepared.wasCached);
  t.false(second.calibrated.wasCached);
  t.not(second.calibrated.twin.sha256, first.calibrated.twin.sha256);
});

test('a calibration that resumes from its checkpoint gives the bytes of an undisturbed one', async (t) => {
  const whole = await openRun({ value: 3, iterations: 5 });
  const { calibrated } = await build(whole.edge, whole.place);
  const broken = await openRun({ value: 3, iterations: 5 });
  const prepared = await prepare(broken.edge, broken.place);
  const resumeFrom = fakeCheckpoint(2, 3 * 1 + 3 * 2);
  const resumed = await calibrate(
    broken.edge,
    { place: broken.place, prepared, start: 0 },
    { ...control(), resumeFrom },
  );
  t.is(resumed.twin.sha256, calibrated.twin.sha256);
  t.deepEqual(broken.turns, ['3 2', '3 3', '3 4']);
});

test('a damaged anatomy is a lost one, and preparing again mends it', async (t) => {
  const { edge, place, folder } = await openRun({ value: 3 });
  const prepared = await prepare(edge, place);
  const file = join(folder, 'store', prepared.anatomy.uri);
  const bytes = await readFile(file);
  bytes[bytes.length - 1] = 255 - (bytes.at(-1) ?? 0);
  await writeFile(file, bytes);
  await t.throwsAsync(calibrate(edge, { place, prepared, start: 0 }, control()), { name: ARTIFACT_LOST });
  const mended = await prepare(edge, place);
  t.false(mended.wasCached);
  t.deepEqual(mended.anatomy, prepared.anatomy);
  await t.notThrowsAsync(calibrate(edge, { place, prepared, start: 0 }, control()));
});

test('a row holds covariates, metrics with null for what is missing, codes of findings, and hashes', async (t) => {
  const { edge, place } = await openRun({ value: 3 });
  await build(edge, place);
  const row = await readRow(edge.store, 'r', 'sub-0000');
  t.deepEqual(row?.covariates, { sex: 'female', age_y: 50, height_cm: 170, weight_kg: null, site: 'A' });
  t.deepEqual(row?.metrics, { value: 3, sum_ms: 3, none: null });
  t.deepEqual(row?.findings, ['fake-heart']);
  t.deepEqual(Object.keys(row?.hashes ?? {}).sort(), [
    'anatomy',
    'anatomyInput',
    'beat',
    'ecgInput',
    'settings',
    'sheetRow',
    'twin',
  ]);
  t.like(row, { codeVersion: 'twinfold/fake anatomy/fake-1 beat/fake-1 calibrate/fake-1 measure/fake-1' });
  t.like(row, { seed: 1, backend: 'fake' });
});

test('a row names the seed that really made the twin, whether the twin is made or found', async (t) => {
  const { edge, place } = await openRun({ value: 3, fail: 'NoConvergence' });
  const prepared = await prepare(edge, place);
  await t.throwsAsync(calibrate(edge, { place, prepared, start: 0 }, control()), { message: /another seed/ });
  await build(edge, place, 1);
  const made = await readRow(edge.store, 'r', 'sub-0000');
  t.is(made?.seed, 2);
  t.true((await build(edge, place, 1)).calibrated.wasCached);
  t.deepEqual(await readRow(edge.store, 'r', 'sub-0000'), made);
});

test('a stage that is made of other parts keeps those of before, through starts of a calibration with other seeds', async (t) => {
  const { edge, place, heart } = await openRun({ value: 3 });
  await build(edge, place, 0);
  await build(edge, place, 1);
  const made = async (stage: PartsName) => readStage(edge.store, 'r', 'sub-0000', stage);
  t.is((await made('calibrate'))?.before, undefined);
  await writeFile(heart, JSON.stringify({ value: 4 }));
  await build(edge, place, 0);
  await build(edge, place, 1);
  const anatomy = await made('anatomy');
  t.deepEqual(anatomy?.before && differingParts(anatomy.before.parts, anatomy.parts), ['anatomyInput']);
  const calibrated = await made('calibrate');
  t.deepEqual(calibrated?.before && differingParts(firstParts(calibrated.before), firstParts(calibrated)), ['anatomy']);
  t.is((await made('beat'))?.before, undefined);
});

test('a stage that fails notes what it cost, and the code of the error', async (t) => {
  const { edge, place } = await openRun({ value: 3, fail: 'BadAnatomy' });
  await t.throwsAsync(runJob(edge, 'prepare', place, control(), { attempt: 3, worker: 'cpu-1' }));
  const cost = await readCost(edge.store, 'r', 'sub-0000', 'prepare');
  t.like(cost, { attempts: 3, outcome: 'BadAnatomy', wasCached: false, device: 'cpu' });
});

test('a quarantined subject has a row with its reason, and is the only one that a retry opens', async (t) => {
  const { edge, place, folder } = await openRun({ value: 3 }, { value: 4, fail: 'BadAnatomy' });
  await build(edge, place);
  const broken = { ...place, position: 1 };
  const error = await t.throwsAsync(prepare(edge, broken), { instanceOf: TwinError });
  await rm(join(folder, 'data', 'sub-0001.ecg'));
  const failure = { stage: 'prepare' as const, code: 'BadAnatomy', message: error?.message ?? '' };
  await quarantine(edge, { place: broken, failure });
  const row = await readRow(edge.store, 'r', 'sub-0001');
  t.is(row?.status, 'quarantined');
  t.deepEqual(row?.failure, failure);
  t.deepEqual(Object.keys(row?.hashes ?? {}).sort(), ['anatomyInput', 'settings', 'sheetRow']); // the ECG is gone
  const opened = (subjects: 'all' | 'quarantined') =>
    openPage(edge, { run: 'r', study: place.study, page: 0, subjects }).then(({ positions }) => positions);
  t.deepEqual(await opened('all'), [0, 1]);
  t.deepEqual(await opened('quarantined'), [1]);
});

test('what is published is sorted by subject and the same whatever the order of building', async (t) => {
  const hearts = [{ value: 1 }, { value: 2 }, { value: 3 }];
  const places = [0, 1, 2].map((index) => ({ page: Math.floor(index / 2), position: index % 2 }));
  const tables = await Promise.all(
    [places, places.toReversed()].map(async (order) => {
      const { edge, place, folder } = await openRun(...hearts);
      for (const entry of order) await build(edge, { ...place, ...entry });
      const { files, subjects } = await publish(edge, place);
      return { files, subjects, text: await readFile(join(folder, 'out', 'cohort.jsonl'), 'utf8') };
    }),
  );
  t.is(tables[0]?.subjects, 3);
  t.is(tables[0]?.files['cohort.jsonl'], tables[1]?.files['cohort.jsonl']);
  t.deepEqual(tables[0]?.text.match(/sub-\d+/g), ['sub-0000', 'sub-0001', 'sub-0002']);
});

test('rows that the sheet refused are published as quarantined, those without an id by their line', async (t) => {
  const folder = await testFolder();
  const edge = fakeEdge(openFolderStore(join(folder, 'store')));
  const refused = [
    { line: 7, subject: null, covariates: {}, message: 'sheet.csv:7: the subject is empty' },
    { line: 9, subject: 'sub-0009' as SubjectId, covariates: { sex: 'male' }, message: 'sheet.csv:9: no anatomy' },
  ];
  const { study } = await writeFakeStudy(edge.store, folder, [{ value: 1 }], 2, refused);
  await build(edge, { run: 'r', study, page: 0, position: 0 });
  const { subjects, quarantined } = await publish(edge, { run: 'r', study });
  t.deepEqual([subjects, quarantined], [3, 2]);
  const text = await readFile(join(folder, 'out', 'cohort.jsonl'), 'utf8');
  t.deepEqual(
    text.match(/"subject":"[^"]+"/g),
    ['_line7', 'sub-0000', 'sub-0009'].map((name) => `"subject":"${name}"`),
  );
});

test('a cohort with a subject that has no row is not published', async (t) => {
  const { edge, place } = await openRun({ value: 1 }, { value: 2 });
  await build(edge, place);
  await t.throwsAsync(publish(edge, place), { message: /sub-0001: run r has no row/ });
});

test('rows that are lost or damaged are written again from what made them before they are published', async (t) => {
  const { edge, place, folder } = await openRun({ value: 1, iterations: 2 }, { value: 2, fail: 'BadAnatomy' });
  await build(edge, place);
  const refused = { ...place, position: 1 };
  const failure = { stage: 'prepare', code: 'BadAnatomy', message: 'sub-0001.heart: broken on purpose' } as const;
  await quarantine(edge, { place: refused, failure });
  const { files } = await publish(edge, place);
  const recordOf = (subject: string) => join(folder, 'store', recordUri(`row:r:${subject}`));
  await truncate(recordOf('sub-0000'), 40);
  await rm(recordOf('sub-0001'));
  const neverCalibrates = { ...edge.science, calibrate: () => t.fail() };
  t.deepEqual((await publish({ ...edge, science: neverCalibrates }, place)).files, files);
});

test('each stage notes what it cost, with its attempts and its worker', async (t) => {
  const { edge, place } = await openRun({ value: 3 });
  const attempt = { attempt: 2, worker: 'cpu-1' };
  await runJob(edge, 'prepare', place, control(), attempt);
  await runJob(edge, 'prepare', place, control(), attempt);
  const cost = await readCost(edge.store, 'r', 'sub-0000', 'prepare');
  t.like(cost, { subject: 'sub-0000', stage: 'prepare', attempts: 2, worker: 'cpu-1', wasCached: true });
  t.like(cost, { device: 'cpu', outcome: 'done' });
  t.true(Math.abs((cost?.started_ms ?? 0) - Date.now()) < 60_000);
  t.true((cost?.seconds ?? -1) >= 0 && (cost?.peakMemory_MB ?? 0) > 10);
});

test('a file outside the data folder is refused, whatever the sheet says', async (t) => {
  const { edge, place, folder } = await openRun({ value: 3 });
  const reader: Edge = {
    ...edge,
    science: {
      ...edge.science,
      prepareAnatomy: async ({ anatomy }) => {
        anatomy.beside('../../store/turns.txt');
        throw new Error('not reached');
      },
    },
  };
  await t.throwsAsync(prepare(reader, place), { message: /which is not in its own folder/ });
  await rm(join(folder, 'data', 'sub-0000.heart'));
  await t.throwsAsync(prepare(edge, place), { message: /sub-0000\.heart: there is no such file in the data folder/ });
});
