import test from 'ava';
import { currentRows } from '../../cohorts/counterfactuals/currentRows.ts';

const table = {
  rows: 2,
  columns: { subject: ['w', 'm'], anatomySha256: ['a1', 'a2'], twinSha256: ['t1', 't2'] },
};
const reference = { rows: 2, columns: { subject: ['w', 'm'], anatomySha256: ['a1', 'old'], qrsDuration_ms: [80, 90] } };
const swaps = {
  rows: 3,
  columns: {
    femaleSubject: ['w', 'w', 'gone'],
    maleSubject: ['m', 'm', 'm'],
    femaleTwinSha256: ['t1', 't1', 't9'],
    maleTwinSha256: ['t2', 'old', 't2'],
    qrsDuration_ms: [70, 71, 72],
  },
};

test('counterfactual twins of earlier twins are left out, and counted', (t) => {
  const current = currentRows(table, { reference, swaps });
  t.deepEqual(current.reference?.columns.subject, ['w']);
  t.deepEqual(current.swaps?.columns.qrsDuration_ms, [70]);
  t.is(current.outdated, 3);
});

test('what stands beside no cohort stays absent', (t) => {
  t.deepEqual(currentRows(table, {}), { outdated: 0 });
});
