import test from 'ava';
import { placeElectrodes, poseOfMesh } from '../../twin/anatomy/torso.ts';
import { fitPWave } from '../../twin/atria/fitPWave.ts';
import { pBounds } from '../../twin/atria/pBounds.ts';
import { DEFAULT_P_WAVE, type PWaveParameters, type PWaveSettings } from '../../twin/atria/pWave.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { leadVectorsOf } from '../../twin/ecg/leadField.ts';
import { LEADS, standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import { openRandom } from '../../twin/random.ts';
import { prepared, testAtria } from './fourChambers.ts';

const heart = testAtria();
const atria = prepared(heart);
const pose = poseOfMesh(heart.ventricles.mesh, [0, 0, 1]);
const electrodes = placeElectrodes({ sex: 'male', height_cm: 176, weight_kg: 80 }, pose);
const leadVectors = leadVectorsOf(atria, electrodes, DEFAULT_CALIBRATION.conductivity);
const beat = { interval_ms: 2, qrsOnset_ms: 10 };

/** The P wave of parameters that are held. */
const simulated = (parameters: Partial<PWaveParameters> = {}, gain = 1) => {
  const held = Object.fromEntries(
    Object.entries({
      start_ms: -160,
      velocityFactor: 1,
      bachmannFactor: 1.5,
      amplitude: 1,
      ...parameters,
    }).map(([name, mean]) => [name, { mean, sd: 0 }]),
  ) as unknown as PWaveSettings;
  return fitPWave({ atria, beat, leadVectors, gain, settings: { ...DEFAULT_P_WAVE, ...held } });
};

/** A recording of a simulated P wave, on the clock of the QRS window and cut to its bounds. */
const recordingOf = (pWave: ReturnType<typeof simulated>, noise_mV = 0) => {
  const random = openRandom(5, 'p-noise');
  const { onset_ms, offset_ms } = pBounds(pWave.ecg_mV, pWave);
  return {
    voltage_mV: pWave.ecg_mV.map((value) => value + noise_mV * random.normal()),
    start_ms: pWave.start_ms + beat.qrsOnset_ms,
    onset_ms: onset_ms + beat.qrsOnset_ms,
    offset_ms: offset_ms + beat.qrsOnset_ms,
  };
};

/** Sums of each standard lead over the P wave. */
const areas = (ecg_mV: Float64Array): Record<string, number> => {
  const standard = standardLeads(ecg_mV);
  return Object.fromEntries(
    STANDARD_LEADS.map((lead, at) => [lead, standard.reduce((sum, v, i) => sum + (i % TWELVE === at ? v : 0), 0)]),
  );
};

test('in sinus rhythm the P wave is upright in I, II and aVF, inverted in aVR, and V1 goes up before it goes down', (t) => {
  const { ecg_mV } = simulated();
  const area = areas(ecg_mV);
  t.true(area.I > 0 && area.II > 0 && area.aVF > 0 && area.V6 > 0);
  t.true(area.aVR < 0);
  const v1 = ecg_mV.filter((_, at) => at % LEADS === 2);
  t.true(v1.indexOf(Math.max(...v1)) < v1.indexOf(Math.min(...v1)));
  t.true(Math.min(...v1) < 0 && Math.max(...v1) > 0);
  t.true(Math.max(...standardLeads(ecg_mV)) < 0.4);
});

test('atria of a usual size are activated in 90–130 ms, RA before LA, and the P wave lasts 70–130 ms', (t) => {
  const { ecg_mV, activation_ms, ...clock } = simulated();
  const { onset_ms, offset_ms } = pBounds(ecg_mV, clock);
  const total = Math.max(...activation_ms) - Math.min(...activation_ms);
  t.true(total > 90 && total < 130, `${total} ms`);
  t.true(offset_ms - onset_ms > 70 && offset_ms - onset_ms < 130, `${offset_ms - onset_ms} ms`);
  const first = (side: number) =>
    activation_ms.filter((_, node) => atria.coordinates.transatrial[node] === side).sort()[0];
  t.true(first(0) > first(1) + 20);
});

test('before and after the wave every lead is at zero', (t) => {
  const { ecg_mV } = simulated();
  for (let lead = 0; lead < LEADS; lead++) {
    t.true(Math.abs(ecg_mV[lead]) < 1e-4);
    t.true(Math.abs(ecg_mV[ecg_mV.length - LEADS + lead]) < 1e-4);
  }
});

test('a planted start and velocity are found again, to 3 ms and 3 %, under 10 µV of noise', (t) => {
  const planted = { start_ms: -178, velocityFactor: 0.85, bachmannFactor: 1.8, amplitude: 1.6 };
  const pWave = recordingOf(simulated(planted), 0.01);
  const { parameters, spread, fit } = fitPWave({
    atria,
    beat: { ...beat, pWave },
    leadVectors,
    gain: 1,
    settings: DEFAULT_P_WAVE,
  });
  t.true(Math.abs(parameters.start_ms - planted.start_ms) < 3, `${parameters.start_ms} ms`);
  t.true(Math.abs(parameters.velocityFactor / planted.velocityFactor - 1) < 0.03, `${parameters.velocityFactor}`);
  t.true(Math.abs(parameters.amplitude / planted.amplitude - 1) < 0.05, `${parameters.amplitude}`);
  t.true(fit.correlation > 0.98, `${fit.correlation}`);
  t.true(spread.start_ms < DEFAULT_P_WAVE.start_ms.sd / 3);
  t.true(spread.velocityFactor < DEFAULT_P_WAVE.velocityFactor.sd / 3);
});

test('a gain of the twin counts in full: the amplitude beside it stays the same', (t) => {
  const pWave = recordingOf(simulated({}, 2.5));
  const input = { atria, beat: { ...beat, pWave }, leadVectors, settings: DEFAULT_P_WAVE };
  t.true(Math.abs(fitPWave({ ...input, gain: 2.5 }).parameters.amplitude - 1) < 0.02);
});

test('without a recorded P wave the priors speak: it starts a usual interval before the QRS and has no fit', (t) => {
  const { parameters, spread, fit, activation_ms } = fitPWave({
    atria,
    beat,
    leadVectors,
    gain: 1,
    settings: DEFAULT_P_WAVE,
  });
  t.is(parameters.start_ms, DEFAULT_P_WAVE.start_ms.mean);
  t.true(Math.abs(parameters.velocityFactor - 1) < 1e-12);
  t.is(spread.start_ms, DEFAULT_P_WAVE.start_ms.sd);
  t.is(fit.correlation, Number.NaN);
  t.true(Math.max(...activation_ms) < -20);
});

test('bounds of a simulated wave lie between its samples, where it crosses a twentieth of its height', (t) => {
  const ramp = new Float64Array(21 * LEADS);
  // A triangle from sample 5 over 10 to 15 in lead V1 alone.
  for (let sample = 5; sample <= 15; sample++) ramp[sample * LEADS + 2] = 1 - Math.abs(sample - 10) / 5;
  const { onset_ms, offset_ms } = pBounds(ramp, { start_ms: -100, interval_ms: 2 });
  t.true(Math.abs(onset_ms - (-90 + 0.05 * 10)) < 1e-9);
  t.true(Math.abs(offset_ms - (-70 - 0.05 * 10)) < 1e-9);
  t.is(pBounds(new Float64Array(8 * LEADS), { start_ms: 0, interval_ms: 1 }).onset_ms, Number.NaN);
});
