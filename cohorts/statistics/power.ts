import { coefficientOf, fitLeastSquares, isUndetermined, type Term } from './leastSquares.ts';
import { type Proportion, proportionOf } from './proportions.ts';
import { compareGroups } from './twoGroups.ts';

/** How often a question finds what is there, by the number of people with a twin. */
export interface PowerPoint {
  readonly people: number;
  readonly power: Proportion;
}

/** A p value below this is a find. */
export const ALPHA = 0.05;

/** Sizes of the cohorts that are tried, women and men in equal parts. */
export const POWER_SIZES: readonly number[] = [50, 100, 200, 400, 800, 1600, 3200];

/** Points of a curve, with Wilson's 95 % intervals. @param found  cohorts with a find, by size */
export const powerPoints = (sizes: readonly number[], found: ArrayLike<number>, cohorts: number): PowerPoint[] =>
  sizes.map((people, place) => ({ people, power: proportionOf(found[place] ?? 0, cohorts, 0.95) }));

/** p of Welch's test of women's mean against men's; NaN where there is none. @param isWoman  1 or 0, [people] */
export function welchBySex(isWoman: ArrayLike<number>, values: ArrayLike<number>): number {
  const sexes: [number[], number[]] = [[], []];
  for (let at = 0; at < values.length; at++) sexes[isWoman[at] === 1 ? 0 : 1].push(values[at] ?? Number.NaN);
  const compared = compareGroups(...sexes, 1 - ALPHA);
  return isUndetermined(compared) ? Number.NaN : compared.p_value;
}

/** p of sex in the regression of an outcome on sex and on other terms, by HC3; NaN where there is none. @param isWoman  1 or 0, [people] */
export function sexBeside(isWoman: ArrayLike<number>, outcome: ArrayLike<number>, terms: readonly Term[]): number {
  const fit = fitLeastSquares(outcome, [{ name: 'sex', values: isWoman }, ...terms]);
  return isUndetermined(fit) ? Number.NaN : coefficientOf(fit, 'sex').p_value;
}
