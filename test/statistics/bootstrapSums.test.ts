import test from 'ava';
import { bootstrap, bootstrapClusters } from '../../cohorts/statistics/bootstrap.ts';
import { bootstrapSums, countedRows } from '../../cohorts/statistics/bootstrapSums.ts';
import { weightedMean } from '../../cohorts/statistics/twoGroups.ts';
import { openRandom } from '../../twin/random.ts';

const random = openRandom(7, 'bootstrap-sums');
const values = Float64Array.from({ length: 60 }, () => 10 + random.normal() ** 2);
const women = Array.from({ length: 25 }, (_, row) => row);
const men = Array.from({ length: 35 }, (_, row) => 25 + row);
const settings = { resamples: 400, seed: 5, level: 0.95 };
const meanOf = (sums: Float64Array | undefined) => (sums?.[1] ?? Number.NaN) / (sums?.[0] ?? Number.NaN);

test('summing rows first changes no number of the bootstrap', (t) => {
  const [slow] = bootstrap(
    (weights) => [weightedMean(values, women, weights) / weightedMean(values, men, weights)],
    [women, men],
    settings,
  );
  const [fast] = bootstrapSums(([a, b]) => [meanOf(a) / meanOf(b)], countedRows([values], [women, men]), settings);
  if (!slow || !fast) return t.fail();
  for (const key of ['estimate', 'low', 'high', 'percentileLow', 'percentileHigh', 'std_error'] as const) {
    t.true(Math.abs(slow[key] - fast[key]) < 1e-12, key);
  }
});

test('twins that are drawn together give the interval of their pair sums', (t) => {
  const pairs = women.map((row) => [row, row + 25]);
  const [byRows] = bootstrapClusters(
    (weights) => [weightedMean(values, women, weights) - weightedMean(values, men.slice(0, 25), weights)],
    [pairs],
    settings,
  );
  const differences = Float64Array.from(pairs, ([a = 0, b = 0]) => (values[a] ?? 0) - (values[b] ?? 0));
  const [byPair] = bootstrapSums(([sums]) => [meanOf(sums)], countedRows([differences], [women]), settings);
  t.true(Math.abs((byRows?.low ?? 0) - (byPair?.low ?? 1)) < 1e-12);
  t.true(Math.abs((byRows?.high ?? 0) - (byPair?.high ?? 1)) < 1e-12);
});

test('copies of every row in its cluster leave the interval as it was, and copies as rows of their own narrow it', (t) => {
  const doubled = Float64Array.from([...values.subarray(0, 25), ...values.subarray(0, 25)]);
  const clusters = women.map((row) => [row, row + 25]);
  const mean = (weights: Float64Array) => [weightedMean(doubled, clusters.flat(), weights)];
  const [together] = bootstrapClusters(mean, [clusters], settings);
  const [apart] = bootstrap(mean, [clusters.flat()], settings);
  const [once] = bootstrapSums(([sums]) => [meanOf(sums)], countedRows([values], [women]), settings);
  if (!together || !apart || !once) return t.fail();
  t.true(Math.abs(together.std_error / once.std_error - 1) < 1e-9);
  t.true(Math.abs(apart.std_error / once.std_error - Math.SQRT1_2) < 0.08);
});
