import test from 'ava';
import { type Scenario, sensitivity, type Variation } from '../../cohorts/analyses/sensitivity.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { openRandom } from '../../twin/random.ts';
import { plantedTable } from './plantedTable.ts';

const settings = { resamples: 100, seed: 1, level: 0.95 };
const table = withThresholds(plantedTable({ perSex: 80, seed: 2, sizeEffect_ms_g: 0.1, functionEffect_ms: 2 }), 0);

/** Durations at half and twice the threshold: longer and shorter by 3 ms, and women's by more. */
function withThresholds({ columns, rows }: ColumnTable, femaleTail_ms: number): ColumnTable {
  const shifted = (column: string, sign: 1 | -1) =>
    (columns[column] ?? []).map((value, row) =>
      value === null ? null : Number(value) + sign * (3 + (columns.sex?.[row] === 'female' ? femaleTail_ms : 0)),
    );
  return {
    rows,
    columns: {
      ...columns,
      qrsDurationLoose_ms: shifted('qrsDuration_ms', 1),
      qrsDurationStrict_ms: shifted('qrsDuration_ms', -1),
      qrsDurationRecordedLoose_ms: shifted('qrsDurationRecorded_ms', 1),
      qrsDurationRecordedStrict_ms: shifted('qrsDurationRecorded_ms', -1),
    },
  };
}

function scenariosOf(of: ColumnTable, choice: Variation['choice']): readonly Scenario[] {
  const found = sensitivity
    .run(of, settings)
    .variations.find((variation) => variation.choice === choice && variation.outcome === 'qrsDuration_ms');
  if (!found || 'undetermined' in found) throw new Error(found?.undetermined ?? 'no answer');
  return found.scenarios;
}

test('a threshold that moves all durations alike moves neither gap nor share', (t) => {
  const [usual, ...others] = scenariosOf(table, 'threshold');
  t.is(others.length, 2);
  for (const { gap, share, change } of others) {
    t.true(Math.abs(gap.estimate - (usual?.gap.estimate ?? 0)) < 1e-9);
    t.true(Math.abs(share.estimate - (usual?.share.estimate ?? 0)) < 1e-9 && Math.abs(change?.gap.high ?? 1) < 1e-9);
  }
});

test('faint tails of 2 ms in women alone widen the gap by 2 ms at the strict threshold and narrow it at the loose', (t) => {
  const [, loose, strict] = scenariosOf(withThresholds(table, 2), 'threshold');
  t.true(Math.abs((loose?.change?.gap.estimate ?? 0) + 2) < 1e-9);
  t.true(Math.abs((strict?.change?.gap.estimate ?? 0) - 2) < 1e-9);
});

test('papillary muscle or septum moved alike in both sexes changes nothing that mass explains', (t) => {
  const alike = scenariosOf(table, 'massConvention').filter(({ by }) => !by.includes('women'));
  const kept = alike.filter(({ size }) => size !== 'LV volume');
  t.is(kept.length, 8);
  for (const { share, by, change } of kept) {
    t.true(change === undefined || Math.abs(change.share.estimate) < 1e-9, by);
    t.true(Number.isFinite(share.low));
  }
  const volume = alike.find(({ size, by }) => size === 'LV volume' && by.includes('to the volume'));
  t.true(Math.abs(volume?.change?.share.estimate ?? 0) > 1e-4);
});

test('where men’s hearts lose more mass to the convention than women’s, mass explains less', (t) => {
  const scenarios = scenariosOf(table, 'massConvention').filter(({ size }) => size === 'LV mass');
  const menLose = scenarios.filter(({ by }) => /women (?:4\.9|8) %/.test(by));
  const womenLose = scenarios.filter(({ by }) => /women 12(?:\.9)? %/.test(by));
  t.deepEqual([menLose.length, womenLose.length], [2, 2]);
  t.true(menLose.every(({ change }) => (change?.share.estimate ?? 1) < 0));
  t.true(womenLose.every(({ change }) => (change?.share.estimate ?? -1) > 0));
});

test('an age that goes with sex and makes the QRS longer changes the share once it is held', (t) => {
  const random = openRandom(8, 'older-men');
  const isMale = (table.columns.sex ?? []).map((sex) => (sex === 'male' ? 1 : 0));
  const age = isMale.map((male) => 50 + 10 * male + 5 * random.normal());
  const qrs = (table.columns.lvMass_g ?? []).map((mass, row) => 60 + 0.1 * Number(mass) + 0.4 * (age[row] ?? 0));
  const [without, held] = scenariosOf(
    { rows: table.rows, columns: { ...table.columns, age_y: age, qrsDuration_ms: qrs } },
    'age',
  );
  // Held, mass alone is left to explain the gap, and explains all of it.
  t.true(Math.abs((held?.share.estimate ?? 0) - 1) < 1e-9);
  t.true((without?.share.estimate ?? 1) < 0.75);
});

test('a table without the thresholds’ columns gets a sentence', (t) => {
  const plain = plantedTable({ perSex: 20, seed: 2, sizeEffect_ms_g: 0.1, functionEffect_ms: 2 });
  const [first] = sensitivity.run(plain, settings).variations;
  t.true(first && 'undetermined' in first && /complete rows/.test(first.undetermined));
});
