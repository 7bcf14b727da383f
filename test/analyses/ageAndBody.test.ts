import test from 'ava';
import { ageAndBody, type TraitOutcome } from '../../cohorts/analyses/ageAndBody.ts';
import { bodyMassIndex_kg_m2, groupByAge, groupByBodyMass } from '../../cohorts/analyses/groups.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { livesTable } from './livesTable.ts';

const settings = { resamples: 200, seed: 1, level: 0.95 };

function answerOf(table: ColumnTable, trait: string, outcome = 'qrsDurationRecorded_ms'): TraitOutcome {
  const found = ageAndBody
    .run(table, settings)
    .answers.find((answer) => answer.trait === trait && answer.outcome === outcome);
  if (!found || 'undetermined' in found) throw new Error(`no answer on ${outcome} by ${trait}`);
  return found;
}

test('a person of 81 kg and 1.80 m has a body mass index of 25', (t) => {
  t.true(Math.abs(bodyMassIndex_kg_m2(180, 81) - 25) < 1e-12);
});

test('bounds of body mass belong to the group above, and ages to their decade', (t) => {
  const table = { rows: 5, columns: { bmi_kg_m2: [18.4, 18.5, 25, 30, null], age_y: [39.9, 40, 49.9, 50, null] } };
  t.deepEqual([...groupByBodyMass(table).levelOf], [0, 1, 2, 3, -1]);
  const { levels, levelOf } = groupByAge(table);
  t.deepEqual(levels, ['30-39', '40-49', '50-59']);
  t.deepEqual([...levelOf], [0, 1, 1, 2, -1]);
});

test('bands of a target take both ends, are open at the top, and leave out who is in none', (t) => {
  const { levelOf } = groupByAge({ rows: 4, columns: { age_y: [44, 45, 64.9, 80] } }, ['45-64', '65+']);
  t.deepEqual([...levelOf], [-1, 0, 0, 1]);
});

test('a planted slope of 2 ms a decade lies in its interval as often as the interval says', (t) => {
  let covered = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { slope } = answerOf(livesTable({ people: 150, seed, perYear_ms: 0.2 }), 'age_y');
    if (!('undetermined' in slope) && slope.low <= 2 && 2 <= slope.high) covered++;
  }
  // 95 % of 40 is 38; fewer than 33 happens once in 3,000.
  t.true(covered >= 33, `${covered} of 40`);
});

test('an effect of body mass beyond 25 bends the curve, and in women alone crosses it with sex', (t) => {
  const bent = answerOf(livesTable({ people: 800, seed: 1, perBmiBeyond25_ms: 2 }), 'bmi_kg_m2').curve;
  const crossed = answerOf(
    livesTable({ people: 800, seed: 1, perBmiBeyond25_ms: 2, inWomenAlone: true }),
    'bmi_kg_m2',
  ).curve;
  const none = answerOf(livesTable({ people: 800, seed: 4 }), 'bmi_kg_m2').curve;
  const p = (curve: TraitOutcome['curve'], test: 'interaction' | 'bend') => {
    if ('undetermined' in curve) throw new Error(curve.undetermined);
    const found = curve[test];
    return 'undetermined' in found ? Number.NaN : found.p_value;
  };
  t.true(p(bent, 'bend') < 1e-4 && p(bent, 'interaction') > 0.01);
  t.true(p(crossed, 'interaction') < 1e-4);
  t.true(p(none, 'bend') > 0.01 && p(none, 'interaction') > 0.01);
});

test('a curve follows the law that made the data, and its band holds it', (t) => {
  const { curve } = answerOf(livesTable({ people: 2000, seed: 2, perBmiBeyond25_ms: 2 }), 'bmi_kg_m2');
  if ('undetermined' in curve) return t.fail();
  t.is(curve.knots.length, 4);
  for (const { points, base } of [
    { points: curve.women, base: 95 },
    { points: curve.men, base: 100 },
  ]) {
    t.is(points.length, 41);
    for (const { x, estimate } of points) {
      const law = base + 2 * Math.max(0, x - 25);
      t.true(Math.abs(estimate - law) < 1.6, `${x}: ${estimate} and ${law}`);
    }
  }
});

test('tests of a curve that is straight and parallel are not significant more often than they say', (t) => {
  let found = 0;
  for (let seed = 0; seed < 100; seed++) {
    const { curve } = answerOf(livesTable({ people: 120, seed, perYear_ms: 0.2 }), 'age_y', 'lvMass_g');
    if ('undetermined' in curve || 'undetermined' in curve.interaction) return t.fail();
    if (curve.interaction.p_value < 0.05) found++;
  }
  // 5 of 100 are expected; more than 13 happens once in 2,000.
  t.true(found <= 13, `${found} of 100`);
});

test('a group of four has a sentence, and five have a mean', (t) => {
  const table = livesTable({ people: 200, seed: 3 });
  const isIn = (row: number, least: number) => row >= 0 && row < least;
  const women = (table.columns.sex ?? []).flatMap((sex, row) => (sex === 'female' ? [row] : []));
  for (const [count, isKnown] of [
    [4, false],
    [5, true],
  ] as const) {
    const ages = (table.columns.age_y ?? []).map((age, row) => (isIn(women.indexOf(row), count) ? 85 : age));
    const { groups } = answerOf({ rows: table.rows, columns: { ...table.columns, age_y: ages } }, 'age_y');
    const oldest = groups.find(({ sex, group }) => sex === 'female' && group === '80-89');
    t.is(oldest?.n, count);
    t.is(oldest !== undefined && !('undetermined' in oldest.mean), isKnown);
  }
});

test('without height nothing is said of body mass, and age is not adjusted for it', (t) => {
  const { columns, rows } = livesTable({ people: 200, seed: 3 });
  const { height_cm: _, ...rest } = columns;
  const { answers, leftOut } = ageAndBody.run({ rows, columns: rest }, settings);
  t.true(answers.filter(({ trait }) => trait === 'bmi_kg_m2').every((answer) => 'undetermined' in answer));
  const [first] = answers;
  if (!first || 'undetermined' in first) return t.fail();
  t.is(first.regressions[0]?.model, 'qrsDurationRecorded_ms ~ sex + age_y');
  t.regex(leftOut.join(), /bmi_kg_m2 is known of 0 of 200/);
});
