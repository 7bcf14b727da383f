import test from 'ava';
import { fitRandomEffects, takePriorOut } from '../../cohorts/statistics/hierarchical.ts';
import { fitLeastSquares } from '../../cohorts/statistics/leastSquares.ts';

const y = [0.42, 0.71, 0.38, 0.78, 0.55, 0.6, 0.84, 0.58, 0.63, 0.35, 0.81, 0.6];
const s = [0.05, 0.08, 0.12, 0.06, 0.2, 0.09, 0.07, 0.15, 0.05, 0.1, 0.3, 0.04];
const sex = { name: 'sex', values: [1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1] };
const age = { name: 'age', values: [40, 52, 61, 45, 70, 38, 66, 59, 49, 57, 63, 44] };

test('REML and Knapp–Hartung agree with metafor and with the restricted likelihood written out', (t) => {
  // metafor 3.8-1, rma(y, sei = s, mods = ~ sex + age, method = "REML", test = "knha"), and numpy's dense matrices
  const expected = [
    [0.58304395651811, 0.17270734346689, 0.00817992592956],
    [-0.23422102684403, 0.06150303296153, 0.0041640732684],
    [0.00263968219128, 0.00331112825272, 0.44584762902539],
  ];
  const fit = fitRandomEffects(y, s, [sex, age]);
  if ('undetermined' in fit) return t.fail(fit.undetermined);
  t.true(Math.abs(fit.tau ** 2 - 0.00719091172869) < 1e-12);
  for (const [at, [estimate = NaN, std_error = NaN, p_value = NaN]] of expected.entries()) {
    const found = fit.coefficients[at];
    t.true(Math.abs((found?.estimate ?? NaN) - estimate) < 1e-11);
    t.true(Math.abs((found?.std_error ?? NaN) - std_error) < 1e-11);
    t.true(Math.abs((found?.p_value ?? NaN) - p_value) < 1e-10);
  }
});

test('where all are known alike, it is least squares', (t) => {
  const same = y.map(() => 0.07);
  const [one, other] = [fitRandomEffects(y, same, [sex]), fitLeastSquares(y, [sex], { covariance: 'classical' })];
  if ('undetermined' in one || 'undetermined' in other) return t.fail();
  for (const at of [0, 1]) {
    t.true(Math.abs((one.coefficients[at]?.estimate ?? NaN) - (other.coefficients[at]?.estimate ?? NaN)) < 1e-12);
    t.true(Math.abs((one.coefficients[at]?.std_error ?? NaN) - (other.coefficients[at]?.std_error ?? NaN)) < 1e-12);
  }
});

test('one who is hardly known has hardly a weight, and numbers closer than their errors have no spread', (t) => {
  const without = fitRandomEffects(y.slice(1), s.slice(1), []);
  const vague = fitRandomEffects([1e3, ...y.slice(1)], [1e9, ...s.slice(1)], []);
  if ('undetermined' in without || 'undetermined' in vague) return t.fail();
  t.true(Math.abs((vague.coefficients[0]?.estimate ?? NaN) - (without.coefficients[0]?.estimate ?? NaN)) < 1e-6);
  const close = fitRandomEffects([1, 1.01, 0.99, 1.005], [1, 1, 1, 1], []);
  t.is('tau' in close ? close.tau : NaN, 0);
});

test('a design that cannot be told apart, or too few rows, get a sentence', (t) => {
  const twice = fitRandomEffects(y, s, [sex, { name: 'again', values: sex.values }]);
  t.true('undetermined' in twice && /sex, again cannot be told apart/.test(twice.undetermined));
  t.true('undetermined' in fitRandomEffects([1, 2], [1, 1], [sex]));
});

test('prior and likelihood multiplied and the prior taken out again is the likelihood', (t) => {
  const [prior, likelihood] = [
    { mean: -0.5, sd: 0.15 },
    { mean: -0.2, sd: 0.3 },
  ];
  const precision = 1 / prior.sd ** 2 + 1 / likelihood.sd ** 2;
  const mean = (prior.mean / prior.sd ** 2 + likelihood.mean / likelihood.sd ** 2) / precision;
  const found = takePriorOut({ mean, sd: 1 / Math.sqrt(precision) }, prior);
  t.true(Math.abs((found?.mean ?? NaN) + 0.2) < 1e-12 && Math.abs((found?.sd ?? NaN) - 0.3) < 1e-12);
  t.is(takePriorOut({ mean: 0, sd: 0.15 }, prior), undefined);
  t.is(takePriorOut({ mean: 0, sd: 0.2 }, prior), undefined);
});
