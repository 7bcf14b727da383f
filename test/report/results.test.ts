import test from 'ava';
import { parse } from 'csv-parse/sync';
import { analyseCohort } from '../../cohorts/analyses/index.ts';
import { resultFiles } from '../../cohorts/report/results.ts';
import { plantedTable } from '../analyses/plantedTable.ts';

const table = plantedTable({ perSex: 30, seed: 4, sizeEffect_ms_g: 0.1, functionEffect_ms: 1 });
const answers = analyseCohort(table, { resamples: 50, seed: 1, level: 0.95 });
const files = resultFiles(answers);

test('the plain table has intercept and sex once for every outcome', (t) => {
  const rows: Record<string, string>[] = parse(files['results.csv'], { columns: true });
  const keys = rows.map(({ outcome, term }) => `${outcome} ${term}`);
  t.is(new Set(keys).size, keys.length);
  t.is(rows.length, 12);
  t.deepEqual([...new Set(rows.map(({ term }) => term))], ['const', 'sex']);
});

test('the sex coefficient of the plain model is the difference of means', (t) => {
  const rows: Record<string, string>[] = parse(files['results.csv'], { columns: true });
  const sex = rows.find(({ outcome, term }) => outcome === 'qrsDuration_ms' && term === 'sex');
  const mean = (wanted: string) => {
    const values = (table.columns.qrsDuration_ms ?? [])
      .filter((_, row) => table.columns.sex?.[row] === wanted)
      .map(Number);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  t.true(Math.abs(Number(sex?.estimate) - (mean('female') - mean('male'))) < 1e-9);
});

test('no model stands twice among all regressions', (t) => {
  const rows: Record<string, string>[] = parse(files['regressions.csv'], { columns: true });
  const keys = rows.map(({ model, term }) => `${model} ${term}`);
  t.is(new Set(keys).size, keys.length);
  t.true(keys.includes('qrsDuration_ms ~ sex + lvMass_g lvMass_g'));
});

test('the JSON holds every answer, with null where there is no number', (t) => {
  const empty = resultFiles(analyseCohort({ columns: {}, rows: 0 }, { resamples: 50, seed: 1, level: 0.95 }));
  t.deepEqual(Object.keys(JSON.parse(files['results.json'])), Object.keys(answers));
  t.notRegex(files['results.json'] + empty['results.json'], /NaN|Infinity/);
});
