import test from 'ava';
import { factorialSwap, type SwapOutcome } from '../../cohorts/analyses/factorialSwap.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { SWAP_FACTORS } from '../../cohorts/analyses/tablesBeside.ts';
import { openRandom } from '../../twin/random.ts';

const settings = { resamples: 400, seed: 1, level: 0.95 };
const NO_TABLE: ColumnTable = { columns: {}, rows: 0 };

/** ms that each factor adds, and what size and torso add together beyond that. */
const TRUE_ms = { heartShape: 0.5, heartSize: 6, heartPosition: 0, torso: 2, function: 1.5 } as const;
const TOGETHER_ms = 1;
const TRUE_GAP_ms = 11;

/** Exchanged twins of made-up pairs: each pair's factors add what is true, off by 1 ms each, and 2 ms that is one twin's own. */
function swapTable(pairs: number, seed: number, women = pairs): ColumnTable {
  const random = openRandom(seed, 'swaps');
  const names = ['pair', 'femaleSubject', 'maleSubject', ...SWAP_FACTORS, 'qrsDuration_ms'];
  const columns = Object.fromEntries(names.map((name) => [name, [] as (number | string)[]]));
  for (let pair = 0; pair < pairs; pair++) {
    const added = SWAP_FACTORS.map((factor) => TRUE_ms[factor] + random.normal());
    for (let combination = 0; combination < 32; combination++) {
      const isMale = SWAP_FACTORS.map((_, bit) => ((combination >> bit) & 1) === 1);
      const qrs = 85 + added.reduce((sum, value, bit) => sum + (isMale[bit] ? value : 0), 0) + 2 * random.normal();
      columns.pair?.push(`pair-${pair}`);
      columns.femaleSubject?.push(`f-${pair % women}`);
      columns.maleSubject?.push(`m-${pair}`);
      for (const [bit, factor] of SWAP_FACTORS.entries()) columns[factor]?.push(isMale[bit] ? 'male' : 'female');
      columns.qrsDuration_ms?.push(qrs + (isMale[1] && isMale[3] ? TOGETHER_ms : 0));
    }
  }
  return { columns, rows: 32 * pairs };
}

function answered(swaps: ColumnTable, resamples = settings.resamples): SwapOutcome {
  const [outcome] = factorialSwap.run(NO_TABLE, { ...settings, resamples }, { swaps }).outcomes;
  if (!outcome || 'undetermined' in outcome) throw new Error(outcome?.undetermined ?? 'no outcome');
  return outcome;
}

test('the shares of the five factors sum to the gap, and those of the groups to their factors’', (t) => {
  const { gap, factors, groups } = answered(swapTable(20, 1), 20);
  const of = (name: string) => [...factors, ...groups].find((effect) => effect.name === name)?.shapley.estimate ?? NaN;
  const sum = factors.reduce((total, { shapley }) => total + shapley.estimate, 0);
  t.true(Math.abs(sum - gap.estimate) < 1e-10);
  t.true(Math.abs(of('anatomy') - of('heartShape') - of('heartSize')) < 1e-10);
  t.true(Math.abs(of('geometry') + of('function') - gap.estimate) < 1e-10);
});

test('intervals cover what the factors truly add, and their interaction, in 92 to 98 of 100 cohorts', (t) => {
  const cohorts = 300;
  const covered: Record<string, number> = {};
  const count = (name: string, truth: number, { low, high }: { low: number; high: number }) => {
    covered[name] = (covered[name] ?? 0) + (low <= truth && truth <= high ? 1 : 0);
  };
  for (let seed = 0; seed < cohorts; seed++) {
    const { gap, factors, interactions } = answered(swapTable(40, seed), 200);
    count('gap', TRUE_GAP_ms, gap);
    for (const { name, shapley } of factors) {
      const half = name === 'heartSize' || name === 'torso' ? TOGETHER_ms / 2 : 0;
      count(name, TRUE_ms[name as keyof typeof TRUE_ms] + half, shapley);
    }
    const both = interactions.find(({ factors: [one, other] }) => one === 'heartSize' && other === 'torso');
    if (both) count('heartSize × torso', TOGETHER_ms, both.estimate);
  }
  const all = Object.values(covered).reduce((sum, value) => sum + value, 0) / (7 * cohorts);
  t.log(JSON.stringify(covered));
  t.true(all >= 0.92 && all <= 0.98, `${all}`);
  // 95 % of 300 is 285 ± 3.8; below 270 once in 10,000.
  for (const [name, value] of Object.entries(covered)) t.true(value >= 270, `${name}: ${value} of ${cohorts}`);
});
