import { bootstrap } from '../statistics/bootstrap.ts';
import { fitLeastSquares } from '../statistics/leastSquares.ts';
import { compareGroups, type GroupComparison, pickRows, weightedMean } from '../statistics/twoGroups.ts';
import type {
  Analysis,
  AnalysisResult,
  AnalysisSettings,
  Estimate,
  RegressionRecord,
  RowsUsed,
  Undetermined,
} from './analysis.ts';
import { COLUMN, labelOf } from './columns.ts';
import { bootstrapRecord } from './estimates.ts';
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
  { label: 'by the cube root of LV volume', unit: 'ms/mL^(1/3)', size: COLUMN.lvVolume, exponent: 1 / 3 },
  { label: 'by height', unit: 'ms/cm', size: COLUMN.height, exponent: 1 },
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
        'Ratio of the sexes’ mean indexed QRS duration, women over men, minus one. Index: QRS duration divided by LV mass, by the cube root of LV volume, or by height.',
      assumptions: [
        'QRS duration is proportional to the divisor. Where it grows less than in proportion, the index overcorrects and the smaller sex appears longer.',
        'The fitted exponent stands beside each index: far below the assumed one, the index answers another question than the one asked.',
      ],
      outcomes,
      estimates: outcomes.flatMap(({ outcome, indices }) =>
        indices.flatMap((index) => {
          if ('undetermined' in index) return [];
          const { women, men } = index.rows;
          const name = {
            analysis: 'indexedQrs',
            estimand: 'relative',
            outcome,
            by: index.label,
            unit: '1',
            women,
            men,
          };
          return [bootstrapRecord(name, index.relative)];
        }),
      ),
    };
  },
};

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
  const [relative] = bootstrap(
    (weights) => [weightedMean(index, rows.women, weights) / weightedMean(index, rows.men, weights) - 1],
    [rows.women, rows.men],
    settings,
  );
  if (!relative) throw new RangeError('the bootstrap gave no ratio');
  const all = new Float64Array(index.length).fill(1);
  return {
    label,
    unit,
    rows: rows.used,
    womenMean: weightedMean(index, rows.women, all),
    menMean: weightedMean(index, rows.men, all),
    relative,
    welch: compareGroups(pickRows(index, rows.women), pickRows(index, rows.men), settings.level),
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
    fit: fitLeastSquares(valuesOf(rows, outcome).map(Math.log), terms, { covariance: 'HC3', level }),
  };
}
