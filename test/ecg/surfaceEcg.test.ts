import test from 'ava';
import { frankLeads, leadsAgainstMean, setOf, standardSet } from '../../twin/anatomy/electrodeSet.ts';
import { DEFAULT_CALIBRATION, VENTRICULAR_UPSTROKE } from '../../twin/calibrate/calibrate.ts';
import { INDEPENDENT_LEADS } from '../../twin/ecg/beat.ts';
import { homogeneousLeadVectors } from '../../twin/ecg/leadField.ts';
import { LEADS, LEADS_OF_ELECTRODES } from '../../twin/ecg/leads.ts';
import { openProjection, projectEcg } from '../../twin/ecg/projection.ts';
import { surfaceEcg } from '../../twin/ecg/surfaceEcg.ts';
import { lvAtRest, mesh } from '../metrics/testSubject.ts';

const { anatomy, beat, twin } = lvAtRest();
const { conductivity } = DEFAULT_CALIBRATION;
const input = { anatomy, beat, twin, conductivity, conductor: undefined };
const standard = { names: INDEPENDENT_LEADS, weights: Float64Array.from(LEADS_OF_ELECTRODES) };

test('the twelve leads’ own electrodes give the ECG that the calibration sees, times the gain', (t) => {
  const { voltage_mV, start_ms, names } = surfaceEcg(input, standardSet(anatomy.electrodes), standard);
  const window = { start_ms: -beat.qrsOnset_ms, interval_ms: beat.interval_ms, samples: voltage_mV.length / LEADS };
  const leadVectors = homogeneousLeadVectors(mesh, anatomy.electrodes, conductivity);
  const heart = { leadVectors, leads: LEADS, window, actionPotential: VENTRICULAR_UPSTROKE };
  const own = projectEcg(openProjection(heart), twin.activation_ms);
  t.deepEqual([start_ms, names], [-beat.qrsOnset_ms, INDEPENDENT_LEADS]);
  const largest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  t.true(largest > 0.01);
  t.true(voltage_mV.every((value, at) => Math.abs(value - twin.gain * own[at]) < 1e-5 * largest));
});

test('electrodes against their mean sum to nothing, in whatever order they stand', (t) => {
  const named = [
    ['a', [90, 0, 10]],
    ['b', [-20, -110, 0]],
    ['c', [10, 95, 40]],
  ] as const;
  const set = setOf(named);
  const { voltage_mV } = surfaceEcg(input, set, leadsAgainstMean(set));
  for (let at = 0; at < voltage_mV.length; at += 3) {
    t.true(Math.abs(voltage_mV[at] + voltage_mV[at + 1] + voltage_mV[at + 2]) < 1e-6);
  }
  const turned = setOf([...named].reverse());
  const other = surfaceEcg(input, turned, leadsAgainstMean(turned)).voltage_mV;
  t.true(voltage_mV.every((value, at) => Math.abs(value - other[at - (at % 3) + 2 - (at % 3)]) < 1e-9));
});

test('Frank’s leads see a wave from apex to base go up: Y points to the feet', (t) => {
  // The test heart's base is at +z, its RV at −x and its back at +y; the body is laid along these.
  const set = setOf([
    ['A', [110, 0, 0]],
    ['C', [75, -80, 0]],
    ['E', [0, -110, 0]],
    ['F', [60, -60, -320]],
    ['H', [0, 60, 300]],
    ['I', [-110, 0, 0]],
    ['M', [0, 110, 0]],
  ]);
  const last = twin.activation_ms.reduce((most, time) => Math.max(most, time), 0);
  const down = { ...twin, activation_ms: twin.activation_ms.map((time) => last - time) };
  const sumOf = (of: typeof twin): number => {
    const { voltage_mV, names } = surfaceEcg({ ...input, twin: of }, set, frankLeads());
    t.deepEqual(names, ['X', 'Y', 'Z']);
    return voltage_mV.filter((_, at) => at % 3 === 1).reduce((all, value) => all + value, 0);
  };
  t.true(sumOf(twin) < -1, `${sumOf(twin)}`);
  t.true(sumOf(down) > 1, `${sumOf(down)}`);
});
