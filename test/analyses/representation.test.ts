import test from 'ava';
import { representation } from '../../cohorts/analyses/representation.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import type { WeightedAnswer } from '../../cohorts/analyses/weightedGap.ts';
import { livesTable } from './livesTable.ts';

const settings = { resamples: 200, seed: 1, level: 0.95 };

function gapOf({ gaps }: WeightedAnswer) {
  const [first] = gaps;
  if (!first || 'undetermined' in first) throw new Error(first?.undetermined ?? 'no gap');
  return first;
}

const columnOf = (table: ColumnTable, name: string) =>
  representation.run(table, settings).columns.find(({ column }) => column === name);

test('every subject of known age is in one group, and groups add up to the finished and the quarantined', (t) => {
  const table = livesTable({ people: 300, seed: 1, lostWhenOld: 0.3 });
  const ages = columnOf(table, 'ageGroup');
  const lost = table.columns.status?.filter((status) => status === 'quarantined').length ?? 0;
  const sum = (of: (group: { subjects: number; finished: { count: number } }) => number) =>
    ages?.groups.reduce((total, group) => total + of(group), 0);
  t.is(
    sum(({ subjects }) => subjects),
    300,
  );
  t.is(
    sum(({ finished }) => finished.count),
    300 - lost,
  );
  t.deepEqual(
    ages?.groups.map(({ level, finished }) => level < '60' === (finished.share === 1)),
    [true, true, true, true],
  );
});

test('weights by age bring a gap that differs by age to the population’s', (t) => {
  // Old men's QRS is 8 ms longer still: the gap is 5 ms when everyone is young, and 13 ms when everyone is old.
  const table = livesTable({ people: 3000, seed: 2, oldMen_ms: 8 });
  const gapAt = (old: number) =>
    gapOf(
      representation.run(table, { ...settings, target: { ageGroup: { '40-59': 1 - old, '60-79': old } } }).population,
    );
  for (const [old, gap] of [
    [0.1, 5.8],
    [0.9, 12.2],
  ] as const) {
    const { weighted, plain } = gapAt(old);
    t.true(weighted.low <= gap && gap <= weighted.high, `${old}: ${weighted.estimate}`);
    t.true(Math.abs(plain.estimate - 9) < 1);
  }
});

test('weights by sex alone change nothing of a gap between the sexes, and it is said', (t) => {
  const { population, isTargetGiven } = representation.run(livesTable({ people: 200, seed: 3 }), settings);
  const { plain, weighted, change } = gapOf(population);
  t.false(isTargetGiven);
  t.true(Math.abs(plain.estimate - weighted.estimate) < 1e-12 && Math.abs(change.high) < 1e-12);
  t.regex(population.sentence, /leave a difference between the sexes as it is/);
});

test('where old people are lost, weights by the chance of completion cover the gap of all', (t) => {
  let [plainCovers, weightedCovers] = [0, 0];
  for (let seed = 0; seed < 25; seed++) {
    const table = livesTable({ people: 1200, seed, oldMen_ms: 12, lostWhenOld: 0.6 });
    const { completion } = representation.run(table, { ...settings, resamples: 60 });
    const { plain, weighted } = gapOf(completion);
    // Half of all are old: 5 + 12/2.
    if (plain.low <= 11 && 11 <= plain.high) plainCovers++;
    if (weighted.low <= 11 && 11 <= weighted.high) weightedCovers++;
  }
  t.true(weightedCovers >= 19 && plainCovers < 10, `${weightedCovers} and ${plainCovers} of 25`);
});

test('a group that is rarer in the cohort than in the population is named, and so is one too small to speak of', (t) => {
  const table = livesTable({ people: 200, seed: 1 });
  const ethnicity = (table.columns.subject ?? []).map((_, row) => (row < 3 ? 'B' : row < 23 ? 'C' : 'A'));
  const { underRepresented, tooSmall, columns } = representation.run(
    { rows: 200, columns: { ...table.columns, ethnicity } },
    { ...settings, target: { ethnicity: { A: 0.6, B: 0.1, C: 0.2, D: 0.1 } } },
  );
  t.deepEqual(
    underRepresented.map((sentence) => sentence.slice(0, 12)),
    ['ethnicity B:', 'ethnicity C:'],
  );
  t.true(tooSmall.includes('ethnicity B: 3 of 3 finished, too few to say anything about'), tooSmall.join('\n'));
  const c = columns.find(({ column }) => column === 'ethnicity')?.groups.find(({ level }) => level === 'C');
  t.true(Math.abs((c?.ratio ?? 0) - 0.5) < 1e-12);
});

test('levels of the target that nobody has are named, and columns that the table lacks', (t) => {
  const { tooSmall, population } = representation.run(livesTable({ people: 100, seed: 1 }), {
    ...settings,
    target: { ageGroup: { '40-79': 0.8, '80+': 0.2 }, region: { north: 1 } },
  });
  t.true(tooSmall.some((sentence) => /ageGroup 80\+: nobody, though the population has 20.0 %/.test(sentence)));
  t.regex(population.sentence, /the table has no column region/);
});

test('few quarantined subjects are no ground for weights of completion', (t) => {
  const { completion } = representation.run(livesTable({ people: 100, seed: 1 }), settings);
  t.is(completion.gaps.length, 0);
  t.regex(completion.sentence, /0 quarantined subjects .* are too few .*: 20 are needed/);
});

test('cells are sex by age by body mass, each once, in order', (t) => {
  const { cells } = representation.run(livesTable({ people: 300, seed: 1 }), settings);
  t.is(
    cells.reduce((sum, { subjects }) => sum + subjects, 0),
    300,
  );
  t.is(new Set(cells.map(({ levels }) => JSON.stringify(levels))).size, cells.length);
  t.deepEqual(Object.keys(cells[0]?.levels ?? {}), ['sex', 'ageGroup', 'bmiGroup']);
  t.is(cells[0]?.levels.sex, 'female');
});

test('an empty table and one sex alone are answered in sentences', (t) => {
  const empty = representation.run({ columns: {}, rows: 0 }, settings);
  t.is(empty.estimates.length, 0);
  t.deepEqual(empty.underRepresented, []);
  const table = livesTable({ people: 100, seed: 1 });
  const women = { rows: 100, columns: { ...table.columns, sex: new Array<string>(100).fill('female') } };
  const { population } = representation.run(women, settings);
  t.true(population.gaps.every((gap) => 'undetermined' in gap));
});
