import { bootstrapSums, countedRows } from '../statistics/bootstrapSums.ts';
import { fitLeastSquares } from '../statistics/leastSquares.ts';
import { compareGroups, type GroupComparison, pickRows, summarise } from '../statistics/twoGroups.ts';
import type {
  Analysis,
  AnalysisResult,
  AnalysisSettings,
  Estimate,
  EstimateRecord,
  RegressionRecord,
  RowsUsed,
  Undetermined,
} from './analysis.ts';
import { COLUMN, labelOf } from './columns.ts';
import { bootstrapRecord, coefficientRecord, comparisonRecord } from './estimates.ts';
import { completeRows, OUTCOMES, type SexRows, valuesOf, whyNotComparable } from './sexSize.ts';
import type { ColumnTable } from './table.ts';

/** By what QRS duration is divided. */
interface Index {
  readonly label: string;
  readonly unit: string;
  /** Undefined for QRS duration itself. */
  readonly size?: string;
  /** Exponent of the size in the divisor: what proportionality would ask of a length, a volume, a mass. */
  readonly exponent: number;
}

const INDICES: readonly Index[] = [
  { label: 'not indexed', unit: 'ms', exponent: 0 },
  { label: 'by LV mass', unit: 'ms/g', size: COLUMN.lvMass, exponent: 1 },
  { label: 'by LV volume', unit: 'ms/mL', size: COLUMN.lvVolume, exponent: 1 },
  { label: 'by the cube root of LV volume', unit: 'ms/mL^(1/3)', size: COLUMN.lvVolume, exponent: 1 / 3 },
  { label: 'by height', unit: 'ms/cm', size: COLUMN.height, exponent: 1 },
  { label: 'by body surface area', unit: 'ms/m²', size: COLUMN.bodySurface, exponent: 1 },
  { label: 'by the square root of body surface area', unit: 'ms/m', size: COLUMN.bodySurface, exponent: 1 / 2 },
];

/** An indexed QRS duration, women against men. */
export interface IndexedDifference {
  readonly label: string;
  readonly unit: string;
  readonly rows: RowsUsed;
  readonly womenMean: number;
  readonly menMean: number;
  /** Women's mean over men's, minus one. */
  readonly relative: Estimate;
  readonly welch: GroupComparison | Undetermined;
  /** ln(QRS) on sex and ln(size): the exponent that the data ask for, beside the one the index takes for granted. */
  readonly allometry: RegressionRecord | undefined;
  readonly assumedExponent: number;
}

export interface IndexedQrs extends AnalysisResult {
  readonly outcomes: readonly {
    readonly outcome: string;
    readonly indices: readonly (
      | IndexedDifference
      | (Undetermined & { readonly label: string; readonly rows: RowsUsed })
    )[];
  }[];
}

/** Estimand (d): QRS duration for its size, by sex (docs/analyses.md#indexed-qrs). */
export const indexedQrs: Analysis<IndexedQrs> = {
  name: 'indexedQrs',
  run(table, settings) {
    const outcomes = OUTCOMES.map((outcome) => ({
      outcome,
      indices: INDICES.map((index) => compareIndex(table, outcome, index, settings)),
    }));
    return {
      title: 'QRS duration indexed by size',
      question: 'Divided by the size of the heart or the body, whose QRS is longer?',
      definition:
        'Ratio of the sexes’ mean indexed QRS duration, women over men, minus one. Index: QRS duration divided by LV mass, by LV volume or its cube root, by height, by body surface area or its square root. Beside each, ln(QRS) on sex and ln(size): the exponent that the data ask for, and what is left of the difference at it.',
      assumptions: [
        'QRS duration is proportional to the divisor. Where it grows less than in proportion, the index overcorrects and the smaller sex appears longer.',
        'The fitted exponent stands beside each index: far below the assumed one, the index answers another question than the one asked.',
      ],
      outcomes,
      estimates: outcomes.flatMap(({ outcome, indices }) =>
        indices.flatMap((index) => ('undetermined' in index ? [] : recordsOf(outcome, index))),
      ),
    };
  },
};

/**
 * The ratio, Welch's difference, the exponent, and sex's coefficient at that exponent: ln of the ratio of women's QRS to men's of the same size. The tests
 * of all indices of one outcome are a family, those at the fitted exponents another.
 */
function recordsOf(
  outcome: string,
  { label, unit, rows: { women, men }, relative, welch, allometry }: IndexedDifference,
): EstimateRecord[] {
  const named = (estimand: string, of: string) =>
    ({ analysis: 'indexedQrs', estimand, outcome, by: label, unit: of, women, men }) as const;
  const records = [bootstrapRecord(named('relative', '1'), relative)];
  if (!('undetermined' in welch)) {
    records.push(comparisonRecord({ ...named('difference', unit), family: `indexedQrs: ${outcome}` }, welch));
  }
  if (allometry && !('undetermined' in allometry.fit)) {
    const [, sex, exponent] = allometry.fit.coefficients;
    if (exponent) records.push(coefficientRecord(named('exponent', '1'), exponent));
    if (sex) {
      const name = { ...named('logRatioAtSize', '1'), family: `indexedQrs: ${outcome} at the fitted exponent` };
      records.push(coefficientRecord(name, sex));
    }
  }
  return records;
}

function compareIndex(
  table: ColumnTable,
  outcome: string,
  { label, unit, size, exponent }: Index,
  settings: AnalysisSettings,
): IndexedQrs['outcomes'][number]['indices'][number] {
  const rows = completeRows(table, size === undefined ? [outcome] : [outcome, size]);
  const reason = whyNotComparable(rows.used);
  if (reason) return { ...reason, label, rows: rows.used };
  const duration = valuesOf(rows, outcome);
  const divisor = size === undefined ? undefined : valuesOf(rows, size);
  if ([...duration, ...(divisor ?? [])].some((value) => value <= 0)) {
    const sentence = `${labelOf(outcome)} or ${labelOf(size ?? outcome)} is zero or negative in some rows, so that a ratio means nothing`;
    return { undetermined: sentence, label, rows: rows.used };
  }
  const index = duration.map((value, row) => value / (divisor?.[row] ?? 1) ** exponent);
  const [relative] = bootstrapSums(
    ([women, men]) => [meanOf(women) / meanOf(men) - 1],
    countedRows([index], [rows.women, rows.men]),
    settings,
  );
  if (!relative) throw new RangeError('the bootstrap gave no ratio');
  const [women, men] = [pickRows(index, rows.women), pickRows(index, rows.men)];
  return {
    label,
    unit,
    rows: rows.used,
    womenMean: summarise(women).mean,
    menMean: summarise(men).mean,
    relative,
    welch: compareGroups(women, men, settings.level),
    allometry: divisor && size ? fitExponent(rows, outcome, size, settings.level) : undefined,
    assumedExponent: exponent,
  };
}

/** `ln y = a + b·female + c ln size`, HC3. */
function fitExponent(rows: SexRows, outcome: string, size: string, level: number): RegressionRecord {
  const name = `log_${size}`;
  const terms = [
    { name: 'sex', values: rows.isFemale },
    { name, values: valuesOf(rows, size).map(Math.log) },
  ];
  return {
    outcome: `log_${outcome}`,
    model: `log_${outcome} ~ sex + ${name}`,
    complete: [outcome, size],
    fit: fitLeastSquares(valuesOf(rows, outcome).map(Math.log), terms, { covariance: 'HC3', level }),
  };
}

const meanOf = (sums: Float64Array | undefined): number => (sums?.[1] ?? Number.NaN) / (sums?.[0] ?? Number.NaN);
