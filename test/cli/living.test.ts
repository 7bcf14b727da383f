import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { filesUnder, openPublication } from '../../activities/records/versions.ts';
import { openFolderFiles } from '../../activities/stores/files.ts';
import { cohortRows, publishSettings } from '../helpers/cohortRows.ts';
import { testFolder } from '../helpers/fakeStudy.ts';
import { publishInto } from '../helpers/publishedCohort.ts';
import { runCli } from './runCli.ts';

const facts = {
  study: { uri: 'artifacts/00/00.json', sha256: '00', bytes: 2 },
  counts: { subjects: 30, done: 27, quarantined: 3 },
  computed: 3,
};

/** A run with two published versions, the second with a longer QRS and one subject more, and a third that is held. */
async function livingRun(): Promise<{ run: string; between: string }> {
  const run = await testFolder();
  const published = join(run, 'published');
  const files = openFolderFiles(published);
  const publish = async (subjects: number, longer_ms: number, isHeld = false) => {
    const rows = cohortRows(subjects).map((row) => {
      const { qrsDuration_ms } = row.metrics;
      return typeof qrsDuration_ms === 'number'
        ? { ...row, metrics: { ...row.metrics, qrsDuration_ms: qrsDuration_ms + longer_ms } }
        : row;
    });
    const { out, keep } = openPublication(files, { isHeld });
    mkdirSync(out.address, { recursive: true });
    const names = (await publishInto(out.address, [{ rows, costs: [] }], publishSettings)).map(({ name }) => name);
    await keep(names, { ...facts, counts: { ...facts.counts, subjects } });
  };
  await publish(30, 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const between = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await publish(31, 5);
  await publish(32, 5, true);
  return { run, between };
}

const rows = (out: string): unknown => JSON.parse(out);

test('earlier tables are asked as of a moment, by their version, and all together', async (t) => {
  const { run, between } = await livingRun();
  const ask = async (sql: string, ...words: string[]) =>
    rows((await runCli('query', run, sql, '--format', 'json', ...words)).out);
  t.deepEqual(await ask('select count(*) as n from cohort', '--as-of', between), [{ n: 30 }]);
  t.deepEqual(await ask('select count(*) as n from cohort', '--version', 'held'), [{ n: 32 }]);
  t.deepEqual(await ask('select status, subjects, isCurrent from versions'), [
    { status: 'published', subjects: 30, isCurrent: false },
    { status: 'published', subjects: 31, isCurrent: true },
    { status: 'held', subjects: 32, isCurrent: false },
  ]);
  t.deepEqual(
    await ask(
      "select round(max(qrsDuration_ms) - min(qrsDuration_ms), 6) as longer, count(*) as n from history where subject = 'P00001'",
    ),
    [{ longer: 5, n: 2 }],
  );
  const early = await runCli('query', run, 'select 1', '--as-of', '2020-01-01');
  t.is(early.code, 1);
  t.regex(early.err, /there were no tables at 20\d\d-.*; the first that are kept are of /);
});

test('a diff tells rows and columns between a run’s versions, and what is held becomes the run’s by a word', async (t) => {
  const { run } = await livingRun();
  const told = await runCli('diff', run);
  t.is(told.code, 0, told.err);
  t.regex(told.out, /30 → 31 rows: 1 added, 0 removed, 27 changed, 3 the same/);
  t.regex(told.out, /qrsDuration_ms +27 +\+5 +\+5 +ms/);
  const found = rows((await runCli('diff', `${run}@current`, `${run}@held`, '--json')).out);
  t.like(found, { added: ['P00031'], removed: [], changed: [] });
  const approved = await runCli('approve', run);
  t.regex(approved.out, /version [0-9a-f]{12} is published; .* report /);
  t.regex((await runCli('diff', run)).out, /31 → 32 rows: 1 added/);
  t.regex((await runCli('approve', run, '--reject')).err, /has no held version/);
});

test('a visit, a schedule and a home that are not there are told with what to do', async (t) => {
  const folder = await testFolder();
  writeFileSync(
    join(folder, 'run.json'),
    JSON.stringify({ name: 'made-up', study: join(folder, 'study.yaml'), data: null, backend: 'wasm' }),
  );
  t.regex((await runCli('visit', folder, 'P1')).err, /has no schedule, .* twinfold schedule create makes one/);
  t.regex((await runCli('schedule', 'list', '--home', folder)).err, /is not the home of a server .* twinfold serve /);
  t.regex((await runCli('diff', `${folder}@previous`, folder)).err, /holds no published cohort/);
});

test('files under a beginning are a place of their own', async (t) => {
  const files = openFolderFiles(await testFolder());
  const under = filesUnder(files, 'versions/one/');
  await under.write('cohort.parquet', new Uint8Array([1]));
  t.true(await under.copy('cohort.parquet', 'again.parquet'));
  const paths: string[] = [];
  for await (const { path } of under.list()) paths.push(path);
  t.deepEqual(paths, ['again.parquet', 'cohort.parquet']);
  await under.remove('cohort.parquet');
  t.is(await files.read('versions/one/cohort.parquet'), undefined);
  t.truthy(await files.read('versions/one/again.parquet'));
});
