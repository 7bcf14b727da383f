import { bootstrapSums, countedRows } from '../statistics/bootstrapSums.ts';
import { coefficientOf, isUndetermined } from '../statistics/leastSquares.ts';
import { compareGroups, type GroupComparison, pickRows } from '../statistics/twoGroups.ts';
import type {
  AnalysisSettings,
  Estimate,
  EstimateRecord,
  RegressionRecord,
  RowsUsed,
  Undetermined,
} from './analysis.ts';
import { labelOf } from './columns.ts';
import { bootstrapRecord, coefficientRecord, comparisonRecord } from './estimates.ts';
import { completeRows, regressOnSex, type SexRows, valuesOf, whyNotComparable } from './sexSize.ts';
import { type ColumnTable, numbersOf } from './table.ts';

/** One column, women against men. */
export interface SexDifference {
  readonly rows: RowsUsed;
  /** Women's mean minus men's, in the column's unit. */
  readonly difference: Estimate;
  /** The same as a share of the men's mean. */
  readonly relative: Estimate;
  readonly welch: GroupComparison | Undetermined;
  /** On sex, alone and with what is adjusted for; each on the rows that are complete for it */
  readonly regressions: readonly RegressionRecord[];
  /** Women and men of each regression */
  readonly counts: readonly { readonly women: number; readonly men: number }[];
}

/**
 * Difference of a column's means between women and men: bootstrap, Welch's test, and HC3 regressions on sex with covariates.
 *
 * @param adjustments  sets of covariates; those that nobody has a number in are passed over, and a set that is then none or another's is left out
 * @returns also the column's complete values, [women + men]
 */
export function sexDifference(
  table: ColumnTable,
  column: string,
  adjustments: readonly (readonly string[])[],
  settings: AnalysisSettings,
): (SexDifference & { readonly values: Float64Array }) | (Undetermined & { readonly rows: RowsUsed }) {
  const rows = completeRows(table, [column]);
  const reason = whyNotComparable(rows.used);
  if (reason) return { ...reason, rows: rows.used };
  const values = valuesOf(rows, column);
  const [difference, relative] = bootstrapSums(
    ([women, men]) => {
      const [ofWomen, ofMen] = [meanOf(women), meanOf(men)];
      return [ofWomen - ofMen, (ofWomen - ofMen) / ofMen];
    },
    countedRows([values], [rows.women, rows.men]),
    settings,
  );
  if (!difference || !relative) throw new RangeError('the bootstrap gave no difference');
  const models = knownAdjustments(table, adjustments).map((covariates) => {
    const complete: SexRows = covariates.length === 0 ? rows : completeRows(table, [column, ...covariates]);
    return { record: regressOnSex(complete, column, covariates, settings.level), used: complete.used };
  });
  return {
    rows: rows.used,
    values,
    difference,
    relative,
    welch: compareGroups(pickRows(values, rows.women), pickRows(values, rows.men), settings.level),
    regressions: models.map(({ record }) => record),
    counts: models.map(({ used: { women, men } }) => ({ women, men })),
  };
}

/**
 * Its numbers as records: the share of men's mean, Welch's difference, and sex's coefficient in each adjusted regression. Tests with the same adjustment
 * of all columns of an analysis are one family.
 */
export function differenceRecords(
  { analysis, outcome, unit }: { readonly analysis: string; readonly outcome: string; readonly unit: string },
  { rows: { women, men }, relative, welch, regressions, counts }: SexDifference,
): EstimateRecord[] {
  const named = (estimand: string, by: string, of: string) =>
    ({ analysis, estimand, outcome, by, unit: of, women, men }) as const;
  const records = [bootstrapRecord(named('relative', '', '1'), relative)];
  if (!isUndetermined(welch)) {
    records.push(comparisonRecord({ ...named('difference', '', unit), family: analysis }, welch));
  }
  for (const [at, { model, fit }] of regressions.entries()) {
    const covariates = model.split(' ~ ')[1]?.split(' + ').slice(1) ?? [];
    if (covariates.length === 0 || isUndetermined(fit)) continue;
    const by = covariates.map(labelOf).join(', ');
    const name = { ...named('adjustedDifference', by, unit), ...counts[at], family: `${analysis}: ${by}` };
    records.push(coefficientRecord(name, coefficientOf(fit, 'sex')));
  }
  return records;
}

/** Sets of covariates without those that nobody has a number in, each once. */
function knownAdjustments(table: ColumnTable, adjustments: readonly (readonly string[])[]): string[][] {
  const isKnown = (column: string) => numbersOf(table, column).some((value) => !Number.isNaN(value));
  const sets = adjustments.map((set) => set.filter(isKnown));
  return sets.filter((set, at) => sets.findIndex((other) => other.join() === set.join()) === at);
}

const meanOf = (sums: Float64Array | undefined): number => (sums?.[1] ?? Number.NaN) / (sums?.[0] ?? Number.NaN);
