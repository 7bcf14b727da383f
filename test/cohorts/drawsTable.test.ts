import test from 'ava';
import { compareRows } from '../../cohorts/provenance/compareRows.ts';
import { readCohort } from '../../cohorts/readCohort.ts';
import { decodeRows, encodeRows } from '../../cohorts/rowParts.ts';
import { cohortRows, publishSettings } from '../helpers/cohortRows.ts';
import { publishedBytes } from '../helpers/publishedCohort.ts';

const drawn = cohortRows(12).map((row, at) =>
  row.status === 'done' ? { ...row, draws: { qrsDuration_ms: [90 + at, 91.5, null], other_ms: [1, 2, 3] } } : row,
);

test('draws are a table of their own: a row each, by subject, in columns of the cohort table', async (t) => {
  const files = await publishedBytes(drawn.toReversed(), publishSettings);
  const table = readCohort(files.get('draws.parquet') ?? new Uint8Array(), 'draws.parquet');
  t.deepEqual(Object.keys(table.columns), ['subject', 'draw', 'qrsDuration_ms']);
  const done = drawn.filter(({ status }) => status === 'done');
  t.is(table.rows, 3 * done.length);
  t.deepEqual(table.columns.subject?.slice(0, 4), ['P00000', 'P00000', 'P00000', 'P00001']);
  t.deepEqual(table.columns.draw?.slice(0, 4), [0, 1, 2, 0]);
  t.deepEqual(table.columns.qrsDuration_ms?.slice(0, 4), [90, 91.5, null, 91]);
  const manifest = JSON.parse(new TextDecoder().decode(files.get('manifest.json')));
  t.true('draws.parquet' in manifest.files);
  t.regex(new TextDecoder().decode(files.get('dictionary.csv')), /^draws,qrsDuration_ms,number,ms,/m);
});

test('a cohort without draws has no such table, and its other files are the same with and without', async (t) => {
  const [plain, withDraws] = [
    await publishedBytes(cohortRows(12), publishSettings),
    await publishedBytes(drawn, publishSettings),
  ];
  t.false(plain.has('draws.parquet'));
  t.deepEqual(withDraws.get('cohort.parquet'), plain.get('cohort.parquet'));
  t.deepEqual(withDraws.get('cohort.csv'), plain.get('cohort.csv'));
});

test('draws come back from part files, and a replay misses them where they are gone', (t) => {
  t.deepEqual(
    decodeRows(encodeRows(drawn), 'part'),
    decodeRows(encodeRows(decodeRows(encodeRows(drawn), 'part')), 'part'),
  );
  const [row] = decodeRows(encodeRows(drawn), 'part');
  if (row === undefined) return t.fail();
  t.deepEqual(row.draws?.qrsDuration_ms, [90, 91.5, null]);
  t.deepEqual(compareRows(row, row, { units: {}, isOtherBackend: false }), []);
  const missed = compareRows(row, { ...row, draws: {} }, { units: {}, isOtherBackend: false });
  t.deepEqual(
    missed.map(({ column }) => column),
    [
      'other_ms of draw 0',
      'other_ms of draw 1',
      'other_ms of draw 2',
      'qrsDuration_ms of draw 0',
      'qrsDuration_ms of draw 1',
    ],
  );
});
