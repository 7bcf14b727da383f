import test from 'ava';
import { LEADS } from '../../twin/ecg/leads.ts';
import { measure } from '../../twin/metrics/index.ts';
import type { Repolarisation } from '../../twin/repolarisation/repolarisation.ts';
import { INTERVAL_ms, lvAtRest, mesh, spike } from './testSubject.ts';

const SAMPLES = 240;
/** A raised cosine from 240 to 400 ms of the window: 220 to 380 ms after the QRS onset. */
const hump = (time: number) =>
  time <= 240 || time >= 400 ? 0 : (1 - Math.cos((2 * Math.PI * (time - 240)) / 160)) / 2;
/** QRS and T wave, each of its own multiples. */
const qrstOf = (qrs: readonly number[], tWave: readonly number[]) =>
  Float64Array.from({ length: SAMPLES * LEADS }, (_, at) => {
    const time = Math.floor(at / LEADS) * INTERVAL_ms;
    return qrs[at % LEADS] * spike(time) ** 2 + tWave[at % LEADS] * hump(time);
  });

const QRS = [1, 1.5, -1, -0.5, 0.5, 1, 1.2, 0.8];
const T = [0.2, 0.3, -0.1, 0.4, 0.4, 0.3, 0.2, 0.15];
const PARAMETERS = {
  ari_ms: 240,
  apicobasal_ms: -5,
  transmural_ms: -10,
  interventricular_ms: -30,
  anteroposterior_ms: 4,
  coupling: -1.5,
  downstroke_ms: 85,
};

function subjectOf(recorded: Float64Array, simulated = recorded, front?: Float64Array) {
  const start = (ecg: Float64Array) => ecg.slice(0, 70 * LEADS);
  const repolarisation: Repolarisation = {
    parameters: PARAMETERS,
    spread: { ...PARAMETERS, ari_ms: 9 },
    contraction: PARAMETERS,
    repolarisation_ms: front ?? new Float64Array(mesh.points.length / 3).fill(300),
    ecg_mV: simulated,
    fit: {
      correlation: 0.93,
      rmse_mV: 0.05,
      leadCorrelation: new Float64Array(12),
      leadRmse_mV: new Float64Array(12),
      iterations: 9,
    },
  };
  return lvAtRest({
    beat: { voltage_mV: start(recorded), rr_ms: 900, qrst: { voltage_mV: recorded, tPeak_ms: 320, tEnd_ms: 385 } },
    twin: { ecg_mV: start(simulated), repolarisation },
  });
}

const values = measure(subjectOf(qrstOf(QRS, T)));
const near = (value: number, expected: number, tolerance: number) => Math.abs(value - expected) <= tolerance;

test('recorded intervals are those of the prepared beat, from its QRS onset', (t) => {
  t.is(values.qtIntervalRecorded_ms, 365);
  t.is(values.tPeakToEndRecorded_ms, 65);
  t.is(values.rrIntervalRecorded_ms, 900);
});

test('the twin’s T wave is delineated on its own ECG: peak at 300 ms, end where the tangent of a raised cosine ends', (t) => {
  // Half the wave's 80 ms lies between the steepest point and its end; the tangent there needs 80/π of them.
  t.true(near(values.tPeakToEnd_ms, 40 + 80 / Math.PI, 3), `${values.tPeakToEnd_ms}`);
  const { qtInterval_ms } = values;
  t.true(qtInterval_ms > 345 && qtInterval_ms <= 368, `${qtInterval_ms} from a QRS that rises slowly at 20 ms`);
});

test('T amplitudes keep their signs, in derived leads too', (t) => {
  t.true(near(values.tAmplitudeRecordedV1_mV, -0.1, 1e-3) && near(values.tAmplitudeV1_mV, -0.1, 1e-3));
  t.true(near(values.tAmplitudeRecordedIII_mV, 0.1, 1e-3), 'III = II − I');
  t.true(near(values.tAmplitudeAVR_mV, -0.25, 1e-3), 'aVR = −(I + II)/2');
});

test('T axes are seen at their angles, and QRS–T angles are the turn between, the short way', (t) => {
  const dipole = (angle: number, size: number) => {
    const radians = (angle * Math.PI) / 180;
    return [size * Math.cos(radians), size * Math.cos(radians - Math.PI / 3), 0, 0, 0, 0, 0, 0];
  };
  for (const [qrs, tWave, turn] of [
    [40, 60, 20],
    [-170, 150, 40],
    [10, -170, 180],
  ]) {
    const found = measure(subjectOf(qrstOf(dipole(qrs, 1), dipole(tWave, 0.3))));
    t.true(near(found.tAxisRecorded_deg, tWave, 1e-6) && near(found.tAxis_deg, tWave, 1e-6), `${found.tAxis_deg}`);
    t.true(near(found.qrsTAngleFrontalRecorded_deg, turn, 1e-6), `${found.qrsTAngleFrontalRecorded_deg}`);
    t.true(near(found.qrsTAngleFrontal_deg, turn, 1e-4), `${found.qrsTAngleFrontal_deg}`);
  }
});

test('a T wave along the QRS makes no angle in space, one against it 180°', (t) => {
  const share = (factor: number) => QRS.map((value) => factor * value);
  t.true(measure(subjectOf(qrstOf(QRS, share(0.3)))).qrsTAngleSpatialRecorded_deg < 1e-4);
  t.true(measure(subjectOf(qrstOf(QRS, share(-0.3)))).qrsTAngleSpatial_deg > 180 - 1e-4);
});

test('Frank’s x, y and z of a wave in V6, II and V1 alone stand at the regression’s own angles', (t) => {
  const only = (lead: number, size: number) => Array.from({ length: LEADS }, (_, at) => (at === lead ? size : 0));
  const { qrsTAngleSpatialRecorded_deg } = measure(subjectOf(qrstOf(only(7, 1), only(1, 0.3))));
  const cosine =
    (0.54 * -0.07 + 0.13 * 0.93 + 0.31 * -0.23) / (Math.hypot(0.54, 0.13, 0.31) * Math.hypot(0.07, 0.93, 0.23));
  t.true(near(qrsTAngleSpatialRecorded_deg, (Math.acos(cosine) * 180) / Math.PI, 1e-6));
});

test('fitted parameters and their deviations are handed on under their names', (t) => {
  t.is(values.ariMean_ms, 240);
  t.is(values.ariMeanSd_ms, 9);
  t.is(values.ariInterventricular_ms, -30);
  t.is(values.ariCoupling, -1.5);
  t.is(values.downstroke_ms, 85);
  t.is(values.tFitCorrelation, 0.93);
});

test('muscle that recovers along a line at 1 mm/ms is as dispersed as it is long', (t) => {
  const heights = mesh.points.filter((_, at) => at % 3 === 2);
  const found = measure(
    subjectOf(
      qrstOf(QRS, T),
      undefined,
      heights.map((height) => 300 + height),
    ),
  );
  t.true(near(found.repolarisationRange_ms, Math.max(...heights) - Math.min(...heights), 1e-9));
  t.true(found.repolarisationDispersion_ms > 0.2 * found.repolarisationRange_ms);
  t.true(found.repolarisationDispersion_ms < 0.3 * found.repolarisationRange_ms);
  t.is(values.repolarisationDispersion_ms, 0);
});

test('without a T wave all of it is missing', (t) => {
  const none = measure(lvAtRest());
  for (const name of Object.keys(none).filter((key) =>
    /^(qt|t(Axis|Peak|Fit|Amplitude)|qrsT|ari|repol|downstroke|rr)/.test(key),
  )) {
    t.true(Number.isNaN(none[name]), name);
  }
});
