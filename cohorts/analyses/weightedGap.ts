import { bootstrapSums, type SummedRows } from '../statistics/bootstrapSums.ts';
import { isUndetermined, type Undetermined } from '../statistics/leastSquares.ts';
import { fitLogistic } from '../statistics/logistic.ts';
import { effectiveSize, type RakedMargin, rake, type TargetMargins, WEIGHT_BOUNDS } from '../statistics/weights.ts';
import type { AnalysisSettings, Coefficient, Estimate, EstimateRecord } from './analysis.ts';
import { COLUMN, labelOf } from './columns.ts';
import { knownTraits } from './covariates.ts';
import { bootstrapRecord } from './estimates.ts';
import type { Grouping } from './groups.ts';
import { LEAST_PER_SEX, OUTCOMES } from './sexSize.ts';
import { type ColumnTable, finishedRows, numbersOf, sexesOf } from './table.ts';

/** Quarantined subjects for each term of the regression of completion (Vittinghoff & McCulloch, Am J Epidemiol, 2007, find five to nine tolerable). */
const LEAST_EVENTS_PER_TERM = 5;
const COMPLETION_TERMS = [COLUMN.age, COLUMN.height, COLUMN.weight];

/** The gap of one outcome, men − women, with every subject counting as one and as its weight. */
export interface WeightedGap {
  readonly outcome: string;
  readonly women: number;
  readonly men: number;
  readonly plain: Estimate;
  readonly weighted: Estimate;
  /** weighted − plain, with the interval of the two together */
  readonly change: Estimate;
}

/** What one way of weighting says. */
export interface WeightedAnswer {
  /** How the weights came about and how far they got */
  readonly sentence: string;
  /** Finished subjects that have a weight */
  readonly subjects: number;
  /** (Σw)²/Σw² */
  readonly effectiveSize: number;
  readonly lowest: number;
  readonly highest: number;
  readonly gaps: readonly (WeightedGap | (Undetermined & { readonly outcome: string }))[];
  /** Log odds ratios of being finished, where weights came from them */
  readonly model: readonly Coefficient[];
  readonly estimates: readonly EstimateRecord[];
}

/**
 * Weights under which the finished subjects have the population's margins, and the gap under them. Subjects whose group is not known, or not in the target,
 * have none; levels of the target that nobody has are left out of it.
 */
export function populationWeights(
  table: ColumnTable,
  groupings: readonly Grouping[],
  target: TargetMargins,
  settings: AnalysisSettings,
): WeightedAnswer {
  const finished = finishedRows(table);
  const unknown = Object.keys(target).filter((column) => !groupings.some((grouping) => grouping.column === column));
  const wanted = groupings.flatMap(({ column, levels, levelOf }) => {
    const shares = target[column];
    return shares
      ? [{ column, levelOf, shares: levels.map((level) => (Object.hasOwn(shares, level) ? (shares[level] ?? 0) : 0)) }]
      : [];
  });
  const rows = Array.from(finished.keys()).filter(
    (row) => finished[row] && wanted.every(({ levelOf, shares }) => (shares[levelOf[row] ?? -1] ?? 0) > 0),
  );
  const by = 'population margins';
  if (rows.length === 0) {
    const sentence = 'no finished subject belongs to a group of the target';
    return answerOf(table, rows, new Float64Array(), sentence, by, settings);
  }
  const margins: RakedMargin[] = wanted.map(({ column, levelOf, shares }) => {
    const present = shares.map((share, level) => (rows.some((row) => levelOf[row] === level) ? share : 0));
    const sum = present.reduce((total, share) => total + share, 0);
    return { column, levels: rows.map((row) => levelOf[row] ?? 0), shares: present.map((share) => share / sum) };
  });
  const { weights, sentence } = rake(rows.length, margins);
  const outside = finished.filter(Boolean).length - rows.length;
  const remarks = [
    `raked to ${margins.map(({ column }) => column).join(', ') || 'nothing'}: ${sentence}`,
    ...(outside > 0 ? [`${outside} finished subjects belong to no group of the target`] : []),
    ...(unknown.length > 0 ? [`the table has no column ${unknown.join(', ')}`] : []),
    ...(margins.length === 1 && margins[0]?.column === 'sex'
      ? ['weights by sex alone leave a difference between the sexes as it is']
      : []),
  ];
  return answerOf(table, rows, weights, remarks.join('; '), by, settings);
}

/** Inverse chances of being finished, from a logistic regression on sex, age and body size, and the gap under them. */
export function completionWeights(table: ColumnTable, settings: AnalysisSettings): WeightedAnswer {
  const none = (sentence: string) =>
    answerOf(table, [], new Float64Array(), sentence, 'chance of completion', settings);
  const finished = finishedRows(table);
  const sexes = sexesOf(table);
  const { known } = knownTraits(table, COMPLETION_TERMS);
  const columns = known.map((name) => ({ name, values: numbersOf(table, name) }));
  const rows = Array.from(finished.keys()).filter(
    (row) => sexes[row] !== null && columns.every(({ values }) => !Number.isNaN(values[row])),
  );
  const done = rows.map((row) => (finished[row] ? 1 : 0));
  const lost = done.filter((isDone) => isDone === 0).length;
  const least = LEAST_EVENTS_PER_TERM * (columns.length + 1);
  if (lost < least) {
    return none(
      `${lost} quarantined ${lost === 1 ? 'subject' : 'subjects'} with known sex, ${known.map(labelOf).join(', ') || 'and nothing else'} ${lost === 1 ? 'is' : 'are'} too few to say whom a twin is missing of: ${least} are needed`,
    );
  }
  const fit = fitLogistic(
    done,
    [
      { name: 'sex', values: rows.map((row) => (sexes[row] === 'female' ? 1 : 0)) },
      ...columns.map(({ name, values }) => ({ name, values: rows.map((row) => values[row] ?? Number.NaN) })),
    ],
    settings.level,
  );
  if (isUndetermined(fit)) return none(fit.undetermined);
  const kept = rows.flatMap((row, at) =>
    done[at] === 1 ? [{ row, inverse: 1 / (fit.probabilities[at] ?? Number.NaN) }] : [],
  );
  const mean = kept.reduce((sum, { inverse }) => sum + inverse, 0) / kept.length;
  const weights = Float64Array.from(kept, ({ inverse }) =>
    Math.min(WEIGHT_BOUNDS.high, Math.max(WEIGHT_BOUNDS.low, inverse / mean)),
  );
  const sentence = `inverse chances of being finished by ${['sex', ...known.map(labelOf)].join(', ')}: ${done.length - lost} finished, ${lost} quarantined`;
  const answer = answerOf(
    table,
    kept.map(({ row }) => row),
    weights,
    sentence,
    'chance of completion',
    settings,
  );
  return { ...answer, model: fit.coefficients };
}

function answerOf(
  table: ColumnTable,
  rows: readonly number[],
  weights: Float64Array,
  sentence: string,
  by: string,
  settings: AnalysisSettings,
): WeightedAnswer {
  const gaps = rows.length === 0 ? [] : OUTCOMES.map((outcome) => gapOf(table, outcome, rows, weights, settings));
  return {
    sentence,
    subjects: rows.length,
    effectiveSize: effectiveSize(weights),
    lowest: weights.reduce((least, weight) => Math.min(least, weight), weights[0] ?? Number.NaN),
    highest: weights.reduce((most, weight) => Math.max(most, weight), weights[0] ?? Number.NaN),
    gaps,
    model: [],
    estimates: gaps.flatMap((gap) => (isUndetermined(gap) ? [] : recordsOf(gap, by))),
  };
}

/** gap = Σ_men w y / Σ_men w − Σ_women w y / Σ_women w */
function gapOf(
  table: ColumnTable,
  outcome: string,
  rows: readonly number[],
  weights: Float64Array,
  settings: AnalysisSettings,
): WeightedAnswer['gaps'][number] {
  const [values, sexes] = [numbersOf(table, outcome), sexesOf(table)];
  const width = 4;
  const numbers = new Float64Array(rows.length * width);
  const strata: number[][][] = [[], []];
  for (const [at, row] of rows.entries()) {
    const [value, weight] = [values[row] ?? Number.NaN, weights[at] ?? 0];
    if (Number.isNaN(value) || sexes[row] === null) continue;
    numbers.set([1, value, weight, weight * value], at * width);
    strata[sexes[row] === 'male' ? 0 : 1]?.push([at]);
  }
  const [men = 0, women = 0] = strata.map((stratum) => stratum.length);
  if (men < LEAST_PER_SEX || women < LEAST_PER_SEX) {
    return {
      outcome,
      undetermined: `${women} women and ${men} men have a weight: at least ${LEAST_PER_SEX} of each are needed`,
    };
  }
  const [plain, weighted, change] = bootstrapSums(
    ([m, f]) => {
      const ratio = (sums: Float64Array | undefined, at: number) =>
        (sums?.[at + 1] ?? Number.NaN) / (sums?.[at] ?? Number.NaN);
      const [unweighted, underWeights] = [ratio(m, 0) - ratio(f, 0), ratio(m, 2) - ratio(f, 2)];
      return [unweighted, underWeights, underWeights - unweighted];
    },
    { numbers, width, strata } satisfies SummedRows,
    settings,
  );
  if (!plain || !weighted || !change) throw new RangeError('the bootstrap gave no gap');
  return { outcome, women, men, plain, weighted, change };
}

function recordsOf({ outcome, women, men, plain, weighted, change }: WeightedGap, by: string): EstimateRecord[] {
  const name = (estimand: string) => ({ analysis: 'representation', estimand, outcome, by, unit: 'ms', women, men });
  return [
    bootstrapRecord(name('gap'), plain),
    bootstrapRecord(name('weightedGap'), weighted),
    bootstrapRecord(name('weightingChange'), change),
  ];
}
