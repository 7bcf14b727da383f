import { join } from 'node:path';
import test from 'ava';
import { addressFrom } from '../../../activities/planStudy.ts';
import {
  decideVersion,
  keptVersions,
  openPublication,
  readVersions,
  sweepVersions,
} from '../../../activities/records/versions.ts';
import { applyVisits, readVisits, writeVisit } from '../../../activities/sources/visits.ts';
import { readWatch, type WatchState, writeWatch } from '../../../activities/sources/watchState.ts';
import { openFolderFiles } from '../../../activities/stores/files.ts';
import { openMemoryStore } from '../../../activities/stores/memoryStore.ts';
import type { SampleSheetRow, SubjectId } from '../../../cohorts/row.ts';
import { testFolder } from '../../helpers/fakeStudy.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const study = { uri: 'artifacts/00/00.json', sha256: '00', bytes: 2 };
const facts = { study, counts: { subjects: 1, done: 1, quarantined: 0 }, computed: 1 };
const names = ['cohort.parquet', 'cohort.csv', 'manifest.json'];

async function publishSet(files: ReturnType<typeof openFolderFiles>, text: string, isHeld = false) {
  const publication = openPublication(files, { isHeld });
  for (const name of names) await publication.out.write(name, bytes(`${name} ${text}`));
  return publication.keep(names, facts);
}

const textOf = async (files: ReturnType<typeof openFolderFiles>, path: string) => {
  const found = await files.read(path);
  return found === undefined ? undefined : new TextDecoder().decode(found);
};

test('equal tables are one version, whoever publishes them again', async (t) => {
  const files = openFolderFiles(await testFolder());
  const first = await publishSet(files, 'one');
  t.is(await publishSet(files, 'one'), first);
  const other = await publishSet(files, 'two');
  t.is(await publishSet(files, 'one'), first);
  const versions = await readVersions(files);
  t.deepEqual(
    versions.map(({ version }) => version),
    [first, other, first],
  );
  t.is(await textOf(files, `versions/${first}/cohort.parquet`), 'cohort.parquet one');
  t.is(await textOf(files, `versions/${first}/cohort.csv`), undefined);
});

test('held tables leave the run’s own as they are, and become them by a word', async (t) => {
  const files = openFolderFiles(await testFolder());
  await publishSet(files, 'one');
  const held = await publishSet(files, 'two', true);
  t.is(await textOf(files, 'cohort.csv'), 'cohort.csv one');
  t.is((await decideVersion(files, undefined, true)).version, held ?? '');
  t.is(await textOf(files, 'cohort.csv'), 'cohort.csv two');
  t.is(await textOf(files, 'manifest.json'), 'manifest.json two');
  t.is(await textOf(files, `versions/${held}/cohort.csv`), undefined);
  await t.throwsAsync(decideVersion(files, held, true), { message: /is published; only one that is held/ });
});

test('of two sets that wait the newer one waits, and a rejected one changes nothing', async (t) => {
  const files = openFolderFiles(await testFolder());
  await publishSet(files, 'one');
  await publishSet(files, 'two', true);
  const newer = await publishSet(files, 'three', true);
  t.deepEqual(
    (await readVersions(files)).map(({ status }) => status),
    ['published', 'rejected', 'held'],
  );
  t.is((await decideVersion(files, undefined, false)).version, newer ?? '');
  t.is(await textOf(files, 'cohort.csv'), 'cohort.csv one');
  await t.throwsAsync(decideVersion(files, undefined, true), { message: /has no held version/ });
});

test('tables that were held before others were published do not undo them', async (t) => {
  const files = openFolderFiles(await testFolder());
  await publishSet(files, 'one');
  await publishSet(files, 'two', true);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await publishSet(files, 'three');
  await t.throwsAsync(decideVersion(files, undefined, true), { message: /older than the run's tables/ });
});

test('a version that is swept is gone with its files, unless its tables came back', async (t) => {
  const files = openFolderFiles(await testFolder());
  const first = await publishSet(files, 'one');
  const second = await publishSet(files, 'two');
  await publishSet(files, 'three');
  await publishSet(files, 'one');
  t.deepEqual(await sweepVersions(files, { keep: 2 }), [second]);
  t.is(await textOf(files, `versions/${second}/cohort.parquet`), undefined);
  t.is(await textOf(files, `versions/${first}/cohort.parquet`), 'cohort.parquet one');
  t.is((await keptVersions(files)).length, 2);
});

test('what is staged is gone when it was kept, and no tables without a manifest are a version', async (t) => {
  const folder = await testFolder();
  const files = openFolderFiles(folder);
  await publishSet(files, 'one', true);
  t.is(await textOf(files, 'versions/staged/manifest.json'), undefined);
  const bare = openFolderFiles(join(folder, 'bare'));
  t.is(await openPublication(bare).keep(['cohort.jsonl'], facts), undefined);
  t.deepEqual(await readVersions(bare), []);
});

const row = (subject: string): SampleSheetRow => ({
  subject: subject as SubjectId,
  sex: null,
  age_y: null,
  height_cm: null,
  weight_kg: null,
  anatomy: `${subject}.vtu`,
  ecg: `${subject}.csv`,
  electrodes: null,
  torso: null,
  covariates: {},
  findings: [],
});

test('a visit’s file holds until the sheet names another, and each run has its own visits', async (t) => {
  const store = openMemoryStore();
  await writeVisit(store, { run: 'one', subject: 'A', ecg: { path: 'later.csv', insteadOf: 'A.csv' } });
  await writeVisit(store, { run: 'one', subject: 'A', anatomy: { path: 'later.vtu', insteadOf: 'A.vtu' } });
  await writeVisit(store, { run: 'two', subject: 'B', ecg: { path: 'other.csv', insteadOf: 'B.csv' } });
  const visits = await readVisits(store, 'one');
  const rows = applyVisits([row('A'), row('B'), { ...row('A'), ecg: 'corrected.csv' }], visits);
  t.deepEqual(
    rows.map(({ ecg, anatomy }) => [ecg, anatomy]),
    [
      ['later.csv', 'later.vtu'],
      ['B.csv', 'B.vtu'],
      ['corrected.csv', 'later.vtu'],
    ],
  );
});

test('what was noted of thousands of subjects is read as it was written', async (t) => {
  const store = openMemoryStore();
  const subjects = Array.from({ length: 4500 }, (_, index) => ({
    subject: `P${index}`,
    sheetRow: 'r',
    row: `${index}`,
    files: [['P.csv', '1-2']] as const,
  }));
  const state: WatchState = { decidedBy: 'd', study: 's', isPublished: true, subjects };
  await writeWatch(store, 'run', state);
  t.deepEqual(await readWatch(store, 'run'), state);
  // Notes of another code are worth nothing, and a shorter list leaves none of the longer one.
  await writeWatch(store, 'run', { ...state, decidedBy: 'e', subjects: subjects.slice(0, 10) });
  t.is((await readWatch(store, 'run'))?.subjects.length, 10);
  t.is(await readWatch(store, 'other'), undefined);
});

test('a path starts where a folder or a bucket says, and an address stays as it is', (t) => {
  t.is(addressFrom('/data/study', '../sheets/subjects.csv'), '/data/sheets/subjects.csv');
  t.is(addressFrom('s3://hearts/study/a', '../sheets/subjects.csv'), 's3://hearts/study/sheets/subjects.csv');
  t.is(addressFrom('s3://hearts', 'subjects.csv'), 's3://hearts/subjects.csv');
  t.is(addressFrom('s3://hearts/study', '.'), 's3://hearts/study');
  t.is(addressFrom('/data', 's3://hearts/people/'), 's3://hearts/people');
});
