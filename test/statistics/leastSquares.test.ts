import test from 'ava';
import {
  coefficientOf,
  fitLeastSquares,
  isUndetermined,
  type LinearFit,
} from '../../cohorts/statistics/leastSquares.ts';
import { openRandom } from '../../twin/random.ts';

const rows = Array.from({ length: 12 }, (_, i) => i);
const sex = { name: 'sex', values: rows.map((i) => i % 2) };
const height = { name: 'height_cm', values: rows.map((i) => 160 + ((7 * i) % 12) * 2.5) };
const outcome = rows.map(
  (i) => 90 + 0.1 * (height.values[i] ?? 0) - 3 * (i % 2) + (((5 * i) % 7) - 3) * 1.7 + 0.02 * i * i,
);

function fitted(fit: ReturnType<typeof fitLeastSquares>): LinearFit {
  if (isUndetermined(fit)) throw new Error(fit.undetermined);
  return fit;
}

/** statsmodels 0.14 on the same rows, `use_t=True`: estimate, standard error, p of const, sex, height_cm; interval of sex. */
const reference = {
  classical: {
    std_errors: [24.807985467321597, 2.4762140025337382, 0.14346328634040417],
    p_values: [0.0183692180854576, 0.3406994264890695, 0.17527496485439834],
    interval: [-8.09263286150053, 3.110537623405288],
  },
  HC3: {
    std_errors: [28.503180832064487, 2.861290586900069, 0.1638913568827299],
    p_values: [0.0338038628956845, 0.40659292760792637, 0.2298872884577322],
    interval: [-8.96373661505069, 3.9816413769554497],
  },
} as const;

for (const covariance of ['classical', 'HC3'] as const) {
  test(`${covariance} errors, p values and intervals are those of statsmodels to 1e-9`, (t) => {
    const fit = fitted(fitLeastSquares(outcome, [sex, height], { covariance }));
    const expected = reference[covariance];
    const estimates = [71.2877142857146, -2.4910476190476203, 0.21108571428570944];
    for (const [at, coefficient] of fit.coefficients.entries()) {
      t.true(Math.abs(coefficient.estimate / (estimates[at] ?? 0) - 1) < 1e-9);
      t.true(Math.abs(coefficient.std_error / (expected.std_errors[at] ?? 0) - 1) < 1e-9);
      t.true(Math.abs(coefficient.p_value / (expected.p_values[at] ?? 0) - 1) < 1e-9);
    }
    const { low, high } = coefficientOf(fit, 'sex');
    t.true(Math.abs(low - expected.interval[0]) < 1e-9 && Math.abs(high - expected.interval[1]) < 1e-9);
    t.true(Math.abs(fit.rSquared - 0.2377414031837931) < 1e-12);
    t.true(Math.abs(fit.sigma - 4.24370123967748) < 1e-11);
  });
}

test('a line through exact points is found again', (t) => {
  const fit = fitted(fitLeastSquares([5, 7, 9, 11, 13.000001], [{ name: 'x', values: [0, 1, 2, 3, 4] }]));
  t.true(Math.abs(coefficientOf(fit, 'x').estimate - 2) < 1e-6);
  t.true(Math.abs(coefficientOf(fit, 'const').estimate - 5) < 1e-6);
});

test('a change of unit changes the coefficient and nothing else', (t) => {
  const cm = fitted(fitLeastSquares(outcome, [sex, height]));
  const inUm = { name: 'height_um', values: height.values.map((value) => value * 1e4) };
  const um = fitted(fitLeastSquares(outcome, [sex, inUm]));
  const [a, b] = [coefficientOf(cm, 'height_cm'), coefficientOf(um, 'height_um')];
  t.true(Math.abs(a.estimate - 1e4 * b.estimate) < 1e-9);
  t.true(Math.abs(a.p_value - b.p_value) < 1e-9);
});

test('a column that follows from another is refused by name', (t) => {
  const inches = { name: 'height_in', values: height.values.map((value) => value / 2.54) };
  const fit = fitLeastSquares(outcome, [height, inches]);
  t.true(isUndetermined(fit) && /height_cm, height_in cannot be told apart/.test(fit.undetermined));
});

test('one sex only leaves the sex term undetermined', (t) => {
  const women = fitLeastSquares([80, 84, 90, 77], [{ name: 'sex', values: [1, 1, 1, 1] }]);
  const men = fitLeastSquares([80, 84, 90, 77], [{ name: 'sex', values: [0, 0, 0, 0] }]);
  t.true(isUndetermined(women));
  t.true(isUndetermined(men) && /sex is zero in all 4 rows/.test(men.undetermined));
});

test('as many coefficients as rows leave nothing to judge by', (t) => {
  const fit = fitLeastSquares([1, 2], [{ name: 'x', values: [0, 1] }]);
  t.true(isUndetermined(fit) && /2 complete rows are too few for a model of 2 coefficients/.test(fit.undetermined));
});

test('HC3 intervals cover a planted slope 95 % of the time when the noise grows with it', (t) => {
  const random = openRandom(11, 'coverage');
  let covered = 0;
  const trials = 400;
  for (let trial = 0; trial < trials; trial++) {
    const x = Float64Array.from({ length: 60 }, () => random.uniform());
    const y = x.map((value) => 3 + 2 * value + (0.2 + 2 * value) * random.normal());
    const { low, high } = coefficientOf(fitted(fitLeastSquares(y, [{ name: 'x', values: x }])), 'x');
    if (low <= 2 && 2 <= high) covered++;
  }
  t.true(covered / trials > 0.92 && covered / trials < 0.98, `${covered} of ${trials}`);
});
