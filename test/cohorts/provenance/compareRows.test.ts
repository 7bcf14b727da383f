import test from 'ava';
import { compareRows, isBeyond } from '../../../cohorts/provenance/compareRows.ts';
import { isResidualWithin, RESIDUAL_TOLERANCE, toleranceOf } from '../../../cohorts/provenance/replayTolerance.ts';
import type { SubjectRow } from '../../../cohorts/row.ts';
import { metricColumns } from '../../../twin/metrics/index.ts';

const units = { qrsDuration_ms: 'ms', qrsAxis_deg: 'deg', lvMass_g: 'g', earliestRotational_deg: 'deg' };
const row: SubjectRow = {
  subject: 'sub-1',
  status: 'done',
  covariates: { sex: 'female', age_y: 61 },
  metrics: { qrsDuration_ms: 92, qrsAxis_deg: 179, lvMass_g: 130, earliestRotational_deg: 10 },
  findings: [],
  hashes: { anatomy: 'a', twin: 't' },
  failure: null,
  codeVersion: 'twinfold/1 calibrate/4+wasm',
  seed: 1,
  backend: 'wasm',
};
const onOther = (metrics: SubjectRow['metrics']): SubjectRow => ({
  ...row,
  metrics: { ...row.metrics, ...metrics },
  hashes: { ...row.hashes, twin: 'u' },
  codeVersion: 'twinfold/1 calibrate/4+reference',
  backend: 'reference',
});

test('on the same backend nothing may differ, not by the last digit', (t) => {
  const metrics = { ...row.metrics, lvMass_g: 130.00000000000003 };
  const [difference, ...others] = compareRows(row, { ...row, metrics }, { units, isOtherBackend: false });
  t.deepEqual(others, []);
  t.like(difference, { column: 'lvMass_g', tolerance: 0 });
  t.true(difference !== undefined && isBeyond(difference));
  t.deepEqual(compareRows(row, { ...row }, { units, isOtherBackend: false }), []);
});

test('a draw that came out otherwise is told by its column and number, on the same backend alone', (t) => {
  const drawn = { ...row, draws: { qrsDuration_ms: [90, 95, null] } };
  const again = { ...row, draws: { qrsDuration_ms: [90, 95.5, null] } };
  t.deepEqual(compareRows(drawn, { ...drawn }, { units, isOtherBackend: false }), []);
  const [difference, ...others] = compareRows(drawn, again, { units, isOtherBackend: false });
  t.deepEqual(others, []);
  t.like(difference, { column: 'qrsDuration_ms of draw 1', difference: 0.5, tolerance: 0 });
  t.is(compareRows(drawn, row, { units, isOtherBackend: false }).length, 2); // draws that are gone
  t.deepEqual(compareRows(drawn, again, { units, isOtherBackend: true }), []);
});

test('on another backend the twin and the names of who made it may differ, and metrics within the tolerance of their unit', (t) => {
  const compared = compareRows(row, onOther({ qrsDuration_ms: 93.5 }), { units, isOtherBackend: true });
  t.deepEqual(
    compared.map(({ column }) => column),
    ['qrsDuration_ms'],
  );
  t.false(compared.some(isBeyond));
  const far = compareRows(row, onOther({ qrsDuration_ms: 120 }), { units, isOtherBackend: true });
  t.true(far.some(isBeyond));
});

test('an angle is compared around the circle: 179° and −179° are 2° apart', (t) => {
  const [difference] = compareRows(row, onOther({ qrsAxis_deg: -179 }), { units, isOtherBackend: true });
  t.is(difference?.difference, 2);
});

test('what no backend touches may not differ on any; a place that leaps is told and not judged', (t) => {
  const changed = onOther({ lvMass_g: 130.1, earliestRotational_deg: 170 });
  const compared = compareRows(row, changed, { units, isOtherBackend: true });
  t.deepEqual(
    compared.map((one) => [one.column, isBeyond(one)]),
    [
      ['earliestRotational_deg', false],
      ['lvMass_g', true],
    ],
  );
});

test('values of the sheet are personal: a difference in them has a name and no value', (t) => {
  const [difference] = compareRows(
    row,
    { ...row, covariates: { sex: 'female', age_y: 62 } },
    { units, isOtherBackend: false },
  );
  t.deepEqual(difference, { column: 'age_y', recorded: null, replayed: null, difference: null, tolerance: 0 });
});

test('a metric that is missing in one of two rows is beyond any tolerance', (t) => {
  const [difference] = compareRows(row, onOther({ qrsDuration_ms: null }), { units, isOtherBackend: true });
  t.true(difference !== undefined && isBeyond(difference));
});

test('every unit of a metric that a calibration shapes has a tolerance; masses, volumes and lengths have none', (t) => {
  const shaped = ['qrsDuration_ms', 'fitRmse_mV', 'qrsAxis_deg', 'fitCorrelation', 'lvFibreVelocity_mm_ms'];
  for (const { name, unit } of metricColumns) {
    if (shaped.includes(name)) t.true(toleranceOf(name, unit) > 0, name);
    if (['g', 'mL', 'mm', 'bpm'].includes(unit)) t.is(toleranceOf(name, unit), 0, name);
  }
});

test('a residual at its tolerance is within, one above is not, and none is no verdict', (t) => {
  t.true(isResidualWithin(RESIDUAL_TOLERANCE));
  t.false(isResidualWithin({ ...RESIDUAL_TOLERANCE, ecg_mV: 2 * RESIDUAL_TOLERANCE.ecg_mV }));
  t.true(isResidualWithin(null));
});
