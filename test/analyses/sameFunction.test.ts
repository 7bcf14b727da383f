import test from 'ava';
import { AS_FAST, type FunctionGap, withFront } from '../../cohorts/analyses/functionGap.ts';
import { sameFunction } from '../../cohorts/analyses/sameFunction.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { openRandom } from '../../twin/random.ts';
import { plantedTable } from './plantedTable.ts';

const settings = { resamples: 200, seed: 1, level: 0.95 };
/** ms by which men's hearts differ from women's under one function, and by which women's own function differs. */
const ANATOMY_ms = 0.1 * 36;
const FUNCTION_ms = 1.5;

/** A cohort, and its hearts under one function: 70 ms and what size makes, with 1 ms of shape that the recording has too. */
function cohort(seed: number, perSex = 100): { table: ColumnTable; reference: ColumnTable } {
  const table = plantedTable({ perSex, seed, sizeEffect_ms_g: 0.1, functionEffect_ms: FUNCTION_ms, quarantined: 2 });
  const random = openRandom(seed, 'reference');
  const qrs = (table.columns.lvMass_g ?? []).map((mass) =>
    typeof mass === 'number' ? 70 + 0.1 * mass + random.normal() : null,
  );
  return {
    table,
    reference: { rows: table.rows, columns: { subject: table.columns.subject ?? [], qrsDuration_ms: qrs } },
  };
}

function simulated({ table, reference }: ReturnType<typeof cohort>, resamples = settings.resamples): FunctionGap {
  const { outcomes } = sameFunction.run(table, { ...settings, resamples }, { reference });
  const found = outcomes.find(({ outcome }) => outcome === 'qrsDuration_ms');
  if (!found || 'undetermined' in found) throw new Error(found?.undetermined ?? 'no outcome');
  return found;
}

test('anatomy and function sum to the gap, and function is the residual’s difference between the sexes', (t) => {
  const answer = simulated(cohort(1), 50);
  const { gap, parts, regressions } = answer;
  const [{ anatomy, function: left, share }] = parts;
  t.true(Math.abs(anatomy.estimate + left.estimate - gap.estimate) < 1e-10);
  t.true(Math.abs(share.estimate - anatomy.estimate / gap.estimate) < 1e-12);
  const [alone, withAge] = regressions;
  if (!alone || 'undetermined' in alone.fit) return t.fail();
  const sex = alone.fit.coefficients.find(({ term }) => term === 'sex');
  t.true(Math.abs((sex?.estimate ?? NaN) + left.estimate) < 1e-10);
  t.is(withAge?.model, 'qrsDuration_ms − reference ~ sex + age_y');
});

test('intervals cover what anatomy and function truly make of the gap in 92 to 98 of 100 cohorts', (t) => {
  const cohorts = 300;
  const truth = { anatomy: ANATOMY_ms, function: FUNCTION_ms, share: ANATOMY_ms / (ANATOMY_ms + FUNCTION_ms) };
  const covered = { anatomy: 0, function: 0, share: 0 };
  for (let seed = 0; seed < cohorts; seed++) {
    const [answer] = simulated(cohort(seed)).parts;
    for (const part of ['anatomy', 'function', 'share'] as const) {
      if (answer[part].low <= truth[part] && truth[part] <= answer[part].high) covered[part]++;
    }
  }
  t.log(JSON.stringify(covered));
  const all = (covered.anatomy + covered.function + covered.share) / (3 * cohorts);
  t.true(all >= 0.92 && all <= 0.98, `${all}`);
  // 95 % of 300 is 285 ± 3.8
  for (const [part, count] of Object.entries(covered)) t.true(count >= 270, `${part}: ${count}`);
});

test('rows are joined by subject whatever their order, and a subject without a reference is left out and counted', (t) => {
  const { table, reference } = cohort(3, 30);
  const turned = {
    rows: reference.rows,
    columns: Object.fromEntries(Object.entries(reference.columns).map(([name, cells]) => [name, cells.toReversed()])),
  };
  t.deepEqual(simulated({ table, reference: turned }, 30), simulated({ table, reference }, 30));
  const shorter = {
    rows: 55,
    columns: Object.fromEntries(Object.entries(reference.columns).map(([name, cells]) => [name, cells.slice(0, 55)])),
  };
  const { rows } = simulated({ table, reference: shorter }, 30);
  t.is(rows.women + rows.men, 55);
  t.deepEqual(Object.values(rows.missing), [5]);
});

test('amplitudes of the whole beat are those of its leads, the largest by size', (t) => {
  const { table, reference } = cohort(4, 20);
  const leads = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  const columns: Record<string, readonly (number | string | null)[]> = { ...table.columns };
  for (const [at, lead] of leads.entries()) {
    columns[`rAmplitude${lead}_mV`] = rows.map((row) => 0.1 * at + 0.01 * row);
    columns[`sAmplitude${lead}_mV`] = rows.map(() => 0.2);
  }
  const beside = {
    rows: reference.rows,
    columns: { ...reference.columns, qrsAmplitude_mV: rows.map((row) => 0.9 + 0.01 * row) },
  };
  const { outcomes } = sameFunction.run(
    { rows: table.rows, columns },
    { ...settings, resamples: 30 },
    { reference: beside },
  );
  const found = outcomes.find(({ outcome }) => outcome === 'qrsAmplitude_mV');
  if (!found || 'undetermined' in found) return t.fail();
  // V6: 0.7 + 0.01 row above and 0.2 below, which is the reference's 0.9 + 0.01 row
  t.true(Math.abs(found.parts[0].function.estimate) < 1e-12);
  t.is(found.unit, 'mV');
});

test('without a reference table the answer is a sentence', (t) => {
  const answer = sameFunction.run(cohort(5, 10).table, settings);
  t.regex(answer.whyNone ?? '', /no table/);
  t.deepEqual(answer.estimates, []);
});

/** The same hearts with two fronts: 1/speed times a length that their mass gives, and what does not hang on the front. */
function withFronts({ table, reference }: ReturnType<typeof cohort>): ColumnTable {
  const masses = table.columns.lvMass_g ?? [];
  const qrsWith = (front_mm_ms: number) =>
    masses.map((mass) => (typeof mass === 'number' ? 30 + (20 + 0.3 * mass) / front_mm_ms : null));
  return {
    rows: reference.rows,
    columns: {
      ...reference.columns,
      qrsDuration_ms: qrsWith(1.55),
      slowFrontQrsDuration_ms: qrsWith(0.9),
    },
  };
}

const near = (a: number | undefined, b: number, within: number) => Math.abs((a ?? Number.NaN) - b) < within;

test('hearts that run by the law with another front have that front, and all of their gap is anatomy', (t) => {
  for (const front of [1.6, 1.4, 1.05, 0.88]) {
    const made = cohort(6, 40);
    const columns = { ...made.table.columns };
    columns.qrsDuration_ms = (columns.lvMass_g ?? []).map((mass) =>
      typeof mass === 'number' ? 30 + (20 + 0.3 * mass) / front : null,
    );
    const answer = simulated({ table: { rows: made.table.rows, columns }, reference: withFronts(made) }, 30);
    if ('undetermined' in answer.front) return t.fail(answer.front.undetermined);
    t.true(near(answer.front.estimate, front, 1e-9), `front ${front}`);
    const [first, lawFront, slowFront] = answer.parts;
    t.is(first.by, AS_FAST);
    t.true(near(first.function.estimate, 0, 1e-9) && near(first.share.estimate, 1, 1e-9));
    // The law's own gap is that of a front of 1.55 mm/ms, whatever the cohort's.
    t.is(lawFront?.by, withFront('lawFront'));
    t.true(near(lawFront?.anatomy.estimate, (answer.gap.estimate * front) / 1.55, 1e-9));
    t.true(near(slowFront?.anatomy.estimate, (answer.gap.estimate * front) / 0.9, 1e-9));
    const { fit } = answer.regressions[0] ?? {};
    t.true(fit !== undefined && !('undetermined' in fit) && near(fit.coefficients[1]?.estimate, 0, 1e-9));
  }
});

test('a front is told from the mean of both sexes alike, however many there are of each', (t) => {
  const made = cohort(7, 40);
  const few = { ...made.table.columns };
  // Twenty women are left out: they get no QRS duration.
  few.qrsDuration_ms = (few.qrsDuration_ms ?? []).map((qrs, row) => (row < 40 && row % 2 === 0 ? null : qrs));
  const reference = withFronts(made);
  const answer = simulated({ table: { rows: made.table.rows, columns: few }, reference }, 30);
  t.is(answer.rows.women, 20);
  const kept = (row: number) => few.qrsDuration_ms?.[row] !== null && few.status?.[row] === 'done';
  const meanOf = (column: readonly unknown[] = [], sex: number) => {
    const some = column.filter((_, row) => row % 2 === sex && kept(row)).map(Number);
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  };
  const both = (column: readonly unknown[] | undefined) => (meanOf(column, 0) + meanOf(column, 1)) / 2;
  const [own, fast, slow] = [
    few.qrsDuration_ms,
    reference.columns.qrsDuration_ms,
    reference.columns.slowFrontQrsDuration_ms,
  ].map(both);
  const weight = ((own ?? 0) - (fast ?? 0)) / ((slow ?? 0) - (fast ?? 0));
  if ('undetermined' in answer.front) return t.fail(answer.front.undetermined);
  t.true(near(answer.front.estimate, 1 / (1 / 1.55 + weight * (1 / 0.9 - 1 / 1.55)), 1e-9));
});

test('a cohort that no front of the reference makes as fast gets a sentence, and the parts with the reference’s own', (t) => {
  const made = cohort(8, 20);
  const columns = { ...made.table.columns };
  columns.qrsDuration_ms = (columns.qrsDuration_ms ?? []).map((qrs) => (typeof qrs === 'number' ? qrs + 60 : null));
  const answer = simulated({ table: { rows: made.table.rows, columns }, reference: withFronts(made) }, 30);
  t.regex(
    'undetermined' in answer.front ? answer.front.undetermined : '',
    /lies outside what the reference’s fronts make/,
  );
  t.deepEqual(
    answer.parts.map(({ by }) => by),
    (['lawFront', 'slowFront'] as const).map(withFront),
  );
  const { front, parts } = simulated(made, 30);
  t.regex('undetermined' in front ? front.undetermined : '', /one front alone/);
  t.is(parts.length, 1);
});
