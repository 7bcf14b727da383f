import test from 'ava';
import { fisherExact, permutationTest } from '../../cohorts/statistics/exactTests.ts';
import { isUndetermined } from '../../cohorts/statistics/leastSquares.ts';
import { compareGroups, standardisedDifference } from '../../cohorts/statistics/twoGroups.ts';

const outcome = Array.from(
  { length: 12 },
  (_, i) => 90 + 0.1 * (160 + ((7 * i) % 12) * 2.5) - 3 * (i % 2) + (((5 * i) % 7) - 3) * 1.7 + 0.02 * i * i,
);
const odd = outcome.filter((_, i) => i % 2 === 1);
const even = outcome.filter((_, i) => i % 2 === 0).slice(0, 5);

test('Welch’s test and interval are those of scipy', (t) => {
  const result = compareGroups(odd, even);
  if (isUndetermined(result)) return t.fail(result.undetermined);
  const found = [result.t, result.p_value, result.degreesOfFreedom, result.low, result.high, result.cohenD];
  const expected = [
    -0.7237413502569348, 0.4889144492756988, 8.388207565414646, -8.668210826512587, 4.501544159845958,
    -0.4412401359034458,
  ];
  for (const [at, value] of expected.entries()) t.true(Math.abs((found[at] ?? 0) / value - 1) < 1e-11, `${at}`);
});

test('swapping the groups turns the difference round', (t) => {
  const [ab, ba] = [compareGroups(odd, even), compareGroups(even, odd)];
  if (isUndetermined(ab) || isUndetermined(ba)) return t.fail();
  t.is(ab.difference, -ba.difference);
  t.is(ab.p_value, ba.p_value);
});

test('one subject cannot be compared by Welch’s test, and two that never vary neither', (t) => {
  t.true(isUndetermined(compareGroups([1], even)));
  t.true(isUndetermined(compareGroups([1, 1], [1, 1, 1])));
});

test('Fisher’s exact test is that of scipy', (t) => {
  const reference = [
    [3, 1, 10, 22, 0.12380952380952381],
    [0, 5, 12, 9, 0.04247491638795986],
    [8, 2, 1, 5, 0.034965034965034975],
  ] as const;
  for (const [a, b, c, d, p] of reference) t.true(Math.abs(fisherExact(a, b, c, d) - p) < 1e-12);
});

test('an empty margin proves nothing', (t) => {
  t.true(Math.abs(fisherExact(0, 0, 12, 9) - 1) < 1e-12);
});

test('the permutation test of few values is near the exact share of arrangements', (t) => {
  // Of the 10 ways to choose 2 of 1 … 5, two ({1,2} and {4,5}) lie as far apart as {4,5}.
  const p = permutationTest([4, 5], [1, 2, 3], 3);
  t.true(Math.abs(p - 0.2) < 0.015, `${p}`);
  t.is(p, permutationTest([4, 5], [1, 2, 3], 3));
});

test('one outlying subject stands out by permutation', (t) => {
  t.true(
    permutationTest(
      [99],
      Array.from({ length: 60 }, (_, i) => i / 10),
      1,
    ) < 0.03,
  );
});

test('a shift by one spread is a standardised difference of one', (t) => {
  t.true(Math.abs(standardisedDifference([2, 3, 4], [1, 2, 3]) - 1) < 1e-12);
  t.true(Math.abs(standardisedDifference([3], [1, 2, 3]) - 1) < 1e-12);
});
