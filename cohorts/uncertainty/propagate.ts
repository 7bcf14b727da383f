import { openRandom } from '../../twin/random.ts';
import type { AnalysisResult, AnalysisSettings, EstimateRecord, TablesBeside } from '../analyses/analysis.ts';
import type { ColumnTable } from '../analyses/table.ts';
import { quantile } from '../statistics/bootstrap.ts';
import { poolByRubin } from '../statistics/rubin.ts';
import type { Completion } from './completedTables.ts';

/** How uncertainty is carried from twins to the group. */
export interface PropagationSettings {
  /** Completed tables, M: with 20 the interval's ends are off by a few per cent of its width where half of the information is missing. */
  readonly imputations: number;
  /** Bootstrap resamples within each completed table: only standard errors are taken from them. */
  readonly resamples: number;
  /** Tables whose rows and draws are both drawn, for numbers that are not normal */
  readonly through: number;
}

export const DEFAULT_PROPAGATION: PropagationSettings = { imputations: 20, resamples: 200, through: 200 };

/** One number of an answer with what is not known of the twins in its interval. */
export interface PropagatedEstimate {
  readonly record: EstimateRecord;
  /** The same from the table as it is */
  readonly own: Pick<EstimateRecord, 'estimate' | 'std_error'>;
  /** Fraction of the information that is missing for not knowing the twins fully; null where it is not by Rubin's rules */
  readonly fractionMissing: number | null;
  readonly degreesOfFreedom: number | null;
}

/** An analysis as propagation sees it: its records alone. */
export interface Propagated {
  readonly name: string;
  run(table: ColumnTable, settings: AnalysisSettings, beside?: TablesBeside): Pick<AnalysisResult, 'estimates'>;
}

/** Numbers whose distribution is skewed: a part by a whole that may be small. */
const isShare = ({ estimand, unit }: EstimateRecord): boolean => unit === '1' && /share/i.test(estimand);

/**
 * An analysis' numbers on M completed tables, joined by Rubin's rules; its shares, which are far from normal, by percentiles over tables whose rows are
 * drawn anew with one draw each (bootstrap through draws). Only numbers that have an interval, about columns that were drawn, have an answer.
 *
 * Draws are from posteriors, which the prior has drawn together: this widens intervals and does not undo that pull (docs/uncertainty.md#what-a-prior-does).
 */
export function propagate(
  analysis: Propagated,
  completion: Completion,
  table: ColumnTable,
  settings: AnalysisSettings,
  beside: TablesBeside = {},
  propagation: PropagationSettings = DEFAULT_PROPAGATION,
): PropagatedEstimate[] {
  const reduced = { ...settings, resamples: Math.min(propagation.resamples, settings.resamples) };
  const runOn = (completed: ColumnTable, resamples: number) =>
    byKey(analysis.run(completed, { ...reduced, resamples }, beside).estimates);
  const own = [...runOn(table, reduced.resamples).values()].filter(
    ({ outcome, interval }) => completion.columns.includes(outcome) && interval !== 'none',
  );
  if (own.length === 0) return [];
  const imputed = Array.from({ length: propagation.imputations }, (_, m) =>
    runOn(completion.table(m), reduced.resamples),
  );
  const random = openRandom(settings.seed, `bootstrap through draws: ${analysis.name}`);
  const through = own.some(isShare)
    ? Array.from({ length: propagation.through }, () => runOn(completion.resampled(random), 0))
    : [];
  return own.flatMap((record): PropagatedEstimate[] => {
    const key = keyOf(record);
    const found = imputed.map((records) => records.get(key));
    const { estimate, std_error } = record;
    if (isShare(record)) {
      const centre = middle(found.map((each) => each?.estimate ?? Number.NaN));
      const spread = throughDraws(
        through.map((records) => records.get(key)?.estimate ?? Number.NaN),
        settings.level,
      );
      if (spread === undefined || Number.isNaN(centre)) return [];
      const joined = { ...unlabelled(record), estimate: centre, ...spread, p_value: Number.NaN };
      return [
        {
          record: { ...joined, interval: 'draws' },
          own: { estimate, std_error },
          fractionMissing: null,
          degreesOfFreedom: null,
        },
      ];
    }
    const pooled = poolByRubin(
      found.map((each) => each?.estimate ?? Number.NaN),
      found.map((each) => each?.std_error ?? Number.NaN),
      record.women + record.men - 2,
      settings.level,
      completion.reuse(propagation.imputations),
    );
    if (pooled === undefined) return [];
    const { low, high, p_value, fractionMissing, degreesOfFreedom } = pooled;
    const joined = {
      ...unlabelled(record),
      estimate: pooled.estimate,
      std_error: pooled.std_error,
      low,
      high,
      p_value,
    };
    return [
      { record: { ...joined, interval: 'Rubin' }, own: { estimate, std_error }, fractionMissing, degreesOfFreedom },
    ];
  });
}

/** Without what belongs to the test of the number as it is: the same question is not asked twice within a family. */
function unlabelled({ family: _, p_holm: __, q_value: ___, ...record }: EstimateRecord): EstimateRecord {
  return record;
}

const keyOf = ({ analysis, estimand, outcome, by }: EstimateRecord): string =>
  JSON.stringify([analysis, estimand, outcome, by]);

const byKey = (records: readonly EstimateRecord[]): Map<string, EstimateRecord> =>
  new Map(records.map((record) => [keyOf(record), record]));

/** Median: one completed table in which the whole is near 0 does not carry it away. */
const middle = (values: readonly number[]): number =>
  quantile(
    values.filter(Number.isFinite).sort((one, other) => one - other),
    0.5,
  );

/** Least share of the tables that must have the number. */
const LEAST_KNOWN = 0.9;

function throughDraws(
  values: readonly number[],
  level: number,
): Pick<EstimateRecord, 'low' | 'high' | 'std_error'> | undefined {
  const sorted = values.filter(Number.isFinite).sort((one, other) => one - other);
  if (sorted.length < LEAST_KNOWN * values.length || sorted.length < 2) return undefined;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const tail = (1 - level) / 2;
  return {
    low: quantile(sorted, tail),
    high: quantile(sorted, 1 - tail),
    std_error: Math.sqrt(squares / (sorted.length - 1)),
  };
}
