import { accumulateMoments, solveNormalEquations } from '../statistics/moments.ts';

/** Numbers of one decomposition before its factors' own parts: explained, unexplained, share, endowments, coefficients, interaction. */
export const PARTS = 6;

/**
 * Oaxaca–Blinder decompositions of a difference of means between men and women, for several sets of factors at once and for
 * any weights of the rows (Oaxaca, Int Econ Rev 14:693–709, 1973; Blinder, J Hum Resour 8:436–455, 1973).
 *
 *     gap = ȳ_m − ȳ_f
 *     two-fold:   gap = (x̄_m − x̄_f)ᵀβ* − b,   y = a + b·female + xᵀβ* over both sexes
 *     three-fold: gap = (x̄_m − x̄_f)ᵀβ_f + (ȳ of men at x̄_f − ȳ_f) + (x̄_m − x̄_f)ᵀ(β_m − β_f)
 *
 * The pooled model holds a sex term, without which sex would be taken for size (Jann, Stata J 8:453–479, 2008).
 */
export class Decomposer {
  readonly #columns: readonly Float64Array[];
  readonly #outcomeSpread: number;
  readonly #women: readonly number[];
  readonly #men: readonly number[];
  readonly #sets: readonly (readonly number[])[];
  readonly #female: Float64Array;
  readonly #male: Float64Array;

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
    const scaled = [...factors, outcome].map(standardise);
    this.#columns = scaled.map(({ values }) => values);
    this.#outcomeSpread = scaled.at(-1)?.spread ?? 1;
    this.#women = women;
    this.#men = men;
    this.#sets = sets;
    const width = (factors.length + 2) ** 2;
    this.#female = new Float64Array(width);
    this.#male = new Float64Array(width);
  }

  /** The gap, then for each set its PARTS and one explained part a factor; NaN where a set's factors cannot be told apart. */
  statistic(weights: Float64Array): number[] {
    accumulateMoments(this.#columns, this.#women, weights, this.#female);
    accumulateMoments(this.#columns, this.#men, weights, this.#male);
    const outcome = this.#columns.length;
    const gap = this.#meanDifference(outcome);
    const numbers = [gap * this.#outcomeSpread];
    for (const set of this.#sets) {
      const places = set.map((factor) => factor + 1);
      const differences = places.map((place) => this.#meanDifference(place));
      const pooled = this.#pooledSlopes(places, outcome);
      const byFactor = differences.map((difference, at) => difference * (pooled?.[at] ?? Number.NaN));
      const explained = sum(byFactor);
      const women = slopes(this.#female, places, outcome);
      const men = slopes(this.#male, places, outcome);
      const endowments = sum(differences.map((difference, at) => difference * (women?.[at] ?? Number.NaN)));
      const interaction = sum(
        differences.map((difference, at) => difference * ((men?.[at] ?? Number.NaN) - (women?.[at] ?? Number.NaN))),
      );
      const parts = [explained, gap - explained, endowments, gap - endowments - interaction, interaction];
      const [twofold, unexplained, ...threefold] = parts.map((part) => part * this.#outcomeSpread);
      numbers.push(twofold ?? Number.NaN, unexplained ?? Number.NaN, explained / gap, ...threefold);
      numbers.push(...byFactor.map((part) => part * this.#outcomeSpread));
    }
    return numbers;
  }

  #meanDifference(place: number): number {
    return (this.#male[place] ?? 0) / (this.#male[0] ?? 1) - (this.#female[place] ?? 0) / (this.#female[0] ?? 1);
  }

  /** Slopes of the factors in the model of both sexes with its sex term. */
  #pooledSlopes(places: readonly number[], outcome: number): number[] | undefined {
    const width = this.#columns.length + 1;
    const size = places.length + 2;
    const all = [0, ...places];
    const both = (i: number, j: number) => (this.#female[i * width + j] ?? 0) + (this.#male[i * width + j] ?? 0);
    const a = new Float64Array(size * size);
    const b = new Float64Array(size);
    for (const [row, i] of all.entries()) {
      for (const [column, j] of all.entries()) a[row * size + column] = both(i, j);
      a[row * size + size - 1] = this.#female[i] ?? 0;
      a[(size - 1) * size + row] = this.#female[i] ?? 0;
      b[row] = both(i, outcome);
    }
    a[size * size - 1] = this.#female[0] ?? 0;
    b[size - 1] = this.#female[outcome] ?? 0;
    const solved = solveNormalEquations(a, b);
    return solved && Array.from(solved.subarray(1, size - 1));
  }
}

/** Slopes of the factors within one group, whose moments are given. */
function slopes(moments: Float64Array, places: readonly number[], outcome: number): number[] | undefined {
  const width = Math.sqrt(moments.length);
  const all = [0, ...places];
  const a = all.flatMap((i) => all.map((j) => moments[i * width + j] ?? 0));
  const solved = solveNormalEquations(
    a,
    all.map((i) => moments[i * width + outcome] ?? 0),
  );
  return solved && Array.from(solved.subarray(1));
}

/** Centred and scaled to unit spread, so that normal equations stay well conditioned. */
function standardise(values: Float64Array): { values: Float64Array; spread: number } {
  const mean = sum(Array.from(values)) / values.length;
  const spread = Math.sqrt(sum(Array.from(values, (value) => (value - mean) ** 2)) / values.length) || 1;
  return { values: values.map((value) => (value - mean) / spread), spread };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
