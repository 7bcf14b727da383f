import type { SummedRows } from '../statistics/bootstrapSums.ts';
import { GroupMoments, type MomentTerm } from '../statistics/groupMoments.ts';

/** Numbers of one decomposition before its factors' own parts: explained, unexplained, share, endowments, coefficients, interaction. */
export const PARTS = 6;

/** Women are group 0 of the moments, men group 1. */
const [WOMEN, MEN] = [0, 1] as const;

/**
 * Oaxaca–Blinder decompositions of a difference of means between men and women, for several sets of factors at once
 * (Oaxaca, Int Econ Rev 14:693–709, 1973; Blinder, J Hum Resour 8:436–455, 1973).
 *
 *     gap = ȳ_m − ȳ_f
 *     two-fold:   gap = (x̄_m − x̄_f)ᵀβ* − b,   y = a + b·female + xᵀβ* over both sexes
 *     three-fold: gap = (x̄_m − x̄_f)ᵀβ_f + (ȳ of men at x̄_f − ȳ_f) + (x̄_m − x̄_f)ᵀ(β_m − β_f)
 *
 * The pooled model holds a sex term, without which sex would be taken for size (Jann, Stata J 8:453–479, 2008).
 */
export class Decomposer {
  readonly #moments: GroupMoments;
  readonly #outcome: number;
  readonly #sets: readonly (readonly number[])[];

  /**
   * @param factors  [factors][rows]
   * @param sets     factors of each decomposition, by index
   */
  constructor(
    outcome: Float64Array,
    factors: readonly Float64Array[],
    { women, men }: { readonly women: readonly number[]; readonly men: readonly number[] },
    sets: readonly (readonly number[])[],
  ) {
    this.#moments = new GroupMoments([...factors, outcome], [women, men]);
    this.#outcome = factors.length + 1;
    this.#sets = sets.map((set) => set.map((factor) => factor + 1));
  }

  /** What `bootstrapSums` is to sum. */
  get rows(): SummedRows {
    return this.#moments.rows;
  }

  /** The gap, then for each set its PARTS and one explained part a factor; NaN where a set's factors cannot be told apart. */
  statistic(sums: readonly Float64Array[]): number[] {
    const moments = this.#moments.read(sums);
    const gap = moments.meanDifference(this.#outcome);
    const numbers = [gap];
    for (const places of this.#sets) {
      const differences = places.map((place) => moments.meanDifference(place));
      const both = this.#slopes(places);
      const women = this.#slopes(places, WOMEN);
      const men = this.#slopes(places, MEN);
      const byFactor = differences.map((difference, at) => difference * (both?.[at] ?? Number.NaN));
      const explained = sum(byFactor);
      const endowments = sum(differences.map((difference, at) => difference * (women?.[at] ?? Number.NaN)));
      const interaction = sum(
        differences.map((difference, at) => difference * ((men?.[at] ?? Number.NaN) - (women?.[at] ?? Number.NaN))),
      );
      numbers.push(explained, gap - explained, explained / gap);
      numbers.push(endowments, gap - endowments - interaction, interaction, ...byFactor);
    }
    return numbers;
  }

  /** Slopes of the factors: within one sex, or over both in the model that holds a sex term. */
  #slopes(places: readonly number[], only?: 0 | 1): number[] | undefined {
    const terms: MomentTerm[] =
      only === undefined
        ? [{ place: 0 }, { place: 0, only: WOMEN }, ...places.map((place) => ({ place }))]
        : [{ place: 0, only }, ...places.map((place) => ({ place, only }))];
    return this.#moments.fit(this.#outcome, terms)?.slice(terms.length - places.length);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
