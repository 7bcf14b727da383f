import test from 'ava';
import { type OutputFile, twinFiles } from '../../cli/twinOutputs.ts';
import { findBoundary } from '../../twin/anatomy/boundary.ts';
import type { Atria } from '../../twin/atria/atria.ts';
import type { SimulatedPWave } from '../../twin/atria/pWave.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import type { Repolarisation } from '../../twin/repolarisation/repolarisation.ts';
import { blockMesh } from '../helpers/meshes.ts';
import { lvAtRest, mesh } from '../metrics/testSubject.ts';

const SAMPLES = 200;
const PARAMETERS = {
  ari_ms: 240,
  apicobasal_ms: 1,
  transmural_ms: 2,
  interventricular_ms: 3,
  anteroposterior_ms: 4,
  coupling: -1,
  downstroke_ms: 80,
};
const repolarisation: Repolarisation = {
  parameters: PARAMETERS,
  spread: PARAMETERS,
  contraction: PARAMETERS,
  repolarisation_ms: new Float64Array(mesh.points.length / 3).fill(300),
  ecg_mV: new Float64Array(SAMPLES * LEADS).fill(0.25),
  fit: {
    correlation: 0.9,
    rmse_mV: 0.05,
    leadCorrelation: new Float64Array(12).fill(0.9),
    leadRmse_mV: new Float64Array(12).fill(0.05),
    iterations: 5,
  },
};
const qrst = { voltage_mV: new Float64Array(SAMPLES * LEADS).fill(0.5), tPeak_ms: 300, tEnd_ms: 380 };

const filesOf = (subject: ReturnType<typeof lvAtRest>): OutputFile[] =>
  twinFiles({ subject: 'sub-1', ...subject, metrics: {}, settings: DEFAULT_CALIBRATION, seconds: {} });
const textOf = (files: readonly OutputFile[], name: string): string =>
  new TextDecoder().decode(files.find((file) => file.name === name)?.bytes);

const qrsOnly = filesOf(lvAtRest());
const whole = filesOf(lvAtRest({ beat: { qrst }, twin: { repolarisation } }));

test('a twin with a T wave is written with its whole beat beside the QRS, which stays as it was', (t) => {
  t.is(textOf(whole, 'ecg.csv'), textOf(qrsOnly, 'ecg.csv'));
  const lines = textOf(whole, 'qrst.csv').trimEnd().split('\n');
  t.is(lines.length, 1 + SAMPLES);
  t.is(lines[0], textOf(whole, 'ecg.csv').split('\n')[0]);
  const [time, one, two, three] = (lines[SAMPLES] ?? '').split(',').map(Number);
  t.is(time, -20 + 2 * (SAMPLES - 1));
  t.deepEqual([one, two, three], [0.25, 0.25, 0]);
});

test('recovery times stand on the mesh, parameters with their deviations in the summary', (t) => {
  t.true(textOf(whole, 'twin.vtu').includes('Name="repolarisation_ms"'));
  const summary = JSON.parse(textOf(whole, 'twin.json'));
  t.is(summary.repolarisation.parameters.ari_ms, 240);
  t.is(summary.repolarisation.fit.leadCorrelation.V6, 0.9);
  t.deepEqual(summary.t_ms, { peak: 300, end: 380 });
});

test('coordinates about the insertions stand on the mesh of a heart that has them', (t) => {
  const arrays = ['consistentApicobasal', 'consistentRotational'];
  t.true(arrays.every((name) => textOf(qrsOnly, 'twin.vtu').includes(name)));
  const { consistent: _, ...anatomy } = lvAtRest().anatomy;
  const without = filesOf({ ...lvAtRest(), anatomy });
  t.false(arrays.some((name) => textOf(without, 'twin.vtu').includes(name)));
});

test('a twin without a T wave has no such files, arrays or numbers', (t) => {
  t.false(qrsOnly.some(({ name }) => name === 'qrst.csv'));
  t.false(textOf(qrsOnly, 'twin.vtu').includes('repolarisation'));
  const summary = JSON.parse(textOf(qrsOnly, 'twin.json'));
  t.is(summary.repolarisation, null);
  t.is(summary.t_ms, null);
});

test('a heart with atria is written with their mesh, its P wave as a table of its own', (t) => {
  const nodes = mesh.points.length / 3;
  const values = new Float64Array(nodes).fill(0.5);
  const surface = Uint32Array.of(0, 1, 2);
  const atria: Atria = {
    mesh: { ...mesh, speed: new Float32Array(mesh.tets.length / 4).fill(1) },
    surfaces: { laEndo: surface, raEndo: surface, epi: surface },
    coordinates: { veinToValve: values, transmural: values, rotational: values, transatrial: values },
    sinusNode: [1, 2, 3],
    findings: [],
  };
  const parameters = { start_ms: -160, velocityFactor: 1.1, bachmannFactor: 1.5, amplitude: 2 };
  const pWave: SimulatedPWave = {
    parameters,
    spread: parameters,
    activation_ms: values,
    ecg_mV: new Float64Array(3 * LEADS).fill(0.125),
    start_ms: -180,
    interval_ms: 2,
    fit: {
      correlation: Number.NaN,
      rmse_mV: Number.NaN,
      leadCorrelation: new Float64Array(12),
      leadRmse_mV: new Float64Array(12),
      iterations: 0,
    },
  };
  const files = filesOf(lvAtRest({ anatomy: { atria }, twin: { pWave } }));
  const vtu = textOf(files, 'atria.vtu');
  for (const name of ['activation_ms', 'veinToValve', 'transatrial', 'fibre', 'speed']) {
    t.true(vtu.includes(`Name="${name}"`), name);
  }
  t.deepEqual(textOf(files, 'pwave.csv').split('\n').slice(0, 2), [
    'time_ms,I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6',
    '-180,0.125,0.125,0,-0.125,0.0625,0.0625,0.125,0.125,0.125,0.125,0.125,0.125',
  ]);
  const summary = JSON.parse(textOf(files, 'twin.json'));
  t.is(summary.pWave.parameters.velocityFactor, 1.1);
  t.is(summary.pWave.fit, null);
  t.is(textOf(files, 'ecg.csv'), textOf(qrsOnly, 'ecg.csv'));
  t.false(qrsOnly.some(({ name }) => name === 'atria.vtu' || name === 'pwave.csv'));
});

test('a heart in a body is written with the body’s surfaces, and its lead field is the body’s own', (t) => {
  const box = blockMesh(1, 1, 1, 300);
  const skin = { points: box.points, triangles: findBoundary(box).triangles };
  const electrodeFields = new Float32Array((9 * mesh.points.length) / 3).fill(0.5);
  const torso = { skin, lungs: [skin, skin], blood: [], origin: 'file' as const, findings: [] };
  const files = filesOf(lvAtRest({ anatomy: { torso, electrodeFields } }));
  const bytes = (name: string) => files.find((file) => file.name === name)?.bytes.length;
  t.is(bytes('skin.stl'), 84 + 50 * 12);
  t.is(bytes('lungs.stl'), 84 + 50 * 24);
  t.is(bytes('blood.stl'), undefined);
  t.is(textOf(files, 'leadfield.csv').split('\n')[1], new Array(9).fill('0.5').join(','));
  t.is(JSON.parse(textOf(files, 'twin.json')).origin.torso, 'file');
  t.is(JSON.parse(textOf(qrsOnly, 'twin.json')).origin.torso, 'homogeneous');
});
