import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { BEAT_WINDOW } from '../../twin/counterfactual/simulatedBeat.ts';
import { openLawSimulator, REFERENCE_LAW, simulateLaw } from '../../twin/counterfactual/simulateLaw.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { measure } from '../../twin/metrics/index.ts';
import { lvAtRest } from '../metrics/testSubject.ts';

const { anatomy } = lvAtRest();
const heart = {
  anatomy,
  backend: referenceBackend,
  conductivity: DEFAULT_CALIBRATION.conductivity,
  pmjs: 60,
  layer_mm: 4,
};
const simulator = await openLawSimulator(heart);
const beat = await simulator.simulate(REFERENCE_LAW);
test.after(() => simulator.close());

test('a heart that was opened for other laws before answers as one that was not', async (t) => {
  await simulator.simulate({ ...REFERENCE_LAW, front_mm_ms: 1, lv: { fibre_mm_ms: 0.5, transverse_mm_ms: 0.2 } });
  t.deepEqual(await simulator.simulate(REFERENCE_LAW), beat);
  t.deepEqual(await simulateLaw({ ...heart, law: REFERENCE_LAW }), beat);
});

test('features are what the cohort’s metrics read off a twin with the same fronts and ECG', (t) => {
  const { activation_ms, repolarisation_ms, ecg_mV, parameters, features } = beat;
  const { repolarisation: _, ...bare } = lvAtRest().twin;
  const untilT = ecg_mV.map((value, at) => (at < 120 * LEADS ? value : 0)); // downstrokes have not begun by 190 ms
  const measured = measure({
    anatomy,
    beat: { ...lvAtRest().beat, interval_ms: BEAT_WINDOW.interval_ms, voltage_mV: ecg_mV, qrsOnset_ms: 50 },
    twin: {
      ...bare,
      parameters,
      activation_ms,
      ecg_mV: untilT,
      repolarisation: {
        parameters: REFERENCE_LAW.repolarisation,
        spread: REFERENCE_LAW.repolarisation,
        contraction: REFERENCE_LAW.repolarisation,
        repolarisation_ms,
        ecg_mV,
        fit: { ...bare.fit, iterations: 1 },
      },
    },
  });
  t.is(measured.totalActivationTime_ms, features.totalActivationTime_ms);
  t.true(Math.abs((measured.qrsDuration_ms ?? 0) - features.qrsDuration_ms) < 0.5);
  t.true(Math.abs((measured.qtInterval_ms ?? 0) - features.qtInterval_ms) < 0.5);
  const sized = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'].map((lead) => measured[`tAmplitude${lead}_mV`] ?? 0);
  t.true(Math.abs(Math.max(...sized.map(Math.abs)) - Math.abs(features.tAmplitude_mV)) < 1e-3);
});

test('a mean ARI that is 20 ms longer ends the T wave 20 ms later and leaves the QRS as it is', async (t) => {
  const { ari_ms } = REFERENCE_LAW.repolarisation;
  const law = { ...REFERENCE_LAW, repolarisation: { ...REFERENCE_LAW.repolarisation, ari_ms: ari_ms + 20 } };
  const { features } = await simulator.simulate(law);
  t.is(features.qrsDuration_ms, beat.features.qrsDuration_ms);
  t.true(Math.abs(features.qtInterval_ms - beat.features.qtInterval_ms - 20) < 0.2);
});

test('PMJs fire with the front: none before 0 ms, and the first the sooner the closer they lie', async (t) => {
  const firstOf = (times_ms: Float64Array) => times_ms.reduce((least, time) => Math.min(least, time));
  const { parameters } = await simulateLaw({ ...heart, law: REFERENCE_LAW, pmjs: 400 });
  const [sparse, dense] = [firstOf(beat.parameters.pmjTimes_ms), firstOf(parameters.pmjTimes_ms)];
  t.true(dense >= 0 && dense < sparse, `${dense} of ${sparse}`);
});
