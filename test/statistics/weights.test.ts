import test from 'ava';
import { fitLogistic } from '../../cohorts/statistics/logistic.ts';
import { proportionOf } from '../../cohorts/statistics/proportions.ts';
import { effectiveSize, rake } from '../../cohorts/statistics/weights.ts';
import { openRandom } from '../../twin/random.ts';
import { finished, LOGISTIC, PROBABILITIES, sex, WILSON, x, z } from './modelData.ts';

const near = (value: number, expected: number, tolerance: number) => Math.abs(value - expected) <= tolerance;
const LOOSE = { low: 0, high: Number.POSITIVE_INFINITY };

test('one margin is met at once: a level’s weight is its share of the target over its share of the rows', (t) => {
  const { weights, iterations, isConverged } = rake(4, [{ column: 'sex', levels: [0, 0, 0, 1], shares: [0.5, 0.5] }]);
  t.true(isConverged);
  t.is(iterations, 1);
  for (const [at, expected] of [2 / 3, 2 / 3, 2 / 3, 2].entries()) t.true(near(weights[at] ?? 0, expected, 1e-14));
});

test('two margins are met together, and weights keep the odds ratio of the rows', (t) => {
  // Counts of the four cells; raking multiplies rows and columns, which leaves the odds ratio 30·40/(20·10).
  const counts = [30, 20, 10, 40];
  const cells = counts.flatMap((count, cell) => new Array<number>(count).fill(cell));
  const { weights, isConverged } = rake(100, [
    { column: 'sex', levels: cells.map((cell) => Math.floor(cell / 2)), shares: [0.6, 0.4] },
    { column: 'age', levels: cells.map((cell) => cell % 2), shares: [0.3, 0.7] },
  ]);
  const sums = counts.map((_, cell) =>
    cells.reduce((sum, own, row) => sum + (own === cell ? (weights[row] ?? 0) : 0), 0),
  );
  const [a = 0, b = 0, c = 0, d = 0] = sums;
  t.true(isConverged);
  t.true(near(a + b, 60, 1e-6) && near(a + c, 30, 1e-6));
  t.true(near((a * d) / (b * c), (30 * 40) / (20 * 10), 1e-9));
});

test('rows that already are the population keep a weight of 1', (t) => {
  const { weights, iterations } = rake(4, [{ column: 'sex', levels: [0, 1, 0, 1], shares: [0.5, 0.5] }]);
  t.is(iterations, 0);
  t.deepEqual([...weights], [1, 1, 1, 1]);
});

test('bounds hold, and a margin out of their reach is said to be', (t) => {
  const levels = Array.from({ length: 100 }, (_, row) => (row === 0 ? 1 : 0));
  const bounded = rake(100, [{ column: 'group', levels, shares: [0.5, 0.5] }], { low: 0.2, high: 5 });
  t.true(bounded.weights.every((weight) => weight >= 0.2 && weight <= 5));
  t.false(bounded.isConverged);
  t.regex(bounded.sentence, /could not all be met/);
  t.true(rake(100, [{ column: 'group', levels, shares: [0.5, 0.5] }], LOOSE).isConverged);
});

test('equal weights say as much as there are people, and one heavy weight as much as one', (t) => {
  t.is(effectiveSize([2, 2, 2]), 3);
  t.true(near(effectiveSize([1e6, 1, 1]), 1, 1e-5));
  t.is(effectiveSize([]), 0);
});

test('a logistic regression has the coefficients, errors and p values of statsmodels', (t) => {
  const fit = fitLogistic(finished, [
    { name: 'sex', values: sex },
    { name: 'x', values: x },
    { name: 'z', values: z },
  ]);
  if ('undetermined' in fit) return t.fail();
  for (const [at, [estimate = 0, std_error = 0, p_value = 0]] of LOGISTIC.entries()) {
    const found = fit.coefficients[at];
    t.true(near(found?.estimate ?? 0, estimate, 1e-9), `${at}`);
    t.true(near(found?.std_error ?? 0, std_error, 1e-8));
    t.true(near(found?.p_value ?? 0, p_value, 1e-8));
  }
  for (const [row, expected] of PROBABILITIES.entries()) t.true(near(fit.probabilities[row] ?? 0, expected, 1e-10));
});

test('with one group the logistic regression repeats the groups’ shares', (t) => {
  const fit = fitLogistic([1, 1, 1, 0, 1, 0, 0, 0], [{ name: 'group', values: [0, 0, 0, 0, 1, 1, 1, 1] }]);
  if ('undetermined' in fit) return t.fail();
  t.true(near(fit.probabilities[0] ?? 0, 0.75, 1e-12) && near(fit.probabilities[7] ?? 0, 0.25, 1e-12));
  t.true(near(fit.coefficients[1]?.estimate ?? 0, Math.log(1 / 9), 1e-10));
});

test('a term that tells the outcomes apart completely has no finite answer', (t) => {
  const fit = fitLogistic([0, 0, 0, 1, 1, 1], [{ name: 'age', values: [1, 2, 3, 4, 5, 6] }]);
  t.true('undetermined' in fit && /apart completely/.test(fit.undetermined));
  t.true('undetermined' in fitLogistic([1, 1], [{ name: 'age', values: [1, 2] }]));
  const flat = fitLogistic([1, 0, 1], [{ name: 'age', values: [2, 2, 2] }]);
  t.true('undetermined' in flat && /never varies/.test(flat.undetermined));
});

test('Wilson’s interval of 8 of 10 is statsmodels’, and stays within 0 and 1 at the ends', (t) => {
  const { low, high } = proportionOf(8, 10, 0.95);
  t.true(near(low, WILSON[0] ?? 0, 1e-12) && near(high, WILSON[1] ?? 0, 1e-12));
  t.is(proportionOf(0, 7, 0.95).low, 0);
  t.is(proportionOf(7, 7, 0.95).high, 1);
  t.true(Number.isNaN(proportionOf(0, 0, 0.95).share));
});

test('inverse chances of being finished bring back a mean that selection had moved', (t) => {
  const random = openRandom(3, 'selected-ages');
  const age = Array.from({ length: 4000 }, () => 55 + 8 * random.normal());
  const isFinished = age.map((value) => (random.uniform() < 1 / (1 + Math.exp((value - 60) / 6)) ? 1 : 0));
  const fit = fitLogistic(isFinished, [{ name: 'age', values: age }]);
  if ('undetermined' in fit) return t.fail();
  const mean = (weight: (row: number) => number) => {
    let [sum, total] = [0, 0];
    for (const [row, value] of age.entries()) {
      sum += weight(row) * value;
      total += weight(row);
    }
    return sum / total;
  };
  const all = mean(() => 1);
  t.true(all - mean((row) => isFinished[row] ?? 0) > 2);
  t.true(Math.abs(all - mean((row) => (isFinished[row] ?? 0) / (fit.probabilities[row] ?? 1))) < 0.5);
});
