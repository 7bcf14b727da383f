import test from 'ava';
import { measure } from '../../twin/metrics/index.ts';
import { frontalAxis_deg } from '../../twin/metrics/qrsAxis.ts';
import { ecgOf, lvAtRest, spike } from './testSubject.ts';

const values = measure(lvAtRest());
const top = Math.max(...Array.from({ length: 70 }, (_, at) => spike(2 * at)));
const bottom = -Math.min(...Array.from({ length: 70 }, (_, at) => spike(2 * at)));
const near = (value: number, expected: number, tolerance: number) => Math.abs(value - expected) <= tolerance;

test('the simulated QRS lasts as long as its waveform, but for its flat ends', (t) => {
  t.true(values.qrsDuration_ms > 85 && values.qrsDuration_ms <= 102, `${values.qrsDuration_ms} of 100 ms`);
});

test('the recorded QRS lasts from its onset to its offset', (t) => {
  t.is(measure(lvAtRest({ beat: { qrsOnset_ms: 13, qrsOffset_ms: 101.5 } })).qrsDurationRecorded_ms, 88.5);
});

test('a flat ECG has no QRS: nothing is measured on it', (t) => {
  const flat = measure(lvAtRest({ twin: { ecg_mV: new Float64Array(560) } }));
  for (const name of ['qrsDuration_ms', 'qrsAxis_deg', 'rAmplitudeV1_mV', 'sokolowLyon_mV', 'cornell_mV'] as const) {
    t.true(Number.isNaN(flat[name]), name);
  }
  t.false(Number.isNaN(flat.qrsDurationRecorded_ms));
});

test('a dipole at 30°, 90° and −120° is seen at its angle', (t) => {
  for (const angle of [30, 90, -120]) {
    const radians = (angle * Math.PI) / 180;
    // Einthoven's triangle: I lies at 0°, II at 60°.
    const voltage_mV = ecgOf(
      [Math.cos(radians), Math.cos(radians - Math.PI / 3), 0, 0, 0, 0, 0, 0],
      (time) => spike(time) ** 2,
    );
    const found = measure(lvAtRest({ twin: { ecg_mV: voltage_mV }, beat: { voltage_mV } }));
    t.true(near(found.qrsAxisRecorded_deg, angle, 1e-9), `${found.qrsAxisRecorded_deg}`);
    t.true(near(found.qrsAxis_deg, angle, 1e-6), `${found.qrsAxis_deg}`);
  }
  t.true(Number.isNaN(frontalAxis_deg({ voltage_mV: new Float64Array(24) })));
});

test('R and S are the peaks above and below the baseline, in derived leads too', (t) => {
  t.true(near(values.rAmplitudeRecordedI_mV, top, 1e-12) && near(values.sAmplitudeRecordedI_mV, bottom, 1e-12));
  t.true(near(values.rAmplitudeRecordedV1_mV, bottom, 1e-12), 'V1 is the waveform upside down');
  t.true(near(values.sAmplitudeRecordedIII_mV, 0.5 * bottom, 1e-12), 'III = II − I');
  t.true(near(values.rAmplitudeRecordedAVR_mV, 1.25 * bottom, 1e-12), 'aVR = −(I + II)/2');
  t.true(near(values.rAmplitudeI_mV, top, 0.01 * top), 'simulated, on its 1 ms grid');
});

test('voltage criteria add the peaks that they name', (t) => {
  t.true(near(values.sokolowLyonRecorded_mV, top + 1.2 * top, 1e-12), 'S V1 + larger R of V5, V6');
  t.true(near(values.cornellRecorded_mV, 0.25 * top + 0.5 * bottom, 1e-12), 'R aVL + S V3');
});

test('waves outside the recorded QRS are not its peaks', (t) => {
  const withT = ecgOf([1, 1, 1, 1, 1, 1, 1, 1], (time) => spike(time) + (time > 124 ? 5 : 0));
  t.true(near(measure(lvAtRest({ beat: { voltage_mV: withT } })).rAmplitudeRecordedV5_mV, top, 1e-12));
});
