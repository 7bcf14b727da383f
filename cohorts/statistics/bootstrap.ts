import { openRandom, type Random } from '../../twin/random.ts';
import { normalCdf, normalQuantile } from './distributions.ts';

/** Numbers computed from weighted rows: a row drawn twice has weight 2, one left out 0. NaN where a number cannot be had. */
export type Statistic = (weights: Float64Array) => ArrayLike<number>;

/** How rows are drawn. */
export interface BootstrapSettings {
  readonly resamples: number;
  readonly seed: number;
  /** Of the intervals, 0.95 for 95 %. */
  readonly level: number;
}

/** A number with its bootstrap intervals. */
export interface Estimate {
  readonly estimate: number;
  /** Bias-corrected and accelerated interval; the percentile interval where it cannot be had. */
  readonly low: number;
  readonly high: number;
  readonly percentileLow: number;
  readonly percentileHigh: number;
  /** Standard deviation of the resampled numbers. */
  readonly std_error: number;
  /** Resamples in which the number could be had. */
  readonly resamples: number;
}

/** Below this many usable resamples no interval is given. */
const LEAST_RESAMPLES = 20;

/**
 * Bootstrap of any statistics over rows, drawn anew within each stratum (each sex keeps its count), deterministic in the seed.
 *
 *     BCa: quantiles at Φ(z₀ + (z₀ + z_α)/(1 − a(z₀ + z_α)))
 *     z₀ = Φ⁻¹(share of resamples below the estimate),   a = Σ_s Σ_j l³/n_s³ / (6 (Σ_s Σ_j l²/n_s²)^{3/2})
 *
 * with jackknife influences l = (n_s − 1)(mean of θ₍₋ⱼ₎ − θ₍₋ⱼ₎) of each stratum (Efron, J Am Stat Assoc 82:171–185, 1987;
 * strata as in Davison & Hinkley, Bootstrap Methods and their Application, 1997). Statistics of sums over rows are faster by `bootstrapSums`.
 *
 * @param strata  rows of each stratum; together the rows of the weights
 */
export function bootstrap(
  statistic: Statistic,
  strata: readonly (readonly number[])[],
  settings: BootstrapSettings,
): Estimate[] {
  return bootstrapClusters(
    statistic,
    strata.map((stratum) => stratum.map((row) => [row])),
    settings,
  );
}

/**
 * The same where rows belong together: whole clusters are drawn, and all rows of a cluster get its weight. Matched pairs, several visits of one person.
 *
 * @param strata  clusters of each stratum, each cluster its rows
 */
export function bootstrapClusters(
  statistic: Statistic,
  strata: readonly (readonly (readonly number[])[])[],
  settings: BootstrapSettings,
): Estimate[] {
  const clusters = strata.flat();
  const rows = clusters.reduce((sum, cluster) => sum + cluster.length, 0);
  const weights = new Float64Array(rows).fill(1);
  const estimates = Array.from(statistic(weights));
  const places = placesOf(strata);
  const width = estimates.length;
  const counts = new Float64Array(clusters.length);
  const random = openRandom(settings.seed, 'bootstrap');
  const replicates = replicatesOf(settings.resamples, width, () => {
    drawCounts(random, places, counts);
    for (const [place, cluster] of clusters.entries()) for (const row of cluster) weights[row] = counts[place] ?? 0;
    return statistic(weights);
  });
  weights.fill(1);
  const accelerations = accelerationsOf(settings, places, width, (place) => {
    for (const row of clusters[place] ?? []) weights[row] = 0;
    const values = statistic(weights);
    for (const row of clusters[place] ?? []) weights[row] = 1;
    return values;
  });
  return summariseAll(estimates, replicates, accelerations, settings.level);
}

/** Numbers one after the other, stratum by stratum, [strata][units of it]. */
export function placesOf(strata: readonly (readonly unknown[])[]): number[][] {
  let next = 0;
  return strata.map((stratum) => stratum.map(() => next++));
}

/** Draws each stratum anew with replacement: how often each unit came. */
export function drawCounts(random: Random, strata: readonly (readonly number[])[], out: Float64Array): void {
  out.fill(0);
  for (const stratum of strata)
    for (let draw = 0; draw < stratum.length; draw++) {
      const unit = stratum[Math.floor(random.uniform() * stratum.length)] ?? 0;
      out[unit] = (out[unit] ?? 0) + 1;
    }
}

/** Statistics of all resamples, [statistics][resamples]. */
export function replicatesOf(resamples: number, width: number, resample: () => ArrayLike<number>): Float64Array[] {
  const replicates = Array.from({ length: width }, () => new Float64Array(resamples));
  for (let at = 0; at < resamples; at++) {
    const values = resample();
    for (let index = 0; index < width; index++) {
      const column = replicates[index];
      if (column) column[at] = values[index] ?? Number.NaN;
    }
  }
  return replicates;
}

/**
 * Acceleration of each statistic by the jackknife of each stratum.
 *
 * @param without  the statistics without one unit
 */
export function accelerationsOf(
  { resamples }: Pick<BootstrapSettings, 'resamples'>,
  strata: readonly (readonly number[])[],
  width: number,
  without: (unit: number) => ArrayLike<number>,
): Float64Array {
  const cubes = new Float64Array(width);
  const squares = new Float64Array(width);
  if (resamples < LEAST_RESAMPLES) return cubes; // no interval to accelerate
  for (const stratum of strata) {
    const n = stratum.length;
    const left = new Float64Array(n * width);
    for (const [at, unit] of stratum.entries()) left.set(without(unit), at * width);
    for (let index = 0; index < width; index++) {
      let mean = 0;
      for (let at = 0; at < n; at++) mean += (left[at * width + index] ?? 0) / n;
      for (let at = 0; at < n; at++) {
        const influence = ((n - 1) * (mean - (left[at * width + index] ?? 0))) / n;
        cubes[index] = (cubes[index] ?? 0) + influence ** 3;
        squares[index] = (squares[index] ?? 0) + influence ** 2;
      }
    }
  }
  return cubes.map((cube, index) => cube / (6 * (squares[index] ?? 0) ** 1.5));
}

/** Every statistic with its intervals. */
export function summariseAll(
  estimates: readonly number[],
  replicates: readonly Float64Array[],
  accelerations: ArrayLike<number>,
  level: number,
): Estimate[] {
  return estimates.map((estimate, index) =>
    summariseReplicates(estimate, replicates[index] ?? new Float64Array(), accelerations[index] ?? 0, level),
  );
}

function summariseReplicates(estimate: number, column: Float64Array, acceleration: number, level: number): Estimate {
  const sorted = column.filter((value) => Number.isFinite(value)).sort();
  const resamples = sorted.length;
  if (!Number.isFinite(estimate) || resamples < LEAST_RESAMPLES) {
    const none = Number.NaN;
    return { estimate, low: none, high: none, percentileLow: none, percentileHigh: none, std_error: none, resamples };
  }
  const mean = sorted.reduce((sum, value) => sum + value, 0) / resamples;
  const std_error = Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (resamples - 1));
  const tail = (1 - level) / 2;
  const percentileLow = quantile(sorted, tail);
  const percentileHigh = quantile(sorted, 1 - tail);
  let below = 0;
  for (const value of sorted) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const z0 = normalQuantile(below / resamples);
  const at = (alpha: number) => {
    const z = z0 + normalQuantile(alpha);
    return quantile(sorted, normalCdf(z0 + z / (1 - acceleration * z)));
  };
  const [low, high] = [at(tail), at(1 - tail)];
  const isUsable = Number.isFinite(low) && Number.isFinite(high) && low <= high;
  return {
    estimate,
    low: isUsable ? low : percentileLow,
    high: isUsable ? high : percentileHigh,
    percentileLow,
    percentileHigh,
    std_error,
    resamples,
  };
}

/** Quantile of sorted values, linear between order statistics (Hyndman & Fan's type 7); NaN for p outside [0, 1]. */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  if (!(p >= 0 && p <= 1) || sorted.length === 0) return Number.NaN;
  const place = p * (sorted.length - 1);
  const lower = Math.floor(place);
  const low = sorted[lower] ?? Number.NaN;
  const high = sorted[Math.min(lower + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (place - lower) * (high - low);
}
