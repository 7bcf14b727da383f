import test from 'ava';
import { covariatesOf } from '../../cohorts/analyses/covariates.ts';
import { lifestyle } from '../../cohorts/analyses/lifestyle.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { livesTable } from './livesTable.ts';

const settings = { resamples: 50, seed: 1, level: 0.95 };

function effectsOf(table: ColumnTable, covariate: string) {
  const found = lifestyle.run(table, settings).answers.find((answer) => answer.covariate === covariate);
  if (!found || 'undetermined' in found) throw new Error(`no answer on ${covariate}`);
  return found;
}

test('covariates are what is neither the table’s own, nor a hash, nor a metric, unless the study names them', (t) => {
  const table = livesTable({ people: 3, seed: 1 });
  t.deepEqual(covariatesOf(table, settings), ['smoking', 'alcohol_units']);
  t.deepEqual(covariatesOf(table, { ...settings, covariates: ['alcohol_units', 'absent'] }), ['alcohol_units']);
});

test('a planted effect of smoking lies in its interval as often as the interval says', (t) => {
  let covered = 0;
  for (let seed = 0; seed < 40; seed++) {
    const [smoker] = effectsOf(livesTable({ people: 150, seed, smoking_ms: 4 }), 'smoking').effects;
    if (smoker && smoker.effect.low <= 4 && 4 <= smoker.effect.high) covered++;
    if (seed === 0) t.is(smoker?.contrast, 'smoker instead of never');
  }
  t.true(covered >= 33, `${covered} of 40`);
});

test('a number’s effect is per standard deviation: its slope times the spread', (t) => {
  const table = livesTable({ people: 200, seed: 2 });
  const alcohol = (table.columns.alcohol_units ?? []).map(Number);
  const qrs = alcohol.map((units, row) => 90 + 0.5 * units + Number(table.columns.lvMass_g?.[row]) / 1e6);
  const mean = alcohol.reduce((sum, value) => sum + value, 0) / alcohol.length;
  const sd = Math.sqrt(alcohol.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (alcohol.length - 1));
  const { effects, kind } = effectsOf(
    { rows: 200, columns: { ...table.columns, qrsDurationRecorded_ms: qrs } },
    'alcohol_units',
  );
  t.is(kind, 'numbers');
  t.true(Math.abs((effects[0]?.effect.estimate ?? 0) - 0.5 * sd) < 1e-5);
});

test('numbers of two values are levels', (t) => {
  const table = livesTable({ people: 200, seed: 2, smoking_ms: 6 });
  const smoker = (table.columns.smoking ?? []).map((value) => (value === 'smoker' ? 1 : 0));
  const { effects, kind } = effectsOf({ rows: 200, columns: { ...table.columns, smoker } }, 'smoker');
  t.is(kind, 'levels');
  t.is(effects[0]?.contrast, '1 instead of 0');
  const [byText] = effectsOf(table, 'smoking').effects;
  t.true(Math.abs((effects[0]?.effect.estimate ?? 0) - (byText?.effect.estimate ?? 1)) < 1e-9);
});

test('a level of four people is named and left out, and the others are compared without them', (t) => {
  const table = livesTable({ people: 200, seed: 2 });
  const smoking = (table.columns.smoking ?? []).map((value, row) => (row < 4 ? 'pipe' : value));
  const { effects, leftOut, rows } = effectsOf({ rows: 200, columns: { ...table.columns, smoking } }, 'smoking');
  t.deepEqual(leftOut, ['smoking pipe: 4 complete rows are too few to compare']);
  t.is(effects.length, 1);
  t.is(rows.women + rows.men, 196);
});

test('remarks, a constant and a covariate that is what is adjusted for are answered in sentences', (t) => {
  const table = livesTable({ people: 60, seed: 2 });
  const remark = Array.from({ length: 60 }, (_, row) => `remark ${row}`);
  const bmi = (table.columns.weight_kg ?? []).map(
    (weight, row) => (1e4 * Number(weight)) / Number(table.columns.height_cm?.[row]) ** 2,
  );
  const columns = { ...table.columns, remark, same: remark.map(() => 'x'), one: remark.map(() => 1), index: bmi };
  const { answers, estimates } = lifestyle.run({ rows: 60, columns }, settings);
  const sentenceOf = (covariate: string) => {
    const found = answers.find((answer) => answer.covariate === covariate);
    return found && 'undetermined' in found ? found.undetermined : '';
  };
  t.regex(sentenceOf('remark'), /60 different texts/);
  t.regex(sentenceOf('same'), /fewer than 2 levels/);
  t.regex(sentenceOf('one'), /does not vary/);
  t.regex(sentenceOf('index'), /cannot be told apart/);
  t.true(estimates.every(({ family }) => family === 'lifestyle'));
});

test('a study without further covariates is told so', (t) => {
  const { answers, leftOut } = lifestyle.run(livesTable({ people: 60, seed: 2 }), { ...settings, covariates: [] });
  t.is(answers.length, 0);
  t.regex(leftOut.join(), /names no covariates/);
});
