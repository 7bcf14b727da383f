import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openTables, runQuery } from '../../../cohorts/query.ts';
import { cohortRows, publishSettings } from '../../helpers/cohortRows.ts';
import { publishInto } from '../../helpers/publishedCohort.ts';

const root = mkdtempSync(join(tmpdir(), 'twinfold-tables-'));
const one = join(root, 'one');
const other = join(root, "o'ther [2]");
const third = join(root, 'third');

test.before(async () => {
  for (const [folder, subjects] of [
    [one, 10],
    [other, 20],
    [third, 30],
  ] as const) {
    mkdirSync(folder);
    await publishInto(folder, [{ rows: cohortRows(subjects), costs: [] }], publishSettings);
  }
  writeFileSync(
    join(one, 'estimates.csv'),
    'analysis,by,estimate,low,p_value\nregressionShare,"LV mass, g",4.5,1,\nvelocityBySex,,-0.01,-0.02,0.5\n',
  );
});
test.after.always(() => rmSync(root, { recursive: true, force: true }));

test('another run’s tables stand beside under the name that it is given', async (t) => {
  const sql =
    'select (select count(*) from cohort), (select count(*) from other.cohort), (select count(*) from more.quarantine)';
  const { rows } = await runQuery(one, sql, undefined, {
    others: { other: { folder: other }, more: { folder: third } },
  });
  t.deepEqual(rows, [[10, 20, 3]]);
});

test('a run beside opens its own files and no others', async (t) => {
  const reach = (folder: string) =>
    runQuery(one, 'select count(*) from read_parquet($path)', undefined, {
      others: { other: { folder: other } },
      parameters: { path: join(folder, 'cohort.parquet').replace(/\[/g, '[[]') },
    });
  t.deepEqual((await reach(other)).rows, [[20]]);
  await t.throwsAsync(reach(third), { message: /^the query failed: .*(disabled|denied|Permission)/i });
  const before = readFileSync(join(other, 'cohort.parquet'));
  const path = join(other, 'cohort.parquet').replaceAll("'", "''");
  const write = `copy (select 1) to '${path}' (format parquet)`;
  await t.throwsAsync(runQuery(one, write, undefined, { others: { other: { folder: other } } }));
  t.deepEqual(readFileSync(join(other, 'cohort.parquet')), before);
});

test('a name that SQL or DuckDB has a meaning for is none for a run', async (t) => {
  for (const name of ['main', 'Other', 'a b', 'x"; drop', 'information_schema', '']) {
    await t.throwsAsync(openTables({ folder: one }, { [name]: { folder: other } }), {
      message: /no name for another run/,
    });
  }
});

test('values are bound to parameters as what they are, and each must be asked for', async (t) => {
  const parameters = { least: 44, sex: "fe'male", gap: null };
  const sql = 'select typeof($least), $sex, $gap is null, count(*) from cohort where age_y > $least';
  t.deepEqual((await runQuery(one, sql, undefined, { parameters })).rows, [['INTEGER', "fe'male", true, 5]]);
  await t.throwsAsync(runQuery(one, 'select $a'), { message: /asks for \$a; give its value with --param a=/ });
  await t.throwsAsync(runQuery(one, 'select $a', undefined, { parameters: { a: 1, b: 2 } }), {
    message: /does not ask for \$b; it has \$a/,
  });
});

test('the report’s estimates are a table of texts and numbers', async (t) => {
  const { rows, columns } = await runQuery(one, 'select "by", estimate, p_value from estimates order by estimate');
  t.deepEqual(rows, [
    [null, -0.01, 0.5],
    ['LV mass, g', 4.5, null],
  ]);
  t.deepEqual(
    columns.map(({ type }) => type),
    ['VARCHAR', 'DOUBLE', 'DOUBLE'],
  );
});
