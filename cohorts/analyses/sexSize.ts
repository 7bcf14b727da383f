import type { Undetermined } from '../statistics/leastSquares.ts';
import { fitLeastSquares } from '../statistics/leastSquares.ts';
import type { RegressionRecord, RowsUsed } from './analysis.ts';
import { COLUMN, labelOf } from './columns.ts';
import { type ColumnTable, finishedRows, numbersOf, sexesOf } from './table.ts';

/** QRS durations: what the recorder drew, and what the calibrated twin draws. */
export const OUTCOMES = [COLUMN.qrsRecorded, COLUMN.qrsSimulated] as const;

/** Stand-ins for the size of heart and body. */
export const SIZE_FACTORS = [
  COLUMN.lvMass,
  COLUMN.lvVolume,
  COLUMN.height,
  COLUMN.bodySurface,
  COLUMN.electrodeDistance,
] as const;

/** Stand-ins for the size of the torso: its own measures where it is bounded, and the weight that every study may know. */
export const TORSO_FACTORS = [COLUMN.chestBreadth, COLUMN.chestDepth, COLUMN.weight] as const;

/** Fewest women and fewest men of whom a difference is still worth a number. */
export const LEAST_PER_SEX = 5;
/** A size factor known of fewer than this share of the rows is left out, rather than the rows without it. */
const LEAST_COVERAGE = 0.8;

/** Factors that are put to the cohort together, and what they are called. */
export interface FactorSet {
  readonly factors: readonly string[];
  readonly label: string;
}

/**
 * All measures of heart and body together, heart size alone, torso size alone, all with it, then one at a time; of those that the cohort has. Weight is
 * in no joint set that has the body surface area, which is made of it.
 */
export function factorSets(known: readonly string[]): FactorSet[] {
  const among = (wanted: readonly string[]) => wanted.filter((factor) => known.includes(factor));
  const all = among(SIZE_FACTORS);
  const chest = among([COLUMN.chestBreadth, COLUMN.chestDepth]);
  const joint: FactorSet[] = [
    { factors: all, label: 'all together' },
    { factors: among([COLUMN.lvMass, COLUMN.lvVolume]), label: 'LV mass and volume' },
    { factors: chest, label: 'chest breadth and depth' },
    { factors: among([COLUMN.height, COLUMN.weight]), label: 'height and weight' },
    { factors: chest.length > 0 ? [...all, ...chest] : [], label: 'all together with the chest' },
  ];
  return [
    ...joint.filter(({ factors }) => factors.length > 1),
    ...known.map((factor) => ({ factors: [factor], label: labelOf(factor) })),
  ];
}

/** Rows for each coefficient below which a model gets a sentence. */
export const LEAST_ROWS_PER_COEFFICIENT = 3;

/** Why a set of factors has no number: too few rows for its coefficients, or factors that follow from each other. */
export function refusalOf(set: readonly string[], rows: SexRows, outcome: string): string | undefined {
  const coefficients = set.length + 2;
  const n = rows.isFemale.length;
  if (n < LEAST_ROWS_PER_COEFFICIENT * coefficients) {
    return `${n} complete rows are too few for ${coefficients} coefficients (at least ${LEAST_ROWS_PER_COEFFICIENT} rows each)`;
  }
  const { fit } = regressOnSex(rows, outcome, set, 0.95);
  return 'undetermined' in fit ? fit.undetermined : undefined;
}

/** Complete rows of both sexes: numbers by column, and which of the rows are women. */
export interface SexRows {
  readonly used: RowsUsed;
  /** Complete rows by column, [women + men] */
  readonly values: ReadonlyMap<string, Float64Array>;
  /** 1 for women, 0 for men, [women + men] */
  readonly isFemale: Float64Array;
  readonly women: readonly number[];
  readonly men: readonly number[];
}

/** Finished rows with a known sex and a number in each of the columns. */
export function completeRows(table: ColumnTable, columns: readonly string[]): SexRows {
  const finished = finishedRows(table);
  const sexes = sexesOf(table);
  const full = columns.map((name) => ({ name, values: numbersOf(table, name) }));
  const missing: Record<string, number> = {};
  const kept: number[] = [];
  let quarantined = 0;
  let withoutSex = 0;
  for (let row = 0; row < table.rows; row++) {
    if (!finished[row]) quarantined++;
    else if (sexes[row] === null) withoutSex++;
    else {
      const absent = full.filter(({ values }) => Number.isNaN(values[row]));
      for (const { name } of absent) missing[name] = (missing[name] ?? 0) + 1;
      if (absent.length === 0) kept.push(row);
    }
  }
  const women: number[] = [];
  const men: number[] = [];
  for (const [index, row] of kept.entries()) (sexes[row] === 'female' ? women : men).push(index);
  return {
    used: { women: women.length, men: men.length, quarantined, withoutSex, missing },
    values: new Map(
      full.map(({ name, values }) => [name, Float64Array.from(kept, (row) => values[row] ?? Number.NaN)]),
    ),
    isFemale: Float64Array.from(kept, (row) => (sexes[row] === 'female' ? 1 : 0)),
    women,
    men,
  };
}

/** A sentence when one sex is missing or too few; undefined when the sexes can be compared. */
export function whyNotComparable({ women, men }: RowsUsed, least = LEAST_PER_SEX): Undetermined | undefined {
  if (women >= least && men >= least) return undefined;
  const lacking = women < least ? `${women} women` : `${men} men`;
  return {
    undetermined: `the table has ${lacking} with complete rows (${women} women, ${men} men): at least ${least} of each sex are needed to compare them`,
  };
}

/** The size factors that enough rows have, and a sentence on each that was left out. */
export function availableFactors(table: ColumnTable): { factors: string[]; leftOut: string[] } {
  const finished = finishedRows(table);
  const total = finished.filter(Boolean).length;
  const factors: string[] = [];
  const leftOut: string[] = [];
  for (const factor of [...SIZE_FACTORS, ...TORSO_FACTORS]) {
    const values = numbersOf(table, factor);
    const known = finished.filter((isFinished, row) => isFinished && !Number.isNaN(values[row])).length;
    if (known > 0 && known >= LEAST_COVERAGE * total) factors.push(factor);
    else leftOut.push(`${labelOf(factor)} is known of ${known} of ${total} subjects and was left out`);
  }
  return { factors, leftOut };
}

/** HC3 regression of a column on sex (1 = woman) and further columns. */
export function regressOnSex(
  rows: SexRows,
  outcome: string,
  covariates: readonly string[],
  level: number,
): RegressionRecord {
  const terms = [
    { name: 'sex', values: rows.isFemale },
    ...covariates.map((name) => ({ name, values: valuesOf(rows, name) })),
  ];
  return {
    outcome,
    model: `${outcome} ~ ${terms.map(({ name }) => name).join(' + ')}`,
    complete: [...rows.values.keys()],
    fit: fitLeastSquares(valuesOf(rows, outcome), terms, { covariance: 'HC3', level }),
  };
}

/** Values of a column of complete rows. @throws RangeError when the rows were not chosen with it */
export function valuesOf(rows: SexRows, column: string): Float64Array {
  const values = rows.values.get(column);
  if (!values) throw new RangeError(`rows were chosen without ${column}`);
  return values;
}
