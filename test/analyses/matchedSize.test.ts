import test from 'ava';
import { type MatchedDifference, matchedSize } from '../../cohorts/analyses/matchedSize.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { plantedTable } from './plantedTable.ts';

const settings = { resamples: 300, seed: 1, level: 0.95 };

function byMass(table: ColumnTable): MatchedDifference {
  const found = matchedSize.run(table, settings).outcomes[1]?.matches[0];
  if (!found || 'undetermined' in found) throw new Error(found?.undetermined ?? 'no answer');
  return found;
}

test('a gap that is of size alone is gone among women and men of one size, and one of function stays', (t) => {
  const cover = { size: 0, function: 0 };
  for (let seed = 0; seed < 40; seed++) {
    const size = byMass(plantedTable({ perSex: 100, seed, sizeEffect_ms_g: 0.15, functionEffect_ms: 0 }));
    const own = byMass(plantedTable({ perSex: 100, seed, sizeEffect_ms_g: 0, functionEffect_ms: 5 }));
    t.true(size.gap.low > 0 && own.gap.low > 0);
    // What pairs still differ in LV mass is worth 0.15 ms a gram.
    if (size.difference.low <= 0.1 && size.difference.high >= 0) cover.size++;
    if (own.difference.low <= 5 && own.difference.high >= 5) cover.function++;
  }
  // 95 % of 40 is 38; fewer than 33 happens once in 3,000 when the intervals are what they say.
  t.true(cover.size >= 33 && cover.function >= 33, JSON.stringify(cover));
});

test('matching takes an imbalance of nearly two standard deviations below a tenth', (t) => {
  const { balance, pairs, matchedShare, rows } = byMass(
    plantedTable({ perSex: 100, seed: 1, sizeEffect_ms_g: 0.1, functionEffect_ms: 0 }),
  );
  t.true((balance[0]?.before ?? 0) > 1.5 && Math.abs(balance[0]?.after ?? 1) < 0.1);
  t.is(matchedShare, (2 * pairs) / (rows.women + rows.men));
});

test('women and men whose sizes hardly overlap are told apart in a sentence that counts the pairs', (t) => {
  const table = plantedTable({ perSex: 30, seed: 1, sizeEffect_ms_g: 0.1, functionEffect_ms: 0 });
  const mass = (table.columns.lvMass_g ?? []).map((value, row) => Number(value) + (row % 2 === 0 ? 0 : 200));
  const [first] = matchedSize.run({ ...table, columns: { ...table.columns, lvMass_g: mass } }, settings).outcomes;
  const [answer] = first?.matches ?? [];
  t.true(answer && 'undetermined' in answer && /only 0 pairs are within 0.2 standard/.test(answer.undetermined));
});
