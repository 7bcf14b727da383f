import test from 'ava';
import { openSampling, pullBackSamples, takeSamples } from '../../twin/calibrate/sampling.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { openRandom } from '../../twin/random.ts';

const SAMPLES = 61;
const random = openRandom(3, 'sampling');
const draw = (size: number) => Float64Array.from({ length: size }, () => random.normal());
const taken = (edge_mm: number, ecg: Float64Array, interval_ms = 1) => {
  const sampling = openSampling(ecg.length / LEADS, interval_ms, edge_mm);
  const out = new Float64Array(sampling.taken * LEADS);
  takeSamples(sampling, ecg, out);
  return { sampling, out };
};
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, at) => sum + value * b[at], 0);

test('a mesh of tiny edges tells the whole course', (t) => {
  const ecg = draw(SAMPLES * LEADS);
  const { out } = taken(0.01, ecg);
  t.true(out.every((value, at) => Math.abs(value - ecg[at]) < 1e-12));
});

test('a constant course keeps its level and its power, however coarse the mesh', (t) => {
  for (const edge_mm of [1, 2, 3, 5]) {
    const { sampling, out } = taken(edge_mm, new Float64Array(SAMPLES * LEADS).fill(0.7));
    t.true(out.every((value) => Math.abs(value - out[0]) < 1e-12));
    const power = dot(out, out) / (SAMPLES * LEADS * 0.49);
    t.true(Math.abs(power - 1) < 3 / SAMPLES, `${edge_mm} mm: ${power}, ${sampling.taken} samples`);
  }
});

test('a coarser mesh or a finer clock takes a smaller share of the samples', (t) => {
  const shares = [1, 2, 3, 5].map((edge_mm) => openSampling(SAMPLES, 1, edge_mm).taken / SAMPLES);
  t.deepEqual(
    [...shares].sort((a, b) => b - a),
    shares,
  );
  t.is(openSampling(2 * SAMPLES, 0.5, 3).taken, openSampling(SAMPLES, 1, 3).taken);
});

test('a slow wave passes almost unchanged, a fast one hardly at all', (t) => {
  const wave = (period_ms: number) =>
    Float64Array.from({ length: SAMPLES * LEADS }, (_, at) =>
      Math.cos((2 * Math.PI * Math.floor(at / LEADS)) / period_ms),
    );
  const share = (period_ms: number) => {
    const ecg = wave(period_ms);
    const { out } = taken(3, ecg);
    return dot(out, out) / dot(ecg, ecg);
  };
  t.true(share(60) > 0.9, `${share(60)}`);
  t.true(share(4) < 0.05, `${share(4)}`);
});

test('sensitivities are pulled back by the transpose', (t) => {
  for (const edge_mm of [0.5, 2, 3.3]) {
    const ecg = draw(SAMPLES * LEADS);
    const { sampling, out } = taken(edge_mm, ecg);
    const sensitivity = draw(out.length);
    t.true(Math.abs(dot(sensitivity, out) - dot(pullBackSamples(sampling, sensitivity), ecg)) < 1e-10);
  }
});

test('a window of a course gives what the course with zeros around it gives', (t) => {
  const sampling = openSampling(SAMPLES, 1, 2.2);
  const ecg = new Float64Array(SAMPLES * LEADS);
  const window = draw(17 * LEADS);
  ecg.set(window, 23 * LEADS);
  const whole = new Float64Array(sampling.taken * LEADS);
  const part = new Float64Array(sampling.taken * LEADS + 5);
  takeSamples(sampling, ecg, whole);
  takeSamples(sampling, window, part, 23, 5);
  t.true(whole.every((value, at) => Math.abs(value - part[5 + at]) < 1e-14));
});
