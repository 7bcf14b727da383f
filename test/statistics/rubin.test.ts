import test from 'ava';
import { poolByRubin } from '../../cohorts/statistics/rubin.ts';
import { openRandom, type Random } from '../../twin/random.ts';

test('five completed tables are pooled as by hand', (t) => {
  const pooled = poolByRubin([10, 12, 11, 13, 14], [2, 2.2, 1.9, 2.1, 2], 98);
  if (pooled === undefined) return t.fail();
  const [within, between] = [(4 + 4.84 + 3.61 + 4.41 + 4) / 5, 2.5];
  const total = within + 1.2 * between;
  const lambda = 3 / total;
  const observed = (99 / 101) * 98 * (1 - lambda);
  const nu = 1 / (lambda ** 2 / 4 + 1 / observed);
  t.is(pooled.estimate, 12);
  t.true(Math.abs(pooled.within - within) < 1e-12 && Math.abs(pooled.between - between) < 1e-12);
  t.true(Math.abs(pooled.std_error - Math.sqrt(total)) < 1e-12);
  t.true(Math.abs(pooled.degreesOfFreedom - nu) < 1e-9);
  t.true(Math.abs(pooled.relativeIncrease - 3 / within) < 1e-12);
  t.true(Math.abs(pooled.fractionMissing - (3 / within + 2 / (nu + 3)) / (1 + 3 / within)) < 1e-12);
});

test('tables that agree give the estimate’s own interval with hardly fewer degrees of freedom', (t) => {
  const pooled = poolByRubin([1, 1, 1], [0.5, 0.5, 0.5], 50);
  t.is(pooled?.std_error, 0.5);
  t.true(Math.abs((pooled?.degreesOfFreedom ?? 0) - (51 / 53) * 50) < 1e-9);
});

test('four tables dealt five times over are pooled as the four', (t) => {
  const [estimates, errors] = [
    [10, 12, 11, 14],
    [2, 2.2, 1.9, 2.1],
  ];
  const four = poolByRubin(estimates, errors, 98);
  const five = Array.from({ length: 5 });
  const twenty = poolByRubin(
    five.flatMap(() => estimates),
    five.flatMap(() => errors),
    98,
    0.95,
    1 / 4,
  );
  t.true(Math.abs((twenty?.estimate ?? NaN) - 11.75) < 1e-12);
  t.true(Math.abs((twenty?.std_error ?? NaN) - (four?.std_error ?? NaN)) < 1e-12);
  t.is(poolByRubin(estimates, errors, 98, 0.95, 1), undefined);
});

test('one table, a number that is not known, or no sampling error: no answer', (t) => {
  t.is(poolByRubin([1], [1], 10), undefined);
  t.is(poolByRubin([1, NaN], [1, 1], 10), undefined);
  t.is(poolByRubin([1, 2], [0, 0], 10), undefined);
});

/** A mean of 30 normal numbers, of which about 40 % are missing, each completed by a proper draw: variance, mean, then the numbers. */
function pooledMean(random: Random) {
  const values = Array.from({ length: 30 }, () => 5 + 2 * random.normal());
  const known = values.filter(() => random.uniform() > 0.4);
  const n = known.length;
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const completed = Array.from({ length: 20 }, () => {
    const chi2 = Array.from({ length: n - 1 }, () => random.normal() ** 2).reduce((sum, value) => sum + value, 0);
    const sd = Math.sqrt(squares / chi2);
    const drawnMean = mean + (sd / Math.sqrt(n)) * random.normal();
    const full = values.map((value) => (known.includes(value) ? value : drawnMean + sd * random.normal()));
    const fullMean = full.reduce((sum, value) => sum + value, 0) / 30;
    const variance = full.reduce((sum, value) => sum + (value - fullMean) ** 2, 0) / 29;
    return { estimate: fullMean, std_error: Math.sqrt(variance / 30) };
  });
  return poolByRubin(
    completed.map(({ estimate }) => estimate),
    completed.map(({ std_error }) => std_error),
    29,
  );
}

test('of proper draws, the pooled interval covers the truth in 92 to 98 of 100 cohorts', (t) => {
  const random = openRandom(2, 'incomplete cohorts');
  const cohorts = 600;
  let covered = 0;
  for (let cohort = 0; cohort < cohorts; cohort++) {
    const pooled = pooledMean(random);
    if (pooled && pooled.low <= 5 && 5 <= pooled.high) covered++;
  }
  t.log(`${covered} of ${cohorts}`);
  t.true(covered >= 0.92 * cohorts && covered <= 0.98 * cohorts, `${covered} of ${cohorts}`);
});
