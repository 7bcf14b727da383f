import test from 'ava';
import { compareEcgs } from '../../twin/calibrate/fit.ts';
import { TWELVE } from '../../twin/ecg/leads.ts';
import { openRandom } from '../../twin/random.ts';

const random = openRandom(8, 'fit');
const ecg = Float64Array.from({ length: 30 * TWELVE }, () => random.normal());

test('an ECG agrees with itself: correlation 1, RMSE 0 mV', (t) => {
  const fit = compareEcgs(ecg, ecg);
  t.true(Math.abs(fit.correlation - 1) < 1e-12);
  t.is(fit.rmse_mV, 0);
});

test('half the amplitude and another level leave correlations at 1 and raise the RMSE', (t) => {
  const fit = compareEcgs(
    ecg.map((value) => 0.5 * value + 0.2),
    ecg,
  );
  t.true(fit.leadCorrelation.every((value) => Math.abs(value - 1) < 1e-12));
  t.true(fit.leadRmse_mV.every((value) => value > 0.2));
});

test('one lead upside down is found in that lead alone', (t) => {
  const fit = compareEcgs(
    ecg.map((value, at) => (at % TWELVE === 7 ? -value : value)),
    ecg,
  );
  t.deepEqual(
    [...fit.leadCorrelation].map((value) => Math.round(value)),
    Array.from({ length: TWELVE }, (_, lead) => (lead === 7 ? -1 : 1)),
  );
});

test('a constant ECG has no correlation', (t) => {
  t.true(Number.isNaN(compareEcgs(new Float64Array(ecg.length), ecg).correlation));
});
