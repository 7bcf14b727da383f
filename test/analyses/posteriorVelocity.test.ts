import test from 'ava';
import { contraction } from '../../cohorts/analyses/contraction.ts';
import { posteriorVelocity } from '../../cohorts/analyses/posteriorVelocity.ts';
import type { ColumnTable } from '../../cohorts/analyses/table.ts';
import { openRandom } from '../../twin/random.ts';

const PRIOR = { median: 0.61, sd: 0.15 } as const;
const settings = { resamples: 100, seed: 1, level: 0.95, velocitySpread: PRIOR.sd };

interface Cohort {
  readonly perSex: number;
  readonly seed: number;
  /** Women − men, of ln v */
  readonly effect: number;
  /** Spread of people about their sex's mean */
  readonly tau: number;
  /** What the ECG leaves, s of the likelihood; undefined: the ECG says nothing */
  readonly s: ((random: ReturnType<typeof openRandom>) => number) | undefined;
  readonly members: number;
}

/** Twins with a known prior and likelihood: posteriors are Gaussian, ensembles are true draws from them. */
function cohortOf({ perSex, seed, effect, tau, s, members }: Cohort): { table: ColumnTable; draws: ColumnTable } {
  const random = openRandom(seed, 'twins of known posterior');
  const middle = Math.log(PRIOR.median);
  const columns: Record<string, (string | number)[]> = {
    subject: [],
    status: [],
    sex: [],
    age_y: [],
    lvFibreVelocity_mm_ms: [],
  };
  const drawn: Record<string, (string | number)[]> = { subject: [], draw: [], lvFibreVelocity_mm_ms: [] };
  for (let row = 0; row < 2 * perSex; row++) {
    const isFemale = row % 2;
    const truth = middle + 0.03 + effect * (isFemale - 0.5) + tau * random.normal();
    const own = s?.(random);
    const seen = own === undefined ? 0 : truth + own * random.normal();
    const precision = own === undefined ? 0 : 1 / own ** 2;
    const sd = 1 / Math.sqrt(precision + 1 / PRIOR.sd ** 2);
    const mean = (seen * precision + middle / PRIOR.sd ** 2) * sd ** 2;
    const cells = {
      subject: `s${row}`,
      status: 'done',
      sex: isFemale ? 'female' : 'male',
      age_y: 50 + 8 * random.normal(),
    };
    for (const [name, cell] of Object.entries({ ...cells, lvFibreVelocity_mm_ms: Math.exp(mean) }))
      columns[name]?.push(cell);
    for (let draw = 0; draw < members; draw++) {
      const cell = { subject: `s${row}`, draw, lvFibreVelocity_mm_ms: Math.exp(mean + sd * random.normal()) };
      for (const [name, value] of Object.entries(cell)) drawn[name]?.push(value);
    }
  }
  return { table: { columns, rows: 2 * perSex }, draws: { columns: drawn, rows: 2 * perSex * members } };
}

function answered(cohort: Cohort) {
  const { table, draws } = cohortOf(cohort);
  const [first] = posteriorVelocity.run(table, settings, { draws }).parameters;
  if (first === undefined) throw new Error('no parameter');
  return first;
}

test('a planted difference is found with the prior out, where posterior means show half of it', (t) => {
  const cohorts = 300;
  const effect = -0.04;
  let [covered, sum, shrunken] = [0, 0, 0];
  for (let seed = 0; seed < cohorts; seed++) {
    // s like the prior's spread: the ECG takes away half of the prior's variance
    const answer = answered({ perSex: 40, seed, effect, tau: 0.08, s: () => PRIOR.sd, members: 16 });
    if ('undetermined' in answer) return t.fail(answer.undetermined);
    const [alone] = answer.models;
    const truth = Math.expm1(effect);
    if (alone && alone.difference.low <= truth && truth <= alone.difference.high) covered++;
    sum += Math.log1p(alone?.difference.estimate ?? Number.NaN) / cohorts;
    shrunken += Math.log1p(answer.shrunken) / cohorts;
  }
  t.log(`covered ${covered} of ${cohorts}, mean ${sum.toFixed(4)}, of posterior means ${shrunken.toFixed(4)}`);
  t.true(covered >= 0.92 * cohorts && covered <= 0.98 * cohorts, `${covered}`);
  // The standard error of one cohort's estimate is about 0.04, that of the mean over 300 a seventeenth of it.
  t.true(Math.abs(sum - effect) < 0.008, `${sum}`);
  t.true(Math.abs(shrunken - effect / 2) < 0.004, `${shrunken}`);
});

test('where there is no difference, none is claimed more often than the level says', (t) => {
  let claims = 0;
  for (let seed = 0; seed < 200; seed++) {
    const answer = answered({ perSex: 30, seed, effect: 0, tau: 0.08, s: () => 0.1, members: 12 });
    if (!('undetermined' in answer) && (answer.models[0]?.difference.p_value ?? 1) < 0.05) claims++;
  }
  t.true(claims <= 20, `${claims} of 200`); // 10 ± 3
});

test('ensembles as wide as the prior get a sentence, not a small difference', (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const answer = answered({ perSex: 60, seed, effect: -0.1, tau: 0.08, s: undefined, members: 16 });
    t.true('undetermined' in answer && /say nothing|say as much of it/.test(answer.undetermined));
  }
});

test('a velocity that was held, or whose prior is not known, gets a sentence', (t) => {
  const { table, draws } = cohortOf({ perSex: 20, seed: 1, effect: 0, tau: 0.1, s: () => 0.1, members: 8 });
  const sentenceAt = (velocitySpread?: number) => {
    const { velocitySpread: _, ...others } = settings;
    const asked = velocitySpread === undefined ? others : { ...others, velocitySpread };
    const [first] = posteriorVelocity.run(table, asked, { draws }).parameters;
    return first && 'undetermined' in first ? first.undetermined : '';
  };
  t.regex(sentenceAt(0), /held at its prior/);
  t.regex(sentenceAt(), /prior is not known/);
});

test('repolarisation is set free by its columns of deviations, each twin by its own', (t) => {
  const random = openRandom(5, 'intervals');
  const prior = { mean: 235, sd: 50 };
  const columns: Record<string, (string | number)[]> = {
    subject: [],
    status: [],
    sex: [],
    ariMean_ms: [],
    ariMeanSd_ms: [],
  };
  for (let row = 0; row < 300; row++) {
    const s = 20 + 40 * random.uniform();
    const seen = 250 + (row % 2 ? 15 : 0) + 20 * random.normal() + s * random.normal();
    const sd = 1 / Math.sqrt(1 / s ** 2 + 1 / prior.sd ** 2);
    const cells = [
      `s${row}`,
      'done',
      row % 2 ? 'female' : 'male',
      sd ** 2 * (seen / s ** 2 + prior.mean / prior.sd ** 2),
      sd,
    ];
    for (const [at, name] of Object.keys(columns).entries()) columns[name]?.push(cells[at] ?? '');
  }
  const { parameters } = posteriorVelocity.run({ columns, rows: 300 }, settings);
  const answer = parameters.find(({ parameter }) => parameter === 'ariMean_ms');
  if (!answer || 'undetermined' in answer) return t.fail();
  const [alone] = answer.models;
  t.is(answer.unit, 'ms');
  t.true((alone?.difference.low ?? NaN) < 15 && 15 < (alone?.difference.high ?? NaN));
  t.true(Math.abs((alone?.difference.estimate ?? NaN) - 15) < Math.abs(answer.shrunken - 15));
  t.true(Math.abs((alone?.fit.tau ?? NaN) - 20) < 8, `${alone?.fit.tau}`); // ± 3
});

test('contraction is the posterior’s spread by the prior’s, for each sex, with the share of twins below 0.8', (t) => {
  const rows = 40;
  const columns = {
    subject: Array.from({ length: rows }, (_, row) => `s${row}`),
    status: Array.from({ length: rows }, () => 'done'),
    sex: Array.from({ length: rows }, (_, row) => (row % 2 ? 'female' : 'male')),
    ariMean_ms: new Array<number>(rows).fill(240),
    ariMeanSd_ms: Array.from({ length: rows }, (_, row) => (row % 2 ? 25 : row < 10 ? 20 : 45)),
  };
  const { parameters } = contraction.run({ columns, rows }, settings);
  const mean = parameters.find(({ parameter }) => parameter === 'ariMean_ms');
  if (!mean || 'undetermined' in mean) return t.fail();
  t.is(mean.women.mean, 0.5);
  t.is(mean.women.informed, 1);
  t.true(Math.abs(mean.men.mean - (5 * 0.4 + 15 * 0.9) / 20) < 1e-12);
  t.is(mean.men.informed, 0.25);
  t.is(mean.all.n, 40);
  const [velocity] = parameters;
  t.true(velocity && 'undetermined' in velocity && /no finished twin/.test(velocity.undetermined));
});
