import test from 'ava';
import { resample } from '../../twin/ecg/resample.ts';

const sine = (interval_ms: number, samples: number, frequency_Hz: number, start = 0) =>
  Float64Array.from({ length: samples }, (_, at) =>
    Math.sin((2 * Math.PI * frequency_Hz * (start + at * interval_ms)) / 1000),
  );

test('a 30 Hz wave sampled at 100 Hz is found between its samples without shift', (t) => {
  const found = resample(sine(10, 100, 30), 10, 1, 300, 400);
  const expected = sine(1, 400, 30, 300);
  t.true(found.every((value, at) => Math.abs(value - expected[at]) < 0.01));
});

test('a constant stays what it is, at the ends too', (t) => {
  t.true(resample(new Float64Array(20).fill(0.7), 2, 1, -10, 60).every((value) => Math.abs(value - 0.7) < 1e-12));
});

test('resampling to a coarser clock takes out what that clock cannot show', (t) => {
  const found = resample(sine(1, 1000, 400), 1, 4, 200, 150);
  t.true(found.every((value) => Math.abs(value) < 0.02));
});
