import { REFERENCE_FRONTS, type ReferenceFront } from '../../twin/counterfactual/referenceFronts.ts';
import { bootstrapSums, countedRows, type SummedRows } from '../statistics/bootstrapSums.ts';
import { fitLeastSquares } from '../statistics/leastSquares.ts';
import type { AnalysisSettings, Estimate, RegressionRecord, RowsUsed, Undetermined } from './analysis.ts';
import { type ByFront, frontWeight, speedAt, valueAt, whyNoFront } from './cohortFront.ts';
import { COLUMN } from './columns.ts';
import { joinBySubject } from './joinBySubject.ts';
import { completeRows, type SexRows, valuesOf, whyNotComparable } from './sexSize.ts';
import { type ColumnTable, numbersOf } from './table.ts';
import { FRONTS, frontColumn } from './tablesBeside.ts';

/** An outcome, and what it is held against. */
export interface Compared {
  /** Column of the cohort table */
  readonly outcome: string;
  /** The reference table's that is the same with everyone's function alike */
  readonly reference: string;
  readonly unit: string;
  /** The QRS duration that tells the cohort's front: the recorded one of what is recorded, the twins' of what is simulated */
  readonly qrs: string;
}

/** Of the parts with the front that makes the reference's mean QRS duration the cohort's. */
export const AS_FAST = 'front as fast as the cohort’s';
/** Of the parts with one of the reference's own fronts. */
export const withFront = (front: ReferenceFront): string => `front of ${REFERENCE_FRONTS[front]} mm/ms`;
/** Under which the reference's columns stand beside the cohort's: of the outcome, and of the QRS duration, by front. */
const outcomeBy = (front: ReferenceFront): string => `sameFunction ${front}`;
const qrsBy = (front: ReferenceFront): string => `sameFunction QRS ${front}`;

/** What anatomies make of a gap under one function, and what is left. */
export interface GapParts {
  /** The function's front: `AS_FAST` or `withFront` */
  readonly by: string;
  /** Men's mean minus women's, of the hearts under that function */
  readonly anatomy: Estimate;
  /** gap − anatomy */
  readonly function: Estimate;
  /** anatomy / gap */
  readonly share: Estimate;
}

/** The gap in one outcome and its parts, in the outcome's unit but the share. */
export interface FunctionGap {
  readonly outcome: string;
  readonly unit: string;
  readonly rows: RowsUsed;
  /** Men's mean minus women's, of the outcome as it is */
  readonly gap: Estimate;
  /** Speed of the front with which the reference's mean QRS duration is the cohort's, mm/ms; a sentence where there is none */
  readonly front: Estimate | Undetermined;
  /** With the cohort's front, where there is one, then with the reference's own, the faster first */
  readonly parts: readonly [GapParts, ...GapParts[]];
  /** Whether the gap's interval excludes zero; a share of a gap that may be zero means nothing. */
  readonly isGapClear: boolean;
  /** Outcome less reference, with the first of the fronts, by subject, on sex, alone and with age. */
  readonly regressions: readonly RegressionRecord[];
}

export type NoGap = Undetermined & { readonly outcome: string; readonly rows: RowsUsed };

export const isKnown = (table: ColumnTable, column: string): boolean =>
  numbersOf(table, column).some((value) => !Number.isNaN(value));

/** The gap of one outcome, split by the hearts under one function. A sentence where the sexes cannot be compared. */
export function gapOf(
  table: ColumnTable,
  reference: ColumnTable,
  compared: Compared,
  settings: AnalysisSettings,
): FunctionGap | NoGap {
  const { outcome, unit, qrs } = compared;
  const fronts = frontsOf(table, reference, compared);
  const joined = joinBySubject(table, reference, {
    ...Object.fromEntries(fronts.map((front) => [outcomeBy(front), frontColumn(front, compared.reference)])),
    ...Object.fromEntries(fronts.map((front) => [qrsBy(front), frontColumn(front, 'qrsDuration_ms')])),
  });
  const columns = [
    ...new Set([outcome, ...fronts.map(outcomeBy), ...(fronts.length > 1 ? [qrs, ...fronts.map(qrsBy)] : [])]),
  ];
  const rows = completeRows(joined, columns);
  const reason = whyNotComparable(rows.used);
  if (reason) return { ...reason, outcome, rows: rows.used };
  const numbers = countedRows(
    columns.map((column) => valuesOf(rows, column)),
    [rows.women, rows.men],
  );
  const means = (sums: readonly Float64Array[]) => meansBySex(sums, columns);
  const cohort = fronts.length > 1 ? qrsOf(means(totalsOf(numbers)), qrs) : undefined;
  const why = cohort === undefined ? NO_FRONTS : whyNoFront(...cohort);
  const [gap, ...others] = bootstrapSums(
    (sums) => {
      const of = means(sums);
      const whole = of.gap(outcome);
      const partsOf = (anatomy: number) => [anatomy, whole - anatomy, anatomy / whole];
      const byFront = fronts.flatMap((front) => partsOf(of.gap(outcomeBy(front))));
      if (why !== undefined) return [whole, ...byFront];
      const weight = frontWeight(...qrsOf(of, qrs));
      return [
        whole,
        ...partsOf(
          valueAt(
            weight,
            withEach((front) => of.gap(outcomeBy(front))),
          ),
        ),
        ...byFront,
        speedAt(weight),
      ];
    },
    numbers,
    settings,
  );
  const names = [...(why === undefined ? [AS_FAST] : []), ...fronts.map(withFront)];
  const [first, ...more] = names.map((by, place): GapParts => {
    const [anatomy, left, share] = others.slice(3 * place);
    if (!anatomy || !left || !share) throw new RangeError('the bootstrap gave no gap');
    return { by, anatomy, function: left, share };
  });
  const speed = others.at(-1);
  if (!gap || !first || !speed) throw new RangeError('the bootstrap gave no gap');
  const weight = cohort !== undefined && why === undefined ? frontWeight(...cohort) : undefined;
  return {
    outcome,
    unit,
    rows: rows.used,
    gap,
    front: why === undefined ? speed : { undetermined: why },
    parts: [first, ...more],
    isGapClear: gap.low > 0 || gap.high < 0,
    regressions: residualsBySex(joined, outcome, columns, (of) => sameOf(of, weight), settings.level),
  };
}

const NO_FRONTS =
  'the table of hearts under one reference function has one front alone, or the cohort no QRS duration: which front is the cohort’s is not known; make the table anew with twinfold counterfactual';

/** The reference's fronts that a table knows; the law's own alone where it does not know both, or the cohort's QRS durations are not known. */
function frontsOf(table: ColumnTable, reference: ColumnTable, { qrs, reference: source }: Compared) {
  const isWhole = FRONTS.every(
    (front) =>
      isKnown(reference, frontColumn(front, source)) && isKnown(reference, frontColumn(front, 'qrsDuration_ms')),
  );
  return isWhole && isKnown(table, qrs) ? FRONTS : FRONTS.slice(0, 1);
}

const withEach = (value: (front: ReferenceFront) => number): ByFront => ({
  lawFront: value('lawFront'),
  slowFront: value('slowFront'),
});

/** Of each row, the reference's outcome with the front between the two; undefined: with the law's own. */
function sameOf(rows: SexRows, weight: number | undefined): Float64Array {
  const own = valuesOf(rows, outcomeBy('lawFront'));
  if (weight === undefined) return own;
  const slow = valuesOf(rows, outcomeBy('slowFront'));
  return own.map((lawFront, row) => valueAt(weight, { lawFront, slowFront: slow[row] ?? Number.NaN }));
}

/** Means of columns from their sums by sex, which begin with the number of rows. */
interface Means {
  /** Men's mean less women's */
  readonly gap: (column: string) => number;
  /** Halfway between women's mean and men's */
  readonly middle: (column: string) => number;
}

function meansBySex([female, male]: readonly Float64Array[], columns: readonly string[]): Means {
  const both = (column: string) => {
    const at = columns.indexOf(column) + 1;
    return [meanOf(female, at), meanOf(male, at)] as const;
  };
  return {
    gap: (column) => {
      const [women, men] = both(column);
      return men - women;
    },
    middle: (column) => {
      const [women, men] = both(column);
      return (women + men) / 2;
    },
  };
}

/** The cohort's mean QRS duration, and the reference's by front. */
const qrsOf = ({ middle }: Means, qrs: string): [number, ByFront] => [
  middle(qrs),
  withEach((front) => middle(qrsBy(front))),
];

/** Each stratum's sums over all of its rows. */
const totalsOf = ({ numbers, width, strata }: SummedRows): Float64Array[] =>
  strata.map((stratum) => {
    const sums = new Float64Array(width);
    for (const row of stratum.flat())
      for (let k = 0; k < width; k++) sums[k] = (sums[k] ?? 0) + (numbers[row * width + k] ?? Number.NaN);
    return sums;
  });

const meanOf = (sums: Float64Array | undefined, at: number): number =>
  (sums?.[at] ?? Number.NaN) / (sums?.[0] ?? Number.NaN);

/** Outcome less reference, regressed on sex, alone and with age on the rows that have one. */
function residualsBySex(
  joined: ColumnTable,
  outcome: string,
  columns: readonly string[],
  sameIn: (rows: SexRows) => Float64Array,
  level: number,
): RegressionRecord[] {
  const fitOn = (rows: SexRows, covariates: readonly string[]): RegressionRecord => {
    const [own, same] = [valuesOf(rows, outcome), sameIn(rows)];
    const terms = [
      { name: 'sex', values: rows.isFemale },
      ...covariates.map((name) => ({ name, values: valuesOf(rows, name) })),
    ];
    return {
      outcome: `${outcome} − reference`,
      model: `${outcome} − reference ~ ${terms.map(({ name }) => name).join(' + ')}`,
      fit: fitLeastSquares(
        own.map((value, row) => value - (same[row] ?? Number.NaN)),
        terms,
        { covariance: 'HC3', level },
      ),
    };
  };
  const aged = completeRows(joined, [...columns, COLUMN.age]);
  const withAge = aged.isFemale.length === 0 ? [] : [fitOn(aged, [COLUMN.age])];
  return [fitOn(completeRows(joined, columns), []), ...withAge];
}
