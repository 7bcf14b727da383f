import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { bindNamed, findNamed } from '../../../cohorts/queries/askNamed.ts';
import { namedQueries } from '../../../cohorts/queries/index.ts';
import { listNamed } from '../../../cohorts/queries/listNamed.ts';
import { type OpenTables, openTables } from '../../../cohorts/query.ts';
import type { SubjectRow } from '../../../cohorts/row.ts';
import { type VersionEntry, versionFolder } from '../../../cohorts/versions.ts';
import { cohortRows, publishSettings } from '../../helpers/cohortRows.ts';
import { publishInto } from '../../helpers/publishedCohort.ts';

const root = mkdtempSync(join(tmpdir(), 'twinfold-named-'));
const rows = cohortRows(60);
/** The same cohort before one ECG was recorded again, one subject came in, and one twin was lost. */
const before = rows
  .filter(({ subject }) => subject !== 'P00059')
  .map((row): SubjectRow => {
    if (row.subject === 'P00004') {
      return { ...row, hashes: { ...row.hashes, ecgInput: 'e0' }, metrics: { ...row.metrics, qrsDuration_ms: 80 } };
    }
    const failure = { stage: 'calibrate', code: 'NoConvergence', message: 'no fit' } as const;
    return row.subject === 'P00006' ? { ...row, status: 'quarantined', metrics: {}, failure } : row;
  });
const cost = (subject: string, stage: string, seconds: number, wasCached: boolean) => ({
  subject,
  stage,
  seconds,
  peakMemory_MB: 200,
  attempts: 1,
  worker: 'w',
  wasCached,
});
const costs = [
  cost('P00000', 'prepare', 3600, false),
  cost('P00001', 'prepare', 1800, false),
  cost('P00002', 'prepare', 9, true),
];
const entry = (version: string, publishedAt: string): VersionEntry => ({
  version,
  status: 'published',
  madeAt: publishedAt,
  publishedAt,
  study: { uri: 'artifacts/x', sha256: 'x', bytes: 1 },
  counts: { subjects: 60, done: 54, quarantined: 6 },
  computed: null,
});
const versions = [entry('aaaaaaaaaaaa', '2026-01-01T00:00:00.000Z'), entry('bbbbbbbbbbbb', '2026-02-01T00:00:00.000Z')];
let tables: OpenTables;

test.before(async () => {
  const other = join(root, 'other');
  await publishInto(root, [{ rows, costs }], publishSettings);
  await publishInto(join(root, versionFolder('aaaaaaaaaaaa')), [{ rows: before, costs: [] }], publishSettings);
  await publishInto(join(root, versionFolder('bbbbbbbbbbbb')), [{ rows, costs: [] }], publishSettings);
  await publishInto(other, [{ rows: before, costs: [] }], publishSettings);
  tables = await openTables({ folder: root, asked: { folder: root, versions } }, { other: { folder: other } });
});
test.after.always(() => {
  tables?.close();
  rmSync(root, { recursive: true, force: true });
});

const finished = rows.filter(({ status }) => status === 'done');
const valuesOf = (some: readonly SubjectRow[]) =>
  some.flatMap(({ metrics }) => (Number.isFinite(metrics.qrsDuration_ms) ? [Number(metrics.qrsDuration_ms)] : []));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sd = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
const median = (values: readonly number[]) => {
  const sorted = [...values].sort((one, other) => one - other);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
};

async function ask(name: string, given: Readonly<Record<string, string>> = {}) {
  const query = findNamed(name);
  const answer = await tables.ask(query.sql, await bindNamed(query, given, tables));
  return answer.rows.map((row) =>
    Object.fromEntries(answer.columns.map((column, at) => [column.name, row[at] ?? null])),
  );
}

test('means and deviations by sex are those computed by hand, with the unit', async (t) => {
  const answer = await ask('by-sex');
  t.deepEqual(
    answer.map(({ sex }) => sex),
    ['female', 'male'],
  );
  for (const row of answer) {
    const values = valuesOf(finished.filter(({ covariates }) => covariates.sex === row.sex));
    t.is(row.n, values.length);
    t.true(Math.abs(Number(row.mean) - mean(values)) < 1e-9);
    t.true(Math.abs(Number(row.sd) - sd(values)) < 1e-9);
    t.true(Math.abs(Number(row.median) - median(values)) < 1e-9);
    t.is(row.unit, 'ms');
  }
  const bmi = await ask('by-sex', { column: 'bmi_kg_m2' });
  t.is(bmi[0]?.unit, 'kg/m2');
});

test('bands of age hold every finished subject once', async (t) => {
  const answer = await ask('by-age', { years: '5' });
  t.deepEqual(
    answer.map(({ from_y, to_y }) => [from_y, to_y]),
    [40, 45, 50, 55, 60, 65, 70, 75].map((from) => [from, from + 5]),
  );
  t.is(
    answer.reduce((sum, { women, men }) => sum + Number(women) + Number(men), 0),
    valuesOf(finished).length,
  );
});

test('groups of a text are told apart, and lack what they lack', async (t) => {
  const answer = await ask('by-group', { group: 'smoker', column: 'fitCorrelation' });
  t.deepEqual(
    answer.map(({ group, n, missing }) => [group, n, missing]),
    ['no', 'yes'].map((smoker) => {
      const some = finished.filter(({ covariates }) => covariates.smoker === smoker);
      const gaps = some.filter(({ metrics }) => Number.isNaN(metrics.fitCorrelation)).length;
      return [smoker, some.length - gaps, gaps];
    }),
  );
});

test('outliers lie beyond so many scaled deviations of the median, the farthest first', async (t) => {
  const values = valuesOf(finished);
  const spread = 1.4826 * median(values.map((value) => Math.abs(value - median(values))));
  const far = finished.flatMap(({ subject, metrics }) => {
    const distance = (Number(metrics.qrsDuration_ms) - median(values)) / spread;
    return Math.abs(distance) > 1.5 ? [{ subject, distance }] : [];
  });
  far.sort((one, other) => Math.abs(other.distance) - Math.abs(one.distance));
  const answer = await ask('outliers', { beyond: '1.5' });
  t.true(far.length > 2);
  t.deepEqual(
    answer.map(({ subject }) => subject),
    far.map(({ subject }) => subject),
  );
  for (const [index, { distance }] of far.entries())
    t.true(Math.abs(Number(answer[index]?.distance) - distance) < 1e-9);
});

test('what is missing is counted among finished twins, and failures by stage and code', async (t) => {
  const gaps = await ask('missing');
  t.like(
    gaps.find(({ column }) => column === 'fitCorrelation'),
    { missing: finished.filter(({ metrics }) => Number.isNaN(metrics.fitCorrelation)).length, unit: '1' },
  );
  t.false(gaps.some(({ column }) => column === 'subject' || column === 'failureCode'));
  const [failure] = await ask('failures');
  t.like(failure, { failureStage: 'prepare', failureCode: 'BadAnatomy', subjects: 6, forExample: 'P00003' });
});

test('a subject’s history is a row a version, with what changed between', async (t) => {
  const answer = await ask('history-of', { subject: 'P00004' });
  const now = Number(rows[4]?.metrics.qrsDuration_ms);
  t.deepEqual(
    answer.map(({ version, value, ecg }) => [version, value, ecg]),
    [
      ['aaaaaaaaaaaa', 80, 'e0'],
      ['bbbbbbbbbbbb', now, 'e1'],
    ],
  );
  t.true(Math.abs(Number(answer[1]?.change) - (now - 80)) < 1e-9);
});

test('what changed since a version is told by subject and by cause', async (t) => {
  for (const version of ['previous', 'aaaa', 'aaaaaaaaaaaa']) {
    const answer = await ask('changed-since', { version });
    t.deepEqual(
      answer.map(({ subject, status, ecg }) => [subject, status, ecg]),
      [
        ['P00004', 'done', true],
        ['P00006', 'quarantined → done', false],
        ['P00059', 'new', true],
      ],
    );
  }
  t.deepEqual(await ask('changed-since', { version: 'bbbb' }), []);
  await t.throwsAsync(ask('changed-since', { version: 'cccc' }), { message: /no published version is called cccc/ });
});

test('hours of a stage are of what was computed, not of what was found', async (t) => {
  t.like((await ask('cost-by-stage'))[0], { stage: 'prepare', subjects: 3, found: 1, computed_h: 1.5, median_s: 2700 });
});

test('two runs are compared over the subjects that both finished', async (t) => {
  const [all, ...groups] = await ask('compare-runs');
  const shared = finished.filter(({ subject }) => !['P00006', 'P00059'].includes(subject));
  t.like(all, { sex: 'all', n: shared.length });
  t.true(Math.abs(Number(all?.mean) - mean(valuesOf(shared))) < 1e-9);
  t.true(Math.abs(Number(all?.largest) - Math.abs(Number(rows[4]?.metrics.qrsDuration_ms) - 80)) < 1e-9);
  t.deepEqual(
    groups.map(({ sex }) => sex),
    ['female', 'male'],
  );
  const differing = await ask('differing-subjects');
  t.deepEqual(differing.map(({ subject }) => subject).sort(), ['P00004', 'P00006', 'P00059']);
});

test('names, parameters, columns and subjects that there are not are answered with the nearest that there is', async (t) => {
  for (const [name, given, message] of [
    ['by-sx', {}, /no such named query; did you mean "by-sex"/],
    ['by-sex', { colum: 'x' }, /no parameter colum; did you mean "column"/],
    ['by-sex', { column: 'qrsDuraton_ms' }, /no column of the table cohort; did you mean "qrsDuration_ms"/],
    ['by-sex', { column: 'subject' }, /"subject" is no number/],
    ['by-sex', { column: 'x" from cohort; --' }, /no column of the table cohort/],
    ['by-age', { years: 'ten' }, /found "ten", expected a number/],
    ['history-of', {}, /subject is missing; give --param subject=/],
    ['history-of', { subject: 'P0004' }, /no subject "P0004"; did you mean "P00004"/],
    ['activation-by-sex', {}, /asks the table activation, which is not there: make it with twinfold export/],
    ['outliers', { rows: '-1' }, /rows: found "-1", expected a whole number of 1 or more/],
    ['outliers', { rows: '2.5' }, /rows: found "2.5", expected a whole number/],
    ['by-age', { years: '0' }, /years: found "0", expected a number of 0.1 or more/],
    ['by-sex column=lvMass_g', {}, /@by-sex: found "column=lvMass_g" after the name.*--param name=value/],
    ['by-sex', { column: 'x'.repeat(5000) }, /^@by-sex: column: "x{64}"… is no column/],
    ['', {}, /@: there is no such named query; --list/],
  ] as const) {
    await t.throwsAsync(ask(name, given), { code: 'BadInput', message }, `${name} ${JSON.stringify(given)}`);
  }
});

test('a value is never read as SQL', async (t) => {
  const answer = await ask('columns', { words: "' OR 1=1 --" });
  t.deepEqual(answer, []);
});

test('every named query is listed with its parameters, has a name that is an SQL-free word, and is one SELECT of its own parameters', async (t) => {
  const names = namedQueries.map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  for (const query of namedQueries) {
    t.regex(query.name, /^[a-z]+(-[a-z]+)*$/);
    t.regex(query.description, /^[A-Z].*\.$/);
    const used = new Set([...query.sql.matchAll(/\$(\w+)/g)].map((match) => match[1]));
    t.deepEqual([...used].sort(), query.parameters.map(({ name }) => name).sort(), query.name);
    t.true(listNamed().includes(`@${query.name}\n`));
  }
});
