import type { EstimateRecord } from '../analyses/analysis.ts';
import { type Proportion, proportionOf } from '../statistics/proportions.ts';
import { ESTIMANDS, type ValidatedEstimand } from './estimands.ts';
import type { Truth } from './truth.ts';

/** How often a nominal 95 % interval may hold the truth for it to be called honest. */
export const HONEST_COVERAGE = { low: 0.92, high: 0.98 } as const;

/** How one number did over many cohorts of one scenario. */
export interface Score {
  readonly scenario: string;
  readonly question: ValidatedEstimand['question'];
  readonly title: string;
  readonly unit: string;
  readonly truth: number;
  /** Cohorts that gave a number with an interval */
  readonly cohorts: number;
  readonly mean: number;
  /** mean − truth, and its standard error over the cohorts */
  readonly bias: number;
  readonly biasError: number;
  /** Root mean square of estimate − truth */
  readonly rmse: number;
  /** Intervals that hold the truth, with a 95 % interval of that share */
  readonly coverage: Proportion;
  /** Mean width of the intervals */
  readonly width: number;
  /** Intervals that exclude no effect (a share: all of the gap): an error where that is the truth, power where it is not */
  readonly excludesNone: Proportion;
  /** Whether `excludesNone` counts errors */
  readonly isNoneTrue: boolean;
}

/** Scores of every estimand that has a truth in this scenario and a record in at least one cohort. */
export function scoreRecords(scenario: string, truth: Truth, cohorts: readonly (readonly EstimateRecord[])[]): Score[] {
  return ESTIMANDS.flatMap((estimand) => {
    const expected = truth[estimand.truth];
    const found = cohorts
      .map((records) => records.find((record) => isOf(record, estimand)))
      .filter((record) => record !== undefined && Number.isFinite(record.low) && Number.isFinite(record.high));
    if (found.length === 0 || !Number.isFinite(expected)) return [];
    return [scoreOf(scenario, estimand, expected, found as EstimateRecord[])];
  });
}

/** Whether a record is the estimand's. */
export const isOf = (record: EstimateRecord, { analysis, estimand, outcome, by }: ValidatedEstimand): boolean =>
  record.analysis === analysis && record.estimand === estimand && record.outcome === outcome && record.by === by;

function scoreOf(
  scenario: string,
  estimand: ValidatedEstimand,
  truth: number,
  found: readonly EstimateRecord[],
): Score {
  const { question, title, unit, none } = estimand;
  const count = found.length;
  const meanOf = (value: (record: EstimateRecord) => number) =>
    found.reduce((sum, record) => sum + value(record), 0) / count;
  const mean = meanOf(({ estimate }) => estimate);
  const variance = (meanOf(({ estimate }) => (estimate - mean) ** 2) * count) / Math.max(1, count - 1);
  const countOf = (holds: (record: EstimateRecord) => boolean) => proportionOf(found.filter(holds).length, count, 0.95);
  return {
    scenario,
    question,
    title,
    unit,
    truth,
    cohorts: count,
    mean,
    bias: mean - truth,
    biasError: Math.sqrt(variance / count),
    rmse: Math.sqrt(meanOf(({ estimate }) => (estimate - truth) ** 2)),
    coverage: countOf(({ low, high }) => low <= truth && truth <= high),
    width: meanOf(({ low, high }) => high - low),
    excludesNone: countOf(({ low, high }) => low > none || high < none),
    isNoneTrue: Math.abs(truth - none) < NONE_WITHIN[unit === 'ms' ? 'ms' : 'share'],
  };
}

/** What counts as no effect: truths are taken in a finite population. */
const NONE_WITHIN = { ms: 0.1, share: 0.005 } as const;
