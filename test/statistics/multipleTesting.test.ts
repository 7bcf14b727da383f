import test from 'ava';
import { benjaminiHochberg, holm } from '../../cohorts/statistics/multipleTesting.ts';
import { openRandom } from '../../twin/random.ts';

/** Origin of the expected numbers: statsmodels.stats.multitest.multipletests(p, method='holm' and 'fdr_bh'). */
const p = [0.01, 0.04, 0.03, 0.005, 0.5, 0.03];
const near = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((value, at) => Math.abs(value - (b[at] ?? Number.NaN)) < 1e-14);

test('adjusted p values are those of statsmodels, ties among them', (t) => {
  t.true(near(holm(p), [0.05, 0.12, 0.12, 0.03, 0.5, 0.12]), String(holm(p)));
  t.true(near(benjaminiHochberg(p), [0.03, 0.048, 0.045, 0.03, 0.5, 0.045]), String(benjaminiHochberg(p)));
});

test('a test by itself is not adjusted, and what is no test is passed over', (t) => {
  t.deepEqual(holm([0.04]), [0.04]);
  t.deepEqual(holm([Number.NaN, 0.04]), [Number.NaN, 0.04]);
  t.deepEqual(benjaminiHochberg([0.04, Number.NaN]), [0.04, Number.NaN]);
});

test('an adjusted p value is no smaller than the raw one, no larger than Bonferroni’s, and never above 1', (t) => {
  const random = openRandom(1, 'p-values');
  for (let trial = 0; trial < 100; trial++) {
    const raw = Array.from({ length: 12 }, () => random.uniform() ** 3);
    const [family, rate] = [holm(raw), benjaminiHochberg(raw)];
    for (const [at, value] of raw.entries()) {
      const [h, q] = [family[at] ?? Number.NaN, rate[at] ?? Number.NaN];
      t.true(value <= q + 1e-15 && q <= h + 1e-15 && h <= Math.min(1, 12 * value) + 1e-15);
    }
  }
});

test('among twenty true null hypotheses Holm names any in about one of twenty families', (t) => {
  const random = openRandom(2, 'null-families');
  let found = 0;
  for (let family = 0; family < 2000; family++) {
    const raw = Array.from({ length: 20 }, () => random.uniform());
    if (holm(raw).some((value) => value < 0.05)) found++;
  }
  // 5 % of 2,000 is 100; its standard deviation is 10.
  t.true(found > 60 && found < 140, `${found} of 2,000`);
});
