import test from 'ava';
import { matchPairs, pooledCovariance } from '../../cohorts/statistics/matching.ts';
import { openRandom } from '../../twin/random.ts';

const random = openRandom(5, 'matching');
const women = Array.from({ length: 40 }, (_, at) => at);
const men = Array.from({ length: 50 }, (_, at) => 40 + at);
const mass = Float64Array.from({ length: 90 }, (_, at) => (at < 40 ? 98 : 116) + 18 * random.normal());
const volume = mass.map((value) => 30 + value + 8 * random.normal());

test('no pair is farther apart than the caliper, and nobody is in two', (t) => {
  const pairs = matchPairs({ columns: [mass], women, men, caliper: 0.2 }) ?? [];
  const spread = Math.sqrt(pooledCovariance([mass], [women, men])[0] ?? 0);
  t.true(pairs.length > 15);
  for (const { woman, man } of pairs) {
    t.true(Math.abs((mass[woman] ?? 0) - (mass[man] ?? 0)) <= 0.2 * spread);
  }
  t.is(new Set(pairs.flatMap(({ woman, man }) => [woman, man])).size, 2 * pairs.length);
});

test('pairs are the same in grams and ounces, and whatever mixture of mass and volume is measured', (t) => {
  const pairs = matchPairs({ columns: [mass, volume], women, men, caliper: 0.4 });
  const mixed = [mass.map((value, row) => value / 28.35 + (volume[row] ?? 0)), volume.map((value) => -3 * value)];
  t.true((pairs?.length ?? 0) > 10);
  t.deepEqual(matchPairs({ columns: mixed, women, men, caliper: 0.4 }), pairs);
});

test('two measures that say the same cannot be matched on together', (t) => {
  t.is(matchPairs({ columns: [mass, mass.map((value) => value / 1.05)], women, men, caliper: 0.2 }), undefined);
});

test('the pooled covariance knows nothing of the difference between the groups', (t) => {
  const shifted = mass.map((value, row) => value + (row < 40 ? 1000 : 0));
  const [a, b] = [mass, shifted].map((column) => pooledCovariance([column], [women, men])[0] ?? 0);
  t.true(Math.abs((a ?? 0) / (b ?? 1) - 1) < 1e-10);
});
