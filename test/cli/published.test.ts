import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import { cohortRows, publishSettings } from '../helpers/cohortRows.ts';
import { publishInto } from '../helpers/publishedCohort.ts';
import { runCli } from './runCli.ts';

const run = mkdtempSync(join(tmpdir(), 'twinfold-run-'));
test.before(async () => {
  await publishInto(join(run, 'published'), [{ rows: cohortRows(20), costs: [] }], publishSettings);
});
test.after.always(() => rmSync(run, { recursive: true }));

test('query answers SQL on the tables of a run, as a table, CSV or JSON', async (t) => {
  const sql = 'select status, count(*) as n from cohort group by status order by n desc';
  t.is((await runCli('query', run, sql, '--format', 'csv')).out, 'status,n\ndone,18\nquarantined,2\n');
  const json = await runCli('query', run, sql, '--format', 'json');
  t.deepEqual(JSON.parse(json.out), [
    { status: 'done', n: 18 },
    { status: 'quarantined', n: 2 },
  ]);
  t.regex((await runCli('query', run, sql)).out, /done\s.*18/);
});

test('a query that fails says where in the SQL, and ends with 1', async (t) => {
  const { code, err } = await runCli('query', run, 'select sexx from cohort');
  t.is(code, 1);
  t.regex(err, /^twinfold: the query failed: .*sexx/);
});

test('table prints a line of names and one a subject, quarantined ones included', async (t) => {
  const { code, out } = await runCli('table', run);
  t.is(code, 0);
  const lines: string[][] = parse(out);
  t.is(lines.length, 21);
  t.deepEqual(lines[0]?.slice(0, 3), ['subject', 'status', 'sex']);
});
