import test from 'ava';
import { bootstrap, quantile } from '../../cohorts/statistics/bootstrap.ts';
import { weightedMean } from '../../cohorts/statistics/twoGroups.ts';
import { openRandom } from '../../twin/random.ts';

const values = Float64Array.of(1.2, 3.4, 0.7, 9.9, 2.2, 4.1, 5.6, 3.3, 8.8, 1.9);
const rows = Array.from(values, (_, row) => row);
const settings = { resamples: 4000, seed: 5, level: 0.95 };

test('intervals of a mean are those of scipy within the noise of resampling', (t) => {
  const [mean] = bootstrap((weights) => [weightedMean(values, rows, weights)], [rows], {
    ...settings,
    resamples: 40_000,
  });
  if (!mean) return t.fail();
  t.true(Math.abs(mean.low - 2.58) < 0.06 && Math.abs(mean.high - 6.36) < 0.06, `BCa ${mean.low} ${mean.high}`);
  t.true(Math.abs(mean.percentileLow - 2.41) < 0.06 && Math.abs(mean.percentileHigh - 6.06) < 0.06);
});

test('the two-sample BCa interval is that of scipy within the noise of resampling', (t) => {
  const both = Float64Array.of(...values, ...values.subarray(0, 6).map((value) => value + 1));
  const second = [10, 11, 12, 13, 14, 15];
  const [difference] = bootstrap(
    (weights) => [weightedMean(both, rows, weights) - weightedMean(both, second, weights)],
    [rows, second],
    { ...settings, resamples: 40_000 },
  );
  if (!difference) return t.fail();
  t.true(Math.abs(difference.low + 4.047) < 0.1 && Math.abs(difference.high - 2.183) < 0.1);
});

test('the same seed gives the same bits, another seed others', (t) => {
  const run = (seed: number) =>
    bootstrap((weights) => [weightedMean(values, rows, weights)], [rows], { ...settings, seed });
  t.deepEqual(run(1), run(1));
  t.notDeepEqual(run(1), run(2));
});

test('each stratum keeps its count in every resample', (t) => {
  const strata = [
    [0, 1, 2, 3, 4, 5, 6],
    [7, 8, 9],
  ];
  const counts = bootstrap(
    (weights) => strata.map((stratum) => stratum.reduce((sum, row) => sum + (weights[row] ?? 0), 0)),
    strata,
    { ...settings, resamples: 50 },
  );
  t.deepEqual(
    counts.map(({ percentileLow, percentileHigh }) => [percentileLow, percentileHigh]),
    [
      [7, 7],
      [3, 3],
    ],
  );
});

test('95 % intervals of a skewed mean cover the truth about as often as they say', (t) => {
  const random = openRandom(2, 'coverage');
  let covered = 0;
  const trials = 300;
  for (let trial = 0; trial < trials; trial++) {
    const sample = Float64Array.from({ length: 40 }, () => -Math.log(1 - random.uniform()));
    const all = Array.from(sample, (_, row) => row);
    const [mean] = bootstrap((weights) => [weightedMean(sample, all, weights)], [all], {
      resamples: 400,
      seed: trial,
      level: 0.95,
    });
    if (mean && mean.low <= 1 && mean.high >= 1) covered++;
  }
  t.true(covered / trials > 0.9 && covered / trials < 0.98, `${covered} of ${trials}`);
});

test('a number that cannot be had has no interval', (t) => {
  const [none] = bootstrap(() => [Number.NaN], [rows], { ...settings, resamples: 30 });
  t.true(none !== undefined && Number.isNaN(none.low) && none.resamples === 0);
});

test('quantiles lie between order statistics', (t) => {
  t.is(quantile([1, 2, 4], 0.75), 3);
  t.is(quantile([7], 0.2), 7);
  t.true(Number.isNaN(quantile([1, 2], Number.NaN)));
});
