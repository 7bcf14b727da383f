import test from 'ava';
import { LEADS } from '../../twin/ecg/leads.ts';
import { atrialActivation } from '../../twin/metrics/atrialActivation.ts';
import { atrialVolume } from '../../twin/metrics/atrialVolume.ts';
import { pWave } from '../../twin/metrics/pWave.ts';
import { lvAtRest } from './testSubject.ts';

/** A cube of 10 mm as six tetrahedra about its diagonal; its lower half of the corners is LA. */
const CORNERS = Array.from({ length: 8 }, (_, at) => [10 * (at & 1), 5 * (at & 2), 2.5 * (at & 4)]);
const PATHS = [
  [1, 3],
  [2, 6],
  [4, 5],
  [1, 5],
  [2, 3],
  [4, 6],
];
const tets = PATHS.flatMap(([a, b], at) => (at === 0 || at === 1 || at === 2 ? [0, a, b, 7] : [0, b, a, 7]));
const zeros = new Float64Array(8);
const atria = {
  mesh: {
    points: Float64Array.from(CORNERS.flat()),
    tets: Uint32Array.from(tets),
    regions: new Uint8Array(6).fill(1),
    fibres: new Float64Array(18),
  },
  // A tetrahedron whose faces look inwards: 1/6 of the cube.
  surfaces: {
    laEndo: Uint32Array.of(0, 1, 2, 0, 2, 4, 0, 4, 1, 1, 4, 2),
    raEndo: Uint32Array.of(0, 1, 2, 0, 2, 4, 0, 4, 1),
    epi: new Uint32Array(0),
  },
  coordinates: {
    veinToValve: zeros,
    transmural: zeros,
    rotational: zeros,
    transatrial: Float64Array.of(0, 0, 0, 0, 1, 1, 1, Number.NaN),
  },
  sinusNode: [0, 0, 0] as const,
  findings: [],
};
const parameters = { start_ms: -160, velocityFactor: 0.9, bachmannFactor: 1.5, amplitude: 1 };
const ecg_mV = new Float64Array(21 * LEADS);
// A triangle from sample 5 over 10 to 15 in lead V1 alone.
for (let sample = 5; sample <= 15; sample++) ecg_mV[sample * LEADS + 2] = 1 - Math.abs(sample - 10) / 5;
const simulated = {
  parameters,
  spread: parameters,
  activation_ms: Float64Array.of(-120, -100, -90, -70, -160, -150, -95, Number.NaN),
  ecg_mV,
  start_ms: -180,
  interval_ms: 2,
  fit: {
    correlation: 0.9,
    rmse_mV: 0.01,
    leadCorrelation: new Float64Array(12),
    leadRmse_mV: new Float64Array(12),
    iterations: 3,
  },
};
const recorded = { voltage_mV: new Float64Array(LEADS), start_ms: -160, onset_ms: -150, offset_ms: -45 };
const subject = lvAtRest({ anatomy: { atria }, twin: { pWave: simulated }, beat: { pWave: recorded } });

test('cavities are what their surfaces enclose, with openings closed; mass is all muscle', (t) => {
  const { laVolume_mL, raVolume_mL, atrialMass_g } = atrialVolume.measure(subject);
  t.true(Math.abs(laVolume_mL - 1 / 6) < 1e-12);
  t.true(Math.abs(raVolume_mL - 1 / 6) < 1e-12);
  t.true(Math.abs(atrialMass_g - 1.05) < 1e-12);
});

test('activation is told of both atria together and of each, nodes without muscle left out', (t) => {
  t.deepEqual(atrialActivation.measure(subject), { atrialActivation_ms: 90, laActivation_ms: 50, raActivation_ms: 65 });
});

test('the recorded P wave is measured from its bounds, the simulated one where it is above a twentieth of its height', (t) => {
  const measured = pWave.measure(subject);
  t.true(Math.abs(measured.simulatedPDuration_ms - 19) < 1e-9);
  t.is(measured.pDurationRecorded_ms, 105);
  t.is(measured.prIntervalRecorded_ms, 170); // the QRS begins 20 ms into its window
  t.is(measured.atrialVelocityFactor, 0.9);
  t.is(measured.pFitCorrelation, 0.9);
});

test('without atria all of it is missing', (t) => {
  for (const metric of [atrialVolume, atrialActivation, pWave]) {
    t.true(Object.values(metric.measure(lvAtRest())).every(Number.isNaN));
  }
});
