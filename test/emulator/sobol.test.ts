import test from 'ava';
import { SOBOL_DIMENSIONS, sobolPoints } from '../../cohorts/emulator/sobol.ts';
import { DEFAULT_SOBOL, sobolIndices } from '../../cohorts/emulator/sobolIndices.ts';

test('the sequence begins as Sobol’s does', (t) => {
  const points = sobolPoints(4, 3);
  t.deepEqual([...points], [0, 0, 0, 0.5, 0.5, 0.5, 0.75, 0.25, 0.25, 0.25, 0.75, 0.75]);
});

test('of every 64 points in a row, scrambled or not, each 64th of every axis holds one', (t) => {
  for (const seed of [undefined, 1, 2]) {
    const points = sobolPoints(192, SOBOL_DIMENSIONS, seed);
    for (let dimension = 0; dimension < SOBOL_DIMENSIONS; dimension++) {
      for (const start of [0, 64, 128]) {
        const cells = Array.from({ length: 64 }, (_, at) =>
          Math.floor(64 * points[(start + at) * SOBOL_DIMENSIONS + dimension]),
        );
        t.is(new Set(cells).size, 64);
      }
    }
  }
});

test('in two dimensions each of 8 × 8 boxes holds one of 64 scrambled points', (t) => {
  const points = sobolPoints(64, 2, 5);
  const boxes = Array.from(
    { length: 64 },
    (_, at) => 8 * Math.floor(8 * points[2 * at]) + Math.floor(8 * points[2 * at + 1]),
  );
  t.is(new Set(boxes).size, 64);
});

test('scrambling moves the points by the seed', (t) => {
  t.deepEqual(sobolPoints(8, 4, 3), sobolPoints(8, 4, 3));
  t.notDeepEqual(sobolPoints(8, 4, 3), sobolPoints(8, 4, 4));
  t.throws(() => sobolPoints(1, SOBOL_DIMENSIONS + 1), { message: /dimensions/ });
});

// Ishigami's function, f = sin x₁ + a sin² x₂ + b x₃⁴ sin x₁ on (−π, π)³, whose variance parts are known in closed form (Ishigami & Homma 1990).
const [A, B] = [7, 0.1];
const v1 = (1 + (B * Math.PI ** 4) / 5) ** 2 / 2;
const v2 = A ** 2 / 8;
const v13 = (B ** 2 * Math.PI ** 8 * 8) / 225;
const variance = v1 + v2 + v13;
const truth = { first: [v1, v2, 0].map((v) => v / variance), total: [v1 + v13, v2, v13].map((v) => v / variance) };

const ishigami = sobolIndices(
  3,
  1,
  (random) => Float64Array.from({ length: 3 }, () => Math.PI * (2 * random.uniform() - 1)),
  (rows) =>
    Float64Array.from({ length: rows.length / 3 }, (_, row) => {
      const [x, y, z] = rows.subarray(3 * row, 3 * row + 3);
      return Math.sin(x) + A * Math.sin(y) ** 2 + B * z ** 4 * Math.sin(x);
    }),
  { ...DEFAULT_SOBOL, points: 32_768, resamples: 100 }, // a total index then has a standard error of 0.009
);

test('Sobol indices of Ishigami’s function are its closed form within 0.03', (t) => {
  for (const [input, { first, total }] of ishigami[0].entries()) {
    t.true(Math.abs(first.estimate - truth.first[input]) < 0.03, `first order of ${input}: ${first.estimate}`);
    t.true(Math.abs(total.estimate - truth.total[input]) < 0.03, `total of ${input}: ${total.estimate}`);
  }
});

test('their intervals hold the closed form', (t) => {
  for (const [input, { first, total }] of ishigami[0].entries()) {
    const slack = 0.01; // of 95 % intervals one in twenty misses; by how little is the point
    t.true(first.low - slack < truth.first[input] && truth.first[input] < first.high + slack);
    t.true(total.low - slack < truth.total[input] && truth.total[input] < total.high + slack);
  }
});

test('a function that never changes has no indices', (t) => {
  const [[{ first }]] = sobolIndices(
    1,
    1,
    (random) => Float64Array.of(random.uniform()),
    (rows) => rows.map(() => 3),
    {
      ...DEFAULT_SOBOL,
      points: 16,
      resamples: 4,
    },
  );
  t.true(Number.isNaN(first.estimate));
});
