import test from 'ava';
import { analyseCohort } from '../../cohorts/analyses/index.ts';
import { holm } from '../../cohorts/statistics/multipleTesting.ts';
import { plantedTable } from './plantedTable.ts';

const table = plantedTable({ perSex: 40, seed: 3, sizeEffect_ms_g: 0.1, functionEffect_ms: 1, velocityEffect: 0.03 });
const { velocityBySex, regressionShare } = analyseCohort(table, { resamples: 30, seed: 1, level: 0.95 });

test('each velocity’s p value is adjusted for the four of its family', (t) => {
  const family = velocityBySex.estimates.filter((record) => record.family === 'velocityBySex');
  t.is(family.length, 4);
  const adjusted = holm(family.map(({ p_value }) => p_value));
  t.deepEqual(
    family.map(({ p_holm }) => p_holm),
    adjusted,
  );
  for (const { p_value, p_holm = 0, q_value = 0 } of family) t.true(p_value <= q_value && q_value <= p_holm);
});

test('a number without a test has no adjusted one', (t) => {
  t.true(regressionShare.estimates.length > 5);
  for (const record of regressionShare.estimates.filter(({ p_value }) => Number.isNaN(p_value))) {
    t.is(record.p_holm, undefined);
    t.is(record.q_value, undefined);
  }
});
