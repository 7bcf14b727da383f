import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { runQuery } from '../../cohorts/query.ts';
import { formatQuery } from '../../cohorts/queryText.ts';
import { cohortRows, publishSettings } from '../helpers/cohortRows.ts';
import { publishInto } from '../helpers/publishedCohort.ts';

// A folder whose name would break a careless SQL text or be taken for a pattern.
const root = mkdtempSync(join(tmpdir(), 'twinfold-query-'));
const folder = join(root, "it's [a] run*");
const rows = cohortRows(40);

test.before(async () => {
  mkdirSync(folder);
  const cost = {
    subject: 'P00001',
    stage: 'calibrate',
    seconds: 5.5,
    peakMemory_MB: 210,
    attempts: 2,
    worker: 'w1',
    wasCached: false,
  };
  await publishInto(folder, [{ rows, costs: [cost] }], publishSettings);
});

test.after.always(() => rmSync(root, { recursive: true, force: true }));

test('an average by sex is the one computed by hand', async (t) => {
  const { columns, rows: answer } = await runQuery(
    folder,
    'select sex, count(*) n, avg(qrsDuration_ms) qrs from cohort group by sex order by sex',
  );
  t.deepEqual(columns, [
    { name: 'sex', type: 'VARCHAR' },
    { name: 'n', type: 'BIGINT' },
    { name: 'qrs', type: 'DOUBLE' },
  ]);
  for (const [index, sex] of ['female', 'male'].entries()) {
    const values = rows
      .filter(({ covariates }) => covariates.sex === sex)
      .flatMap(({ metrics }) => metrics.qrsDuration_ms ?? []);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    t.is(answer[index]?.[0], sex);
    t.is(answer[index]?.[1], 20);
    t.true(Math.abs(Number(answer[index]?.[2]) - mean) < 1e-9);
  }
});

test('all four tables can be asked', async (t) => {
  const counts = await runQuery(
    folder,
    'select (select count(*) from cohort), (select count(*) from quarantine), (select count(*) from dictionary) > 20, (select sum(attempts) from costs)',
  );
  t.deepEqual(counts.rows, [[40, 4, true, 2]]);
});

for (const sql of [
  "copy cohort to 'evil.csv'",
  "select * from read_csv('/etc/passwd')",
  "select * from '/etc/passwd'",
  "select * from read_text('/etc/passwd')",
  "select * from glob('/*')",
  "attach 'evil.db'",
  'install httpfs',
  "load 'evil.so'",
  'set enable_external_access = true',
  "set temp_directory = '/tmp'",
  "export database 'evil'",
]) {
  test(`SQL cannot reach the machine: ${sql}`, async (t) => {
    await t.throwsAsync(runQuery(folder, sql), { message: /^the query failed: / });
  });
}

for (const sql of [
  'drop view cohort',
  'create table mine as select 1',
  'select 1; select 2',
  `copy (select 1) to '${join(folder, 'cohort.parquet').replaceAll("'", "''")}' (format parquet, use_tmp_file false)`,
  `explain analyze copy (select 1) to '${join(folder, 'cohort.parquet').replaceAll("'", "''")}' (format parquet, use_tmp_file false)`,
  "prepare evil as copy (select 1) to 'evil.csv'",
]) {
  test(`what is no single question is not run: ${sql.slice(0, 40)}`, async (t) => {
    const before = readFileSync(join(folder, 'cohort.parquet'));
    await t.throwsAsync(runQuery(folder, sql), { message: /^the query failed: / });
    t.deepEqual(readFileSync(join(folder, 'cohort.parquet')), before);
    t.false(readdirSync(folder).some((name) => name.startsWith('evil')));
  });
}

test('questions are asked in every way of asking', async (t) => {
  for (const sql of ['from cohort limit 1', 'with c as (from cohort) select count(*) from c', 'describe cohort']) {
    t.true((await runQuery(folder, sql)).rows.length > 0, sql);
  }
  const pivot = await runQuery(folder, "pivot cohort on sex in ('female', 'male') using count(*) group by status");
  t.deepEqual(
    pivot.columns.map(({ name }) => name),
    ['status', 'female', 'male'],
  );
});

test('wrong SQL is answered in DuckDB’s words, a wrong folder in ours', async (t) => {
  await t.throwsAsync(runQuery(folder, 'select qrs from cohort'), { code: 'BadInput', message: /qrsDuration_ms/ });
  await t.throwsAsync(runQuery(folder, ' '), { message: /the query is empty/ });
  await t.throwsAsync(runQuery(join(folder, 'none'), 'select 1'), { message: /manifest\.json is not there/ });
});

test('answers are printed aligned, as CSV and as JSON', async (t) => {
  const answer = await runQuery(
    folder,
    "select 'a,\"b' as text, 1.5 as d, 9007199254740993 as big, null as x, ['u', 'v'] as list union all select 'é', 22.123456789, 2, null, []",
  );
  t.is(
    formatQuery(answer, 'table'),
    [
      'text        d               big  x  list',
      '────  ───────  ────────────────  ─  ────',
      'a,"b      1.5  9007199254740993     u;v',
      'é     22.1235                 2',
      '2 rows',
      '',
    ].join('\n'),
  );
  t.is(formatQuery(answer, 'csv'), 'text,d,big,x,list\n"a,""b",1.5,9007199254740993,,u;v\né,22.123456789,2,,\n');
  t.deepEqual(JSON.parse(formatQuery(answer, 'json')), [
    { text: 'a,"b', d: 1.5, big: '9007199254740993', x: null, list: ['u', 'v'] },
    { text: 'é', d: 22.123456789, big: 2, x: null, list: [] },
  ]);
});

test('a cell cannot move the cursor of a terminal', async (t) => {
  const answer = await runQuery(folder, 'select chr(27) as x');
  t.false(formatQuery(answer, 'table').includes('\u001b'));
});
