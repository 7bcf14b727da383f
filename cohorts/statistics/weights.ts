/** Shares that a population has of each level of each column: `{sex: {female: 0.51, male: 0.49}}`. Of a column they need not add up to 1: they are divided by their sum. */
export type TargetMargins = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** One column that is raked: which level each row has, and what share each level should have. */
export interface RakedMargin {
  readonly column: string;
  /** Level of each row, by its place in `shares`, [rows] */
  readonly levels: ArrayLike<number>;
  /** Of the target, adding up to 1 */
  readonly shares: readonly number[];
}

/** Weights of the rows, mean 1, and how far they got. */
export interface RakedWeights {
  /** [rows] */
  readonly weights: Float64Array;
  readonly iterations: number;
  /** Whether every margin is met */
  readonly isConverged: boolean;
  /** Largest difference between a weighted share and the target's */
  readonly worstMargin: number;
  /** Rows whose weight was held at a bound */
  readonly bounded: number;
  /** What was reached and what was not, for the reader */
  readonly sentence: string;
}

/** Least and greatest weight beside a mean of 1: one person never stands for more than five, nor for less than a fifth (ours). */
export const WEIGHT_BOUNDS = { low: 0.2, high: 5 } as const;
const MAX_ITERATIONS = 500;
const MET = 1e-9;

/**
 * Raking: weights under which every margin has the target's shares, by iterative proportional fitting (Deming & Stephan, Ann Math Stat 11:427–444, 1940),
 * held within bounds after each round.
 *
 *     w_r ← w_r · π_l / (Σ_{s in l} w_s / Σ w)   for the level l of row r, one margin after the other until nothing changes
 *
 * With bounds a margin may be out of reach: then the weights are those of the last round, and `isConverged` is false.
 *
 * @param margins  every level with a share above 0 holds at least one row
 */
export function rake(
  rows: number,
  margins: readonly RakedMargin[],
  bounds: { readonly low: number; readonly high: number } = WEIGHT_BOUNDS,
): RakedWeights {
  const weights = new Float64Array(rows).fill(1);
  let iterations = 0;
  let worstMargin = worstOf(weights, margins);
  while (worstMargin > MET && iterations < MAX_ITERATIONS) {
    for (const margin of margins) adjust(weights, margin);
    holdWithin(weights, bounds);
    iterations++;
    worstMargin = worstOf(weights, margins);
  }
  const isConverged = worstMargin <= MET;
  const bounded = weights.filter((weight) => weight <= bounds.low || weight >= bounds.high).length;
  return {
    weights,
    iterations,
    isConverged,
    worstMargin,
    bounded,
    sentence: isConverged
      ? `every margin was met after ${iterations} ${iterations === 1 ? 'round' : 'rounds'}`
      : `the margins could not all be met with weights between ${bounds.low} and ${bounds.high}: the worst is ${(100 * worstMargin).toFixed(1)} percentage points off, ${bounded} of ${rows} weights lie at a bound`,
  };
}

/** How many equally weighted people say as much: (Σw)²/Σw² (Kish, Survey Sampling, 1965). */
export function effectiveSize(weights: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let row = 0; row < weights.length; row++) {
    sum += weights[row] ?? 0;
    squares += (weights[row] ?? 0) ** 2;
  }
  return squares > 0 ? sum ** 2 / squares : 0;
}

function adjust(weights: Float64Array, margin: RakedMargin): void {
  const found = sharesUnder(weights, margin);
  for (let row = 0; row < weights.length; row++) {
    const level = margin.levels[row] ?? 0;
    const [is, ought] = [found[level] ?? 0, margin.shares[level] ?? 0];
    if (is > 0) weights[row] = ((weights[row] ?? 0) * ought) / is;
  }
}

/** Mean 1, then every weight within the bounds. */
function holdWithin(weights: Float64Array, { low, high }: { readonly low: number; readonly high: number }): void {
  let sum = 0;
  for (const weight of weights) sum += weight;
  const scale = sum > 0 ? weights.length / sum : 1;
  for (let row = 0; row < weights.length; row++) {
    weights[row] = Math.min(high, Math.max(low, (weights[row] ?? 0) * scale));
  }
}

function worstOf(weights: Float64Array, margins: readonly RakedMargin[]): number {
  let worst = 0;
  for (const margin of margins) {
    for (const [level, found] of sharesUnder(weights, margin).entries()) {
      worst = Math.max(worst, Math.abs(found - (margin.shares[level] ?? 0)));
    }
  }
  return worst;
}

function sharesUnder(weights: Float64Array, { levels, shares }: RakedMargin): Float64Array {
  const found = new Float64Array(shares.length);
  let sum = 0;
  for (let row = 0; row < weights.length; row++) {
    const level = levels[row] ?? 0;
    found[level] = (found[level] ?? 0) + (weights[row] ?? 0);
    sum += weights[row] ?? 0;
  }
  return found.map((share) => share / sum);
}
