import test from 'ava';
import type { Member } from '../../twin/ensemble/ensemble.ts';
import {
  activationSpread,
  calibrationOf,
  explainingMembers,
  spreadOf,
  totalActivation,
  velocityContraction,
} from '../../twin/ensemble/spread.ts';
import { openRandom } from '../../twin/random.ts';

const member = (seed: number, correlation: number, activation_ms: number[] = [0, 1], speed = 0.6): Member => ({
  seed,
  correlation,
  activation_ms: Float64Array.from(activation_ms),
  parameters: {
    pmjPositions: new Float64Array(3),
    pmjTimes_ms: new Float64Array(1),
    lv: { fibre_mm_ms: speed, transverse_mm_ms: 0.2 },
    rv: { fibre_mm_ms: 0.6, transverse_mm_ms: 0.2 },
  },
  gain: 1,
  ecg_mV: new Float64Array(0),
  loss: 0,
});

test('members that fit badly are left out, but never more than half', (t) => {
  const seedsOf = (correlations: number[]) =>
    explainingMembers(correlations.map((correlation, seed) => member(seed, correlation))).map(({ seed }) => seed);
  t.deepEqual(seedsOf([0.99, 0.5, 0.995, 0.99]), [0, 2, 3]);
  t.deepEqual(seedsOf([0.9, 0.5, 0.95, 0.4]), [0, 2]);
});

test('mean and deviation of three maps', (t) => {
  const { mean, sd } = activationSpread([member(0, 1, [1, 5]), member(1, 1, [2, 5]), member(2, 1, [3, 5])]);
  t.deepEqual([...mean], [2, 5]);
  t.true(Math.abs(sd[0] - 1) < 1e-12 && sd[1] < 1e-12);
});

test('contraction is the spread of a velocity’s logarithm by the prior’s', (t) => {
  const members = [0.5, 0.6, 0.72].map((speed, seed) => member(seed, 1, [0, 1], speed));
  const [lvFibre, lvTransverse] = velocityContraction(members, 0.15);
  t.true(Math.abs((lvFibre?.mean ?? 0) - 0.6) < 1e-12);
  t.true(Math.abs((lvFibre?.contraction ?? 0) - Math.log(1.2) / 0.15) < 1e-9);
  t.true((lvTransverse?.contraction ?? 1) < 1e-9);
});

test('a spread that is honest covers 95 % of its errors and has ratio 1', (t) => {
  const random = openRandom(4, 'honest');
  const truth = Float64Array.from({ length: 20_000 }, () => 50 * random.uniform());
  const rows = Array.from({ length: 40 }, () => truth.map((time) => time));
  const error = truth.map(() => 5 * random.normal());
  for (const row of rows) for (let node = 0; node < row.length; node++) row[node] += error[node] + 5 * random.normal();
  const found = calibrationOf(spreadOf(rows), truth);
  t.true(Math.abs(found.within2Sd - 0.95) < 0.02, `${found.within2Sd}`);
  t.true(Math.abs(found.ratio - 1) < 0.05, `${found.ratio}`);
  t.true(Math.abs(found.bias_ms) < 0.2);
});

test('total activation runs from the first to the last node, unused nodes aside', (t) => {
  t.is(totalActivation(Float64Array.of(-3, Number.NaN, 80)), 83);
});
