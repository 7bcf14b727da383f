import test from 'ava';
import { coefficientOf, fitLeastSquares } from '../../cohorts/statistics/leastSquares.ts';
import {
  combine,
  fitRobustModel,
  type RobustModel,
  robustCoefficient,
  waldTest,
} from '../../cohorts/statistics/robustModel.ts';
import { COMBINED, COVARIANCE, sex, WALD, x, y, z } from './modelData.ts';

const near = (value: number, expected: number, relative: number) =>
  Math.abs(value - expected) <= relative * Math.abs(expected);
const terms = [
  { name: 'sex', values: sex },
  { name: 'x', values: x },
  { name: 'z', values: z },
];

function modelOf(outcome = y, columns = terms): RobustModel {
  const model = fitRobustModel(outcome, columns);
  if ('undetermined' in model) throw new Error(model.undetermined);
  return model;
}

test('the whole HC3 covariance is statsmodels’ to 1e-10', (t) => {
  for (const [at, value] of modelOf().covariance.entries()) t.true(near(value, COVARIANCE[at] ?? 0, 1e-10), `${at}`);
});

test('a combination of coefficients has the value and t interval of statsmodels’ t_test', (t) => {
  const found = combine(modelOf(), [1, 1, 50, 25], 0.95);
  const numbers = [found.estimate, found.low, found.high, found.std_error];
  for (const [at, value] of numbers.entries()) t.true(near(value, COMBINED[at] ?? 0, 1e-10), `${at}`);
});

test('Wald’s F of two terms is statsmodels’ f_test', (t) => {
  const found = waldTest(modelOf(), ['x', 'z']);
  if ('undetermined' in found) return t.fail();
  t.true(near(found.f, WALD[0] ?? 0, 1e-10));
  t.true(near(found.p_value, WALD[1] ?? 0, 1e-6), `${found.p_value}`);
  t.deepEqual(found.degreesOfFreedom, [2, 36]);
});

test('Wald’s F of one term is the square of its t, with the same p value', (t) => {
  const model = modelOf();
  const found = waldTest(model, ['z']);
  const { t: ratio, p_value } = robustCoefficient(model, 'z', 0.95);
  if ('undetermined' in found) return t.fail();
  t.true(near(found.f, ratio ** 2, 1e-12) && near(found.p_value, p_value, 1e-9));
});

test('each coefficient is the one that plain least squares with HC3 gives', (t) => {
  const fit = fitLeastSquares(y, terms, { covariance: 'HC3', level: 0.9 });
  if ('undetermined' in fit) return t.fail();
  for (const { name } of terms) {
    const [one, other] = [robustCoefficient(modelOf(), name, 0.9), coefficientOf(fit, name)];
    for (const key of ['estimate', 'std_error', 'low', 'high', 'p_value'] as const) {
      t.true(near(one[key], other[key], 1e-9), `${name} ${key}`);
    }
  }
});

test('columns that follow from each other, and rows that alone decide, are answered in sentences', (t) => {
  const twice = fitRobustModel(y, [...terms, { name: 'double', values: x.map((value) => 2 * value) }]);
  t.true('undetermined' in twice && /cannot be told apart/.test(twice.undetermined));
  const alone = fitRobustModel(y, [{ name: 'first', values: y.map((_, row) => (row === 0 ? 1 : 0)) }]);
  t.true('undetermined' in alone && /alone decides/.test(alone.undetermined));
  const few = fitRobustModel([1, 2], [{ name: 'x', values: [1, 2] }]);
  t.true('undetermined' in few && /too few/.test(few.undetermined));
});
