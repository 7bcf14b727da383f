import test from 'ava';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { type DictionaryFacts, diffCohorts } from '../../cohorts/diff.ts';
import { diffText } from '../../cohorts/diffText.ts';

type Row = Readonly<Record<string, string | number | null>>;

const dictionary: ReadonlyMap<string, DictionaryFacts> = new Map([
  ['sex', { unit: null, isSheets: true }],
  ['age_y', { unit: 'y', isSheets: true }],
  ['qrsDuration_ms', { unit: 'ms', isSheets: false }],
]);

/** Ten subjects, women and men by turns. */
const people = (count = 10): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    subject: `P${String(index).padStart(2, '0')}`,
    status: 'done',
    sex: index % 2 === 0 ? 'female' : 'male',
    age_y: 50,
    qrsDuration_ms: 90 + index,
    failureCode: null,
    ecgInputSha256: `e${index}`,
    anatomyInputSha256: `a${index}`,
    settingsSha256: 's',
    codeVersion: 'c',
  }));

function table(rows: readonly Row[]): ColumnTable {
  const names = Object.keys(rows[0] ?? {});
  return {
    rows: rows.length,
    columns: Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)])),
  };
}

const changed = (rows: Row[], index: number, change: Row): Row[] =>
  rows.map((row, at) => (at === index ? { ...row, ...change } : row));
const diff = (before: Row[], after: Row[]) => diffCohorts({ before: table(before), after: table(after), dictionary });

test('the same rows in another order are the same', (t) => {
  const found = diff(people(), people().reverse());
  t.deepEqual(found.rows, { before: 10, after: 10, same: 10 });
  t.deepEqual([found.added, found.removed, found.changed, found.columns], [[], [], [], []]);
});

test('rows that came, went and changed are named, with what decided it', (t) => {
  let after = changed(people(), 1, { qrsDuration_ms: 101, ecgInputSha256: 'other' });
  after = changed(after, 2, { qrsDuration_ms: 90, anatomyInputSha256: 'other', ecgInputSha256: 'other too' });
  after = changed(after, 3, { age_y: 51 });
  after = changed(after, 4, { qrsDuration_ms: 94.5 });
  const found = diff(people(), [...after.slice(1), { ...after[0], subject: 'P99' }]);
  t.deepEqual(found.added, ['P99']);
  t.deepEqual(found.removed, ['P00']);
  t.deepEqual(
    found.changed.map(({ subject, causes }) => [subject, ...causes]),
    [
      ['P01', 'ecg'],
      ['P02', 'ecg', 'anatomy'],
      ['P03', 'sheet'],
      ['P04', 'outcome'],
    ],
  );
  t.is(found.rows.same, 5);
});

test('settings and code decide for everybody', (t) => {
  const after = people().map((row) => ({ ...row, settingsSha256: 't', codeVersion: 'd' }));
  const { causes, columns } = diff(people(), after);
  t.deepEqual([causes.settings, causes.code, causes.ecg], [10, 10, 0]);
  t.deepEqual(columns, []); // no value came out otherwise
});

test('a column’s change is its median and the largest, which is one person’s', (t) => {
  let after = changed(people(), 0, { qrsDuration_ms: 92 }); // +2
  after = changed(after, 1, { qrsDuration_ms: 88 }); // −3
  after = changed(after, 2, { qrsDuration_ms: 93 }); // +1
  after = changed(after, 3, { qrsDuration_ms: null });
  const [column] = diff(people(), after).columns;
  t.deepEqual(column, {
    column: 'qrsDuration_ms',
    unit: 'ms',
    changed: 4,
    gained: 0,
    lost: 1,
    medianChange: 1,
    largestChange: -3,
    largestIn: 'P01',
  });
});

test('who moves into quarantine or out of it is told with the failure’s code', (t) => {
  const before = changed(people(), 1, { status: 'quarantined', failureCode: 'BadEcg', qrsDuration_ms: null });
  const after = changed(people(), 4, { status: 'quarantined', failureCode: 'BadAnatomy', qrsDuration_ms: null });
  t.deepEqual(diff(before, after).quarantine, [
    { subject: 'P01', now: 'done', code: 'BadEcg' },
    { subject: 'P04', now: 'quarantined', code: 'BadAnatomy' },
  ]);
});

test('women prolonged by 10 ms move their mean, their median and their difference from men by 10 ms', (t) => {
  const after = people().map((row) =>
    row.sex === 'female' ? { ...row, qrsDuration_ms: Number(row.qrsDuration_ms) + 10 } : row,
  );
  const [effect] = diff(people(), after).effects;
  const women = effect?.groups.find(({ group }) => group === 'women');
  t.deepEqual(women, {
    group: 'women',
    before: { n: 5, mean: 94, median: 94 },
    after: { n: 5, mean: 104, median: 104 },
  });
  t.is(effect?.womenMinusMen.before.difference, -1);
  t.is(effect?.womenMinusMen.after.difference, 9);
  // Welch: both groups have variance 10, n = 5, so se = 2 and t(0.975, 8) = 2.306.
  t.true(Math.abs((effect?.womenMinusMen.after.high ?? 0) - (9 + 2 * 2.306)) < 1e-3);
});

test('a person reads units, causes and no control characters', (t) => {
  const after = changed(people(), 1, { subject: 'P01', qrsDuration_ms: 103, ecgInputSha256: 'other' });
  const text = diffText(diff(people(), [...after, { ...people(1)[0], subject: 'P\u001b[2J' }]), 'RUN@aaaa', 'RUN@bbbb');
  t.regex(text, /10 → 11 rows: 1 added, 0 removed, 1 changed, 9 the same/);
  t.regex(text, /changed: P01 \(another ECG\)/);
  t.regex(text, /qrsDuration_ms +1 +\+12 +\+12 +ms +P01/);
  t.regex(text, /women − men +−1 \[−5\.612, 3\.612\] → /);
  t.false(text.includes('\u001b'));
});

test('columns that only one table has are named and compared with nothing', (t) => {
  const after = people().map(({ age_y: _, ...row }) => ({ ...row, qtInterval_ms: 400 }));
  const found = diff(people(), after);
  t.deepEqual([found.newColumns, found.goneColumns], [['qtInterval_ms'], ['age_y']]);
  t.is(found.changed.length, 0);
});
