import test from 'ava';
import { combine, fitRobustModel } from '../../cohorts/statistics/robustModel.ts';
import { knotsOf, splineBasis, splineColumns } from '../../cohorts/statistics/splines.ts';
import { CURVE, KNOTS, sex, x, y } from './modelData.ts';

const near = (value: number, expected: number, tolerance: number) => Math.abs(value - expected) <= tolerance;
const knots = [30, 45, 55, 70];

test('beyond the outer knots the basis is a straight line', (t) => {
  for (const places of [
    [10, 18, 26],
    [71, 80, 89],
  ]) {
    const [a = [], b = [], c = []] = places.map((place) => splineBasis(place, knots));
    for (const [at, value] of a.entries())
      t.true(near((b[at] ?? 0) - value, (c[at] ?? 0) - (b[at] ?? 0), 1e-10), `${at}`);
  }
});

test('below the first knot only x itself is not zero', (t) => {
  t.deepEqual(splineBasis(12, knots), [12, 0, 0]);
});

test('value, slope and curvature run through the knots without a jump', (t) => {
  const h = 1e-4;
  const at = (place: number) => splineBasis(place, knots)[1] ?? 0;
  for (const knot of knots) {
    const bend = (place: number) => (at(place + h) - 2 * at(place) + at(place - h)) / h ** 2;
    t.true(near(bend(knot - 2 * h), bend(knot + 2 * h), 1e-3), `${knot}`);
  }
});

test('a cubic term three knots apart has Harrell’s value: (x − t₁)³ over the squared width, while x is between the first two', (t) => {
  const [, bent] = splineBasis(40, [30, 50, 70]);
  t.is(bent, 1000 / 1600);
});

test('knots lie at Harrell’s quantiles', (t) => {
  const found = knotsOf(x, 4);
  if ('undetermined' in found) return t.fail();
  for (const [at, knot] of found.entries()) t.true(near(knot, KNOTS[at] ?? 0, 1e-12));
});

test('values that are nearly all equal carry no curve', (t) => {
  const found = knotsOf([50, 50, 50, 50, 50, 50, 51], 3);
  t.true('undetermined' in found && /too few different/.test(found.undetermined));
  t.true('undetermined' in knotsOf([], 3));
});

test('a fitted curve and its band are those of patsy’s natural spline in statsmodels, inside the knots and beyond', (t) => {
  const terms = [
    ...splineColumns(x, KNOTS).map((values, at) => ({ name: `x${at}`, values })),
    { name: 'sex', values: sex },
  ];
  const model = fitRobustModel(y, terms);
  if ('undetermined' in model) return t.fail();
  for (const [place = 0, ...expected] of CURVE) {
    const found = combine(model, [1, ...splineBasis(place, KNOTS), 1], 0.95);
    const numbers = [found.estimate, found.low, found.high, found.std_error];
    for (const [at, value] of numbers.entries())
      t.true(near(value, expected[at] ?? 0, 1e-8), `${place} ${at} ${value}`);
  }
});
