import test from 'ava';
import { compareTruth, parseTruth } from '../../scripts/compareTruth.ts';

const truth = parseTruth(`subject,sex,lvMass_g,lvEdv_mL,lvFibreVelocity_mm_ms,totalActivationTime_ms,qrsDuration_ms
c,male,150,160,0.5,110,100
a,female,100,120,0.6,90,80
b,female,100,120,0.6,100,90
d,male,120,150,0.7,100,95
`);
const cohort = {
  rows: 4,
  columns: {
    subject: ['a', 'b', 'c', 'd'],
    status: ['done', 'done', 'done', 'quarantined'],
    sex: ['female', 'female', 'male', 'male'],
    lvMass_g: [101, 102, 156, null],
    lvVolume_mL: [120, 120, 160, null],
    lvFibreVelocity_mm_ms: [0.54, 0.54, 0.45, null],
    totalActivationTime_ms: [88, 98, 108, null],
    qrsDuration_ms: [77, 87, 96, null],
    qrsDurationRecorded_ms: [80, 91, 101, null],
  },
};
const found = (what: RegExp) => compareTruth(cohort, truth).find((comparison) => what.test(comparison.what));

test('errors are taken subject by subject, whatever the order of the two tables', (t) => {
  const mass = found(/^lvMass_g/);
  t.is(mass?.n, 3);
  t.true(Math.abs((mass?.numbers.median ?? 0) - 2) < 1e-9 && Math.abs((mass?.numbers.high ?? 0) - 3) < 1e-9);
  t.true(Math.abs((found(/^lvFibreVelocity/)?.numbers.median ?? 0) + 10) < 1e-9);
});

test('a bias that is the same for all has no spread', (t) => {
  t.deepEqual(found(/^totalActivationTime/)?.numbers, { bias: -2, sd: 0 });
});

test('sex gaps are those of the subjects that have a twin', (t) => {
  t.deepEqual(found(/men − women/)?.numbers, { planted: 15, measured: 15.5, calibrated: 14 });
  const { planted, calibrated } = found(/women \/ men/)?.numbers ?? {};
  t.true(Math.abs((planted ?? 0) - 20) < 1e-9 && Math.abs((calibrated ?? 0) - 20) < 1e-9);
});

test('a column that a table lacks is compared for nobody', (t) => {
  t.is(found(/^rvFibreVelocity/)?.n, 0);
});
