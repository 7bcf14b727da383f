import { openRandom, type Random } from '../../twin/random.ts';
import { quantile } from '../statistics/bootstrap.ts';

/** A share of variance with its bootstrap interval. */
export interface IndexEstimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** What one input has to do with one output's variance. */
export interface SobolIndex {
  /** Share that goes when the input alone is known */
  readonly first: IndexEstimate;
  /** Share that stays when all others are known */
  readonly total: IndexEstimate;
}

export interface SobolSettings {
  /** Base points; the function is asked at (inputs + 2) times as many */
  readonly points: number;
  readonly resamples: number;
  /** Of the intervals */
  readonly level: number;
  readonly seed: number;
}

/** 2,048 points put an index within some hundredths; intervals by 500 resamples. Ours. */
export const DEFAULT_SOBOL: SobolSettings = { points: 2048, resamples: 500, level: 0.95, seed: 1 };

/**
 * Sobol indices of a function of independent inputs, from two independent samples A and B and hybrids A_B^i, which are A with B's column i:
 *
 *     S_i  = mean f(B) (f(A_B^i) − f(A)) / V        (Saltelli et al., Comput Phys Commun 2010)
 *     ST_i = mean (f(A) − f(A_B^i))² / (2 V)        (Jansen, Comput Phys Commun 1999)
 *
 * V the variance over A and B; f less its mean, which leaves the expectations and lessens the noise. Points are random, not a sequence, so that resampling them
 * tells the error; intervals are percentiles.
 *
 * @param draw  the next point, [inputs]
 * @param evaluate  outputs of rows, [rows, inputs] → [rows, outputs]; NaN is left out of its output
 * @returns by output, then by input
 */
export function sobolIndices(
  inputs: number,
  outputs: number,
  draw: (random: Random) => Float64Array,
  evaluate: (rows: Float64Array) => Float64Array,
  settings: SobolSettings,
): SobolIndex[][] {
  const { points, seed } = settings;
  const random = openRandom(seed, 'sobol indices');
  const a = new Float64Array(points * inputs);
  const b = new Float64Array(points * inputs);
  for (let point = 0; point < points; point++) {
    a.set(draw(random), point * inputs);
    b.set(draw(random), point * inputs);
  }
  const fa = evaluate(a);
  const fb = evaluate(b);
  const hybrids = Array.from({ length: inputs }, (_, input) =>
    evaluate(a.map((value, at) => (at % inputs === input ? b[at] : value))),
  );
  const resampled = drawResamples(settings);
  return Array.from({ length: outputs }, (_, output) => {
    const column = (values: Float64Array) => values.filter((_, at) => at % outputs === output);
    const [ya, yb] = [column(fa), column(fb)];
    return hybrids.map((hybrid) => indexOf(ya, yb, column(hybrid), resampled, settings.level));
  });
}

/** Rows of each resample, [resamples][points] */
function drawResamples({ points, resamples, seed }: SobolSettings): Uint32Array[] {
  const random = openRandom(seed, 'sobol resamples');
  return Array.from({ length: resamples }, () =>
    Uint32Array.from({ length: points }, () => Math.floor(random.uniform() * points)),
  );
}

function indexOf(
  ya: Float64Array,
  yb: Float64Array,
  hybrid: Float64Array,
  resampled: readonly Uint32Array[],
  level: number,
): SobolIndex {
  const all = Uint32Array.from(ya, (_, row) => row);
  const estimate = sharesOf(ya, yb, hybrid, all);
  const draws = resampled.map((rows) => sharesOf(ya, yb, hybrid, rows));
  const interval = (which: 0 | 1): IndexEstimate => {
    const sorted = Float64Array.from(draws, (shares) => shares[which]).sort();
    return {
      estimate: estimate[which],
      low: quantile(sorted, (1 - level) / 2),
      high: quantile(sorted, (1 + level) / 2),
    };
  };
  return { first: interval(0), total: interval(1) };
}

/** First-order and total share over some rows, those that have all three numbers; NaN where nothing varies. */
function sharesOf(ya: Float64Array, yb: Float64Array, hybrid: Float64Array, rows: Uint32Array): [number, number] {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const row of rows) {
    const [one, other] = [ya[row], yb[row]];
    if (Number.isNaN(one + other + hybrid[row])) continue;
    count++;
    sum += one + other;
    squares += one * one + other * other;
  }
  const mean = sum / (2 * count);
  const variance = squares / (2 * count) - mean * mean;
  let first = 0;
  let total = 0;
  for (const row of rows) {
    const difference = hybrid[row] - ya[row];
    if (Number.isNaN(difference + yb[row])) continue;
    first += (yb[row] - mean) * difference;
    total += difference * difference;
  }
  // What is left of a constant by rounding is no variance.
  if (!(variance > 1e-20 * mean * mean)) return [Number.NaN, Number.NaN];
  return [first / count / variance, total / count / 2 / variance];
}
