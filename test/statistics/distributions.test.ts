import test from 'ava';
import { incompleteBeta, normalCdf, studentQuantile, studentTwoSided } from '../../cohorts/statistics/distributions.ts';

test('two-sided t probabilities are those of scipy to 1e-12 relative', (t) => {
  const reference = [
    [2.1, 7, 0.07387119621292265],
    [0.3, 100, 0.7647998803003035],
    [12, 23, 2.2101889236582475e-11],
    [1.96, 3800, 0.0500687683706039],
    [40, 3.5, 8.766441109373018e-6],
    [0.001, 1, 0.9993633804398159],
  ] as const;
  for (const [value, df, p] of reference)
    t.true(Math.abs(studentTwoSided(value, df) / p - 1) < 1e-11, `${value}, ${df}`);
});

test('t quantiles are those of scipy to 1e-11 relative', (t) => {
  const reference = [
    [0.975, 7, 2.364624251592784],
    [0.975, 1, 12.706204736174694],
    [0.995, 22.7, 2.810647608683591],
    [0.9, 3800, 1.2817743905497065],
  ] as const;
  for (const [p, df, value] of reference) t.true(Math.abs(studentQuantile(p, df) / value - 1) < 1e-11, `${p}, ${df}`);
});

test('one degree of freedom is the Cauchy distribution', (t) => {
  for (const x of [0.2, 1, 5]) t.true(Math.abs(studentTwoSided(x, 1) - (1 - (2 / Math.PI) * Math.atan(x))) < 1e-13);
});

test('the incomplete beta function of (1, b) is 1 − (1 − x)^b and its halves mirror', (t) => {
  for (const x of [0.01, 0.4, 0.99]) {
    t.true(Math.abs(incompleteBeta(x, 1, 4.5) - (1 - (1 - x) ** 4.5)) < 1e-13);
    t.true(Math.abs(incompleteBeta(x, 2.5, 7) + incompleteBeta(1 - x, 7, 2.5) - 1) < 1e-14);
  }
});

test('the normal distribution is symmetric and one half at zero', (t) => {
  t.is(normalCdf(0), 0.5);
  t.true(Math.abs(normalCdf(1.3) + normalCdf(-1.3) - 1) < 1e-15);
});
