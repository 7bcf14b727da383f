import type { SummedRows } from './bootstrapSums.ts';
import { solveNormalEquations } from './moments.ts';

/** One term of a linear model over two groups: a column's place (0 the constant, 1 the first column …), in both groups or times the indicator of one of them. */
export interface MomentTerm {
  readonly place: number;
  /** 0 or 1: the group outside of which the term is 0 */
  readonly only?: 0 | 1;
}

/**
 * First and second moments of two groups of rows, from which every linear model on a choice of columns, of their products with the group's indicator
 * included, follows: what makes thousands of resampled regressions cheap.
 *
 *     M_g = Σ_{r in g} z_r z_rᵀ,   z = (1, x₁, …, x_k),   columns centred and scaled to unit spread over both groups
 *
 * Column 0 … k − 1 as given have place 1 … k.
 */
export class GroupMoments {
  /** To be summed by `bootstrapSums`: the lower triangles of z zᵀ. */
  readonly rows: SummedRows;
  readonly #means: readonly number[];
  readonly #spreads: readonly number[];
  readonly #width: number;
  #sums: readonly Float64Array[] = [];

  /** @param columns  [columns][rows] */
  constructor(columns: readonly Float64Array[], groups: readonly [readonly number[], readonly number[]]) {
    const rows = columns[0]?.length ?? 0;
    const scales = columns.map(scaleOf);
    this.#means = [0, ...scales.map(({ mean }) => mean)];
    this.#spreads = [1, ...scales.map(({ spread }) => spread)];
    this.#width = columns.length + 1;
    const triangle = (this.#width * (this.#width + 1)) / 2;
    const numbers = new Float64Array(rows * triangle);
    const z = new Float64Array(this.#width).fill(1);
    for (let row = 0; row < rows; row++) {
      for (const [at, { mean, spread }] of scales.entries()) {
        z[at + 1] = ((columns[at]?.[row] ?? Number.NaN) - mean) / spread;
      }
      let place = row * triangle;
      for (let i = 0; i < this.#width; i++) for (let j = 0; j <= i; j++) numbers[place++] = (z[i] ?? 0) * (z[j] ?? 0);
    }
    this.rows = { numbers, width: triangle, strata: groups.map((group) => group.map((row) => [row])) };
  }

  /** Takes the sums of one resample; all that is asked afterwards is of them. */
  read(sums: readonly Float64Array[]): this {
    this.#sums = sums;
    return this;
  }

  /** Spread that a column was divided by. */
  spread(place: number): number {
    return this.#spreads[place] ?? Number.NaN;
  }

  /** Mean of a column over both groups, in the column's own unit. */
  overallMean(place: number): number {
    const scaled =
      (this.#moment(place, 0, 0) + this.#moment(place, 0, 1)) / (this.#moment(0, 0, 0) + this.#moment(0, 0, 1));
    return (this.#means[place] ?? 0) + scaled * this.spread(place);
  }

  /** Mean in group 1 less mean in group 0, in the column's own unit. */
  meanDifference(place: number): number {
    const mean = (group: number) => this.#moment(place, 0, group) / this.#moment(0, 0, group);
    return (mean(1) - mean(0)) * this.spread(place);
  }

  /**
   * Least squares of a column on terms, one coefficient a term, in the columns' own units; undefined where a term follows from the others. The columns
   * inside are centred, so that coefficients of constants (place 0) are those at the columns' means: their values at 0 are left to the caller.
   */
  fit(outcome: number, terms: readonly MomentTerm[]): number[] | undefined {
    const size = terms.length;
    const a = new Float64Array(size * size);
    const b = new Float64Array(size);
    const target = { place: outcome };
    for (let i = 0; i < size; i++) {
      const term = terms[i];
      if (!term) continue;
      b[i] = this.#product(term, target);
      for (let j = 0; j <= i; j++) {
        const product = this.#product(term, terms[j] ?? term);
        a[i * size + j] = product;
        a[j * size + i] = product;
      }
    }
    const solved = solveNormalEquations(a, b);
    const scale = this.spread(outcome);
    return solved && terms.map(({ place }, at) => ((solved[at] ?? Number.NaN) * scale) / this.spread(place));
  }

  /** Scaled value of a column at a value in its own unit. */
  centred(place: number, value: number): number {
    return value - (this.#means[place] ?? 0);
  }

  #product(a: MomentTerm, b: MomentTerm): number {
    const at = a.place > b.place ? (a.place * (a.place + 1)) / 2 + b.place : (b.place * (b.place + 1)) / 2 + a.place;
    const only = a.only ?? b.only;
    if (only === undefined) return (this.#sums[0]?.[at] ?? Number.NaN) + (this.#sums[1]?.[at] ?? Number.NaN);
    return a.only !== undefined && b.only !== undefined && a.only !== b.only
      ? 0
      : (this.#sums[only]?.[at] ?? Number.NaN);
  }

  #moment(i: number, j: number, group: number): number {
    const [high, low] = i > j ? [i, j] : [j, i];
    return this.#sums[group]?.[(high * (high + 1)) / 2 + low] ?? Number.NaN;
  }
}

function scaleOf(values: Float64Array): { mean: number; spread: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, spread: Math.sqrt(squares / values.length) || 1 };
}
