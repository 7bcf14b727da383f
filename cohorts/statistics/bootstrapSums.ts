import { openRandom } from '../../twin/random.ts';
import {
  accelerationsOf,
  type BootstrapSettings,
  drawCounts,
  type Estimate,
  placesOf,
  replicatesOf,
  summariseAll,
} from './bootstrap.ts';

/** Numbers computed from each stratum's sums, [strata][width]. NaN where a number cannot be had. */
export type SumStatistic = (sums: readonly Float64Array[]) => ArrayLike<number>;

/** What is summed: numbers of every row, and which rows belong to which stratum. */
export interface SummedRows {
  /** [rows, width] */
  readonly numbers: Float64Array;
  readonly width: number;
  /** Clusters of each stratum, each cluster its rows; rows by themselves are clusters of one */
  readonly strata: readonly (readonly (readonly number[])[])[];
}

/**
 * The bootstrap of statistics that see the rows only through sums, as means, ratios of means, regressions and all that is made of them do. The draws
 * and intervals are those of `bootstrap`; but a cluster is left out by subtracting it, so that the jackknife takes time as the rows, not as their square.
 */
export function bootstrapSums(statistic: SumStatistic, rows: SummedRows, settings: BootstrapSettings): Estimate[] {
  const { width, strata } = rows;
  const places = placesOf(strata);
  const clusters = clusterSums(rows);
  const units = clusters.length / width;
  const sums = strata.map(() => new Float64Array(width));
  const counts = new Float64Array(units).fill(1);
  addUp(clusters, width, places, counts, sums);
  const totals = sums.map((sum) => sum.slice());
  const estimates = Array.from(statistic(sums));
  const random = openRandom(settings.seed, 'bootstrap');
  const replicates = replicatesOf(settings.resamples, estimates.length, () => {
    drawCounts(random, places, counts);
    addUp(clusters, width, places, counts, sums);
    return statistic(sums);
  });
  const stratumOf = places.flatMap((stratum, at) => stratum.map(() => at));
  for (const [at, sum] of sums.entries()) sum.set(totals[at] ?? []);
  const accelerations = accelerationsOf(settings, places, estimates.length, (unit) => {
    const stratum = stratumOf[unit] ?? 0;
    const [sum, total] = [sums[stratum], totals[stratum]];
    if (!sum || !total) throw new RangeError(`unit ${unit} belongs to no stratum`);
    for (let k = 0; k < width; k++) sum[k] = (total[k] ?? 0) - (clusters[unit * width + k] ?? 0);
    const values = Array.from(statistic(sums));
    sum.set(total);
    return values;
  });
  return summariseAll(estimates, replicates, accelerations, settings.level);
}

/** Columns side by side as `numbers` of rows that are drawn one by one, with a leading 1 whose sum counts the rows. */
export function countedRows(columns: readonly ArrayLike<number>[], strata: readonly (readonly number[])[]): SummedRows {
  const width = columns.length + 1;
  const rows = columns[0]?.length ?? 0;
  const numbers = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    numbers[row * width] = 1;
    for (let k = 1; k < width; k++) numbers[row * width + k] = columns[k - 1]?.[row] ?? Number.NaN;
  }
  return { numbers, width, strata: strata.map((stratum) => stratum.map((row) => [row])) };
}

/** Each cluster's own sums in the order of the strata, [clusters, width]. */
function clusterSums({ numbers, width, strata }: SummedRows): Float64Array {
  const clusters = strata.flat();
  const out = new Float64Array(clusters.length * width);
  for (const [place, cluster] of clusters.entries())
    for (const row of cluster)
      for (let k = 0; k < width; k++) {
        out[place * width + k] = (out[place * width + k] ?? 0) + (numbers[row * width + k] ?? Number.NaN);
      }
  return out;
}

function addUp(
  clusters: Float64Array,
  width: number,
  strata: readonly (readonly number[])[],
  counts: Float64Array,
  out: readonly Float64Array[],
): void {
  for (const [at, stratum] of strata.entries()) {
    const sum = out[at];
    if (!sum) continue;
    sum.fill(0);
    for (const unit of stratum) {
      const count = counts[unit] ?? 0;
      if (count === 0) continue;
      const start = unit * width;
      for (let k = 0; k < width; k++) sum[k] = (sum[k] ?? 0) + count * (clusters[start + k] ?? 0);
    }
  }
}
