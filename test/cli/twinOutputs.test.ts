import test from 'ava';
import { type OutputFile, twinFiles } from '../../cli/twinOutputs.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import type { Repolarisation } from '../../twin/repolarisation/repolarisation.ts';
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

test('a twin without a T wave has no such files, arrays or numbers', (t) => {
  t.false(qrsOnly.some(({ name }) => name === 'qrst.csv'));
  t.false(textOf(qrsOnly, 'twin.vtu').includes('repolarisation'));
  const summary = JSON.parse(textOf(qrsOnly, 'twin.json'));
  t.is(summary.repolarisation, null);
  t.is(summary.t_ms, null);
});
