import test from 'ava';
import type { EstimateRecord } from '../../cohorts/analyses/analysis.ts';
import { propagated } from '../../cohorts/analyses/propagated.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { bootstrapSums, countedRows } from '../../cohorts/statistics/bootstrapSums.ts';
import { compareGroups } from '../../cohorts/statistics/twoGroups.ts';
import { openCompletion } from '../../cohorts/uncertainty/completedTables.ts';
import { drawsFromSd } from '../../cohorts/uncertainty/drawsFromSd.ts';
import { type Propagated, propagate } from '../../cohorts/uncertainty/propagate.ts';
import { openRandom } from '../../twin/random.ts';
import { plantedTable } from '../analyses/plantedTable.ts';

const settings = { resamples: 100, seed: 1, level: 0.95 };

type Cells = Record<string, (string | number | null)[]>;

/** Posterior draws about numbers of 0 ± 1 in women and men, each seen with a standard error of s and drawn towards 0 by the true prior. */
function cohortOf(seed: number, { perSex, s, draws = 16 }: { perSex: number; s: number; draws?: number }) {
  const random = openRandom(seed, 'draws');
  const columns: Cells = { subject: [], status: [], sex: [], value_ms: [] };
  const drawn: Cells = { subject: [], draw: [], value_ms: [] };
  const kept = 1 / (1 + s * s);
  for (let row = 0; row < 2 * perSex; row++) {
    const mean = kept * (random.normal() + s * random.normal());
    const cells = [`s${row}`, 'done', row % 2 ? 'female' : 'male', mean];
    for (const [at, name] of Object.keys(columns).entries()) columns[name]?.push(cells[at] ?? null);
    for (let draw = 0; draw < draws; draw++) {
      const own = [`s${row}`, draw, mean + s * Math.sqrt(kept) * random.normal()];
      for (const [at, name] of Object.keys(drawn).entries()) drawn[name]?.push(own[at] ?? null);
    }
  }
  return { table: { columns, rows: 2 * perSex }, draws: { columns: drawn, rows: 2 * perSex * draws } };
}

const valuesOf = (table: ColumnTable, sex: string): number[] =>
  (table.columns.value_ms ?? []).filter((_, row) => table.columns.sex?.[row] === sex).map(Number);

const record = { analysis: 'made-up', outcome: 'value_ms', by: '', p_value: NaN, women: 0, men: 0 } as const;

/** Difference of means, women − men, by Welch; and the women's part of the sum of squares by bootstrap. */
const difference: Propagated = {
  name: 'made-up',
  run(table, { level, resamples, seed }) {
    const [women, men] = [valuesOf(table, 'female'), valuesOf(table, 'male')];
    const found = compareGroups(women, men, level);
    if ('undetermined' in found) return { estimates: [] };
    const [share] = bootstrapSums(
      ([a, b]) => [(a?.[1] ?? NaN) / ((a?.[1] ?? NaN) + (b?.[1] ?? NaN))],
      countedRows(
        [[...women, ...men].map((value) => value ** 2)],
        [women.map((_, at) => at), men.map((_, at) => women.length + at)],
      ),
      { level, resamples, seed },
    );
    const counts = { women: women.length, men: men.length };
    const estimates: EstimateRecord[] = [
      {
        ...record,
        ...counts,
        estimand: 'difference',
        unit: 'ms',
        estimate: found.difference,
        low: found.low,
        high: found.high,
        std_error: found.std_error,
        interval: 't',
      },
    ];
    if (share) estimates.push({ ...record, ...counts, estimand: 'share', unit: '1', ...share, interval: 'BCa' });
    return { estimates };
  },
};

function carried(seed: number, cohort: Parameters<typeof cohortOf>[1], through = 50) {
  const { table, draws } = cohortOf(seed, cohort);
  const completion = openCompletion(table, draws, seed);
  if (completion === undefined) throw new Error('nothing to complete');
  return propagate(difference, completion, table, settings, {}, { imputations: 20, resamples: 20, through });
}

test('of twins that differ as the prior allows, the carried interval covers no difference in at least 92 of 100 cohorts', (t) => {
  const cohorts = 300;
  const covered = { carried: 0, share: 0 };
  let ratio = 0;
  for (let seed = 0; seed < cohorts; seed++) {
    const [found, share] = carried(seed, { perSex: 25, s: 0.5 });
    if (!found || !share) return t.fail();
    if (found.record.low <= 0 && 0 <= found.record.high) covered.carried++;
    if (share.record.low <= 0.5 && 0.5 <= share.record.high) covered.share++;
    ratio += found.record.std_error / found.own.std_error / cohorts;
  }
  t.log(JSON.stringify({ ...covered, ratio }));
  for (const [part, count] of Object.entries(covered)) t.true(count >= 0.92 * cohorts, `${part}: ${count}`);
  // W is 2/n of the prior's variance 1 and B that of the posterior, 0.2; means as they are vary by 0.8.
  t.true(Math.abs(ratio - Math.sqrt((1 + (1 + 1 / 20) * 0.2) / 0.8)) < 0.03, `${ratio}`);
});

test('twins that are known fully give the answer’s own numbers', (t) => {
  const { table } = cohortOf(1, { perSex: 20, s: 0 });
  const sure = {
    columns: {
      subject: [...(table.columns.subject ?? []), ...(table.columns.subject ?? [])],
      draw: Array.from({ length: 80 }, (_, row) => Math.floor(row / 40)),
      value_ms: [...(table.columns.value_ms ?? []), ...(table.columns.value_ms ?? [])],
    },
    rows: 80,
  };
  const completion = openCompletion(table, sure, 1);
  if (completion === undefined) return t.fail();
  const [found] = propagate(difference, completion, table, settings);
  t.true(Math.abs((found?.record.estimate ?? NaN) - (found?.own.estimate ?? NaN)) < 1e-12);
  t.true(Math.abs((found?.record.std_error ?? NaN) - (found?.own.std_error ?? NaN)) < 1e-12);
  t.is(found?.record.interval, 'Rubin');
  t.is(found?.record.family, undefined);
});

test('four draws of each twin widen intervals as four draws do, however many tables they are dealt to', (t) => {
  const cohorts = 200;
  let ratio = 0;
  for (let seed = 0; seed < cohorts; seed++) {
    const [found] = carried(seed, { perSex: 25, s: 0.5, draws: 4 }, 2);
    if (!found) return t.fail();
    ratio += found.record.std_error / found.own.std_error / cohorts;
  }
  t.log(ratio);
  t.true(Math.abs(ratio - Math.sqrt((1 + (1 + 1 / 4) * 0.2) / 0.8)) < 0.015, `${ratio}`);
});

test('a subject’s draws are dealt in an order of its own, each once before any twice', (t) => {
  const { table, draws } = cohortOf(2, { perSex: 30, s: 0.5, draws: 6 });
  const completion = openCompletion(table, draws, 7);
  if (completion === undefined) return t.fail();
  const dealt = Array.from({ length: 6 }, (_, m) => completion.table(m).columns.value_ms ?? []);
  for (let row = 0; row < 60; row++) {
    const own = draws.columns.value_ms
      ?.slice(6 * row, 6 * row + 6)
      .map(Number)
      .sort();
    t.deepEqual(dealt.map((cells) => Number(cells[row])).sort(), own);
  }
  const firsts = new Set(
    dealt[0]?.map((value, row) => draws.columns.value_ms?.slice(6 * row, 6 * row + 6).indexOf(value)),
  );
  t.is(firsts.size, 6);
  t.notDeepEqual(completion.table(6), completion.table(0)); // dealt again, in another order
  t.is(completion.reuse(4), 1 / 4);
  t.true(Math.abs(completion.reuse(20) - 1 / 6) < 1e-12);
  t.deepEqual(openCompletion(table, draws, 7)?.table(3), completion.table(3));
});

test('rows without draws keep their values and are counted; quarantined ones are none', (t) => {
  const { table, draws } = cohortOf(3, { perSex: 5, s: 0.5, draws: 4 });
  const status = ['quarantined', ...(table.columns.status ?? []).slice(1)];
  const completion = openCompletion({ ...table, columns: { ...table.columns, status } }, { ...draws, rows: 20 }, 1);
  t.is(completion?.withDraws, 4);
  t.is(completion?.withoutDraws, 5);
  t.deepEqual(completion?.table(0).columns.value_ms?.slice(5), table.columns.value_ms?.slice(5));
});

test('draws from deviations have the columns’ means and deviations, of velocities as logarithms, and hang on the subject alone', (t) => {
  const columns = {
    subject: ['a', 'b'],
    status: ['done', 'done'],
    ariMean_ms: [240, 260],
    ariMeanSd_ms: [10, null],
    lvFibreVelocity_mm_ms: [0.6, 0.5],
    lvFibreVelocityRelativeSd: [0.1, 0.2],
    ensembleMembers: [8, 8],
  };
  const draws = drawsFromSd({ columns, rows: 2 }, settings, 2000);
  t.deepEqual(Object.keys(draws.columns), ['subject', 'draw', 'lvFibreVelocity_mm_ms', 'ariMean_ms']);
  const of = (name: string, subject: string) =>
    (draws.columns[name] ?? []).filter((_, row) => draws.columns.subject?.[row] === subject);
  const momentsOf = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
  };
  const ari = momentsOf(of('ariMean_ms', 'a').map(Number));
  t.true(Math.abs(ari.mean - 240) < 1 && Math.abs(ari.sd - 10) < 0.7, JSON.stringify(ari));
  t.true(of('ariMean_ms', 'b').every((value) => value === null));
  const velocity = momentsOf(of('lvFibreVelocity_mm_ms', 'b').map((value) => Math.log(Number(value))));
  t.true(
    Math.abs(velocity.mean - Math.log(0.5)) < 0.02 && Math.abs(velocity.sd - 0.2) < 0.013,
    JSON.stringify(velocity),
  );
  const alone = drawsFromSd(
    { columns: Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells.slice(0, 1)])), rows: 1 },
    settings,
    2000,
  );
  t.deepEqual(alone.columns.ariMean_ms, of('ariMean_ms', 'a'));
});

test('every answer about a drawn column comes back with a wider interval, and none about others', (t) => {
  const table = plantedTable({ perSex: 40, seed: 4, sizeEffect_ms_g: 0.1, functionEffect_ms: 2 });
  const random = openRandom(4, 'members');
  const drawn: Cells = { subject: [], draw: [], lvFibreVelocity_mm_ms: [], qrsDuration_ms: [] };
  for (let row = 0; row < table.rows; row++)
    for (let draw = 0; draw < 8; draw++) {
      drawn.subject?.push(String(table.columns.subject?.[row]));
      drawn.draw?.push(draw);
      for (const name of ['lvFibreVelocity_mm_ms', 'qrsDuration_ms'])
        drawn[name]?.push(Number(table.columns[name]?.[row]) * Math.exp(0.05 * random.normal()));
    }
  const beside = { draws: { columns: drawn, rows: 8 * table.rows } };
  const answer = propagated.run(table, settings, beside);
  t.is(answer.source, 'members');
  t.is(answer.whyNone, null);
  t.deepEqual([...new Set(answer.estimates.map(({ outcome }) => outcome))].sort(), [
    'lvFibreVelocity_mm_ms',
    'qrsDuration_ms',
  ]);
  t.deepEqual([...new Set(answer.estimates.map(({ interval }) => interval))].sort(), ['Rubin', 'draws']);
  const gap = answer.answers.find(
    ({ record: { estimand, outcome } }) => estimand === 'gap' && outcome === 'qrsDuration_ms',
  );
  t.true((gap?.record.std_error ?? 0) > (gap?.own.std_error ?? NaN));
  t.true((gap?.fractionMissing ?? NaN) > 0 && (gap?.fractionMissing ?? NaN) < 1);
  t.is(JSON.stringify(propagated.run(table, settings, beside)), JSON.stringify(answer));
});

test('a cohort without draws and deviations gets a sentence, as does one of which few twins have draws', (t) => {
  const table = plantedTable({ perSex: 10, seed: 5, sizeEffect_ms_g: 0.1, functionEffect_ms: 2 });
  t.regex(propagated.run(table, settings).whyNone ?? '', /ask for an ensemble/);
  const few = { columns: { subject: ['sub-0000', 'sub-0000'], draw: [0, 1], qrsDuration_ms: [90, 92] }, rows: 2 };
  t.regex(propagated.run(table, settings, { draws: few }).whyNone ?? '', /only 1 of 20/);
});

test('without ensembles repolarisation is carried, and a sentence says of each other calibrated outcome that it is not', (t) => {
  const planted = plantedTable({ perSex: 12, seed: 6, sizeEffect_ms_g: 0.1, functionEffect_ms: 2 });
  const random = openRandom(6, 'intervals');
  const ari = Array.from({ length: planted.rows }, () => 250 + 10 * random.normal());
  const columns = { ...planted.columns, ariMean_ms: ari, ariMeanSd_ms: ari.map(() => 4) };
  const answer = propagated.run({ rows: planted.rows, columns }, settings);
  t.is(answer.source, 'deviations');
  t.deepEqual([...new Set(answer.estimates.map(({ outcome }) => outcome))], ['ariMean_ms']);
  const [found, ...others] = answer.notCarried;
  t.is(others.length, 0);
  t.true(found?.outcomes.includes('lvFibreVelocity_mm_ms') && found.outcomes.includes('qrsDuration_ms'));
  t.false(found?.outcomes.some((outcome) => outcome.includes('Recorded')));
  t.regex(found?.undetermined ?? '', /nothing was drawn of .*simulated QRS duration.*an ensemble would tell/);
  t.regex(answer.verdict ?? '', /24 of 24 finished twins have draws made from the deviations.*times the answers’ own/);
});
