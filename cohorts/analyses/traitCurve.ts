import { quantile } from '../statistics/bootstrap.ts';
import { isUndetermined, type Term, type Undetermined } from '../statistics/leastSquares.ts';
import { combine, fitRobustModel, type RobustModel, type WaldTest, waldTest } from '../statistics/robustModel.ts';
import { knotsOf, splineBasis, splineColumns } from '../statistics/splines.ts';
import { type SexRows, valuesOf } from './sexSize.ts';

/** Rows for each coefficient that a curve of four knots asks for, and that one of three does; ours. */
const ROWS_PER_COEFFICIENT = { four: 10, three: 3 } as const;
/** Places of a curve, and the share of each sex beyond its ends at either side: no curve is drawn where there is hardly anyone. */
const PLACES = 41;
const TAIL = 0.025;

/** A point of a fitted curve with its pointwise band. */
export interface CurvePoint {
  readonly x: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** How an outcome goes with a trait in each sex, by restricted cubic splines. */
export interface TraitCurve {
  readonly knots: readonly number[];
  /** What is held at the cohort's mean along the curve, by column */
  readonly held: Readonly<Record<string, number>>;
  readonly women: readonly CurvePoint[];
  readonly men: readonly CurvePoint[];
  /** Whether the curves of the sexes are parallel */
  readonly interaction: WaldTest | Undetermined;
  /** Whether the curves are straight lines */
  readonly bend: WaldTest | Undetermined;
}

/**
 * Curve of an outcome along a trait, one for each sex, with HC3 bands.
 *
 *     y = a + b·female + Σ_j c_j s_j(x) + female·Σ_j d_j s_j(x) + Σ_k e_k z_k
 *
 * with s_j the restricted cubic splines of four knots, or of three where rows are few. Interaction: all d_j are 0. Bend: c_j and d_j are 0 for j > 1.
 *
 * @param rows  with a number in the outcome, the trait and what is held
 * @param held  columns z_k, at their means along the curve
 */
export function traitCurve(
  rows: SexRows,
  {
    outcome,
    trait,
    held,
    level,
  }: { readonly outcome: string; readonly trait: string; readonly held: readonly string[]; readonly level: number },
): TraitCurve | Undetermined {
  const x = valuesOf(rows, trait);
  const n = x.length;
  const coefficients = (knots: number) => 2 * knots + held.length;
  const needed = ROWS_PER_COEFFICIENT.three * coefficients(3);
  if (n < needed) return { undetermined: `${n} complete rows are too few for a curve: at least ${needed} are needed` };
  const knots = knotsOf(x, n >= ROWS_PER_COEFFICIENT.four * coefficients(4) ? 4 : 3);
  if (isUndetermined(knots)) return knots;
  const { terms, plain, crossed } = designOf(rows, x, knots, held);
  const model = fitRobustModel(valuesOf(rows, outcome), terms);
  if (isUndetermined(model)) return model;
  const means = held.map((column) => meanOf(valuesOf(rows, column)));
  const curveOf = (isFemale: 0 | 1, of: readonly number[]) =>
    placesWithin(of.map((row) => x[row] ?? Number.NaN)).map((place) =>
      pointAt(model, place, isFemale, knots, means, level),
    );
  return {
    knots,
    held: Object.fromEntries(held.map((column, at) => [column, means[at] ?? Number.NaN])),
    women: curveOf(1, rows.women),
    men: curveOf(0, rows.men),
    interaction: waldTest(model, crossed),
    bend: waldTest(model, [...plain.slice(1), ...crossed.slice(1)]),
  };
}

/** Columns of the design in the order sex, splines, sex by splines, held; and the names of both sets of splines. */
function designOf(
  rows: SexRows,
  x: Float64Array,
  knots: readonly number[],
  held: readonly string[],
): { terms: Term[]; plain: string[]; crossed: string[] } {
  const splines = splineColumns(x, knots);
  const plain = splines.map((_, at) => `spline${at + 1}`);
  const crossed = plain.map((name) => `sex:${name}`);
  const terms: Term[] = [
    { name: 'sex', values: rows.isFemale },
    ...splines.map((values, at) => ({ name: plain[at] ?? '', values })),
    ...splines.map((values, at) => ({
      name: crossed[at] ?? '',
      values: values.map((value, row) => value * (rows.isFemale[row] ?? 0)),
    })),
    ...held.map((name) => ({ name, values: valuesOf(rows, name) })),
  ];
  return { terms, plain, crossed };
}

function pointAt(
  model: RobustModel,
  x: number,
  isFemale: 0 | 1,
  knots: readonly number[],
  means: readonly number[],
  level: number,
): CurvePoint {
  const splines = splineBasis(x, knots);
  const weights = [1, isFemale, ...splines, ...splines.map((value) => isFemale * value), ...means];
  const { estimate, low, high } = combine(model, weights, level);
  return { x, estimate, low, high };
}

/** Equally spaced places over all but the outermost people. */
function placesWithin(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  const [first, last] = [quantile(sorted, TAIL), quantile(sorted, 1 - TAIL)];
  return Array.from({ length: PLACES }, (_, at) => first + ((last - first) * at) / (PLACES - 1));
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
