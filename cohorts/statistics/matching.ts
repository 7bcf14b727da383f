import { ALONE, assign, type Candidates } from './assignment.ts';
import { solveNormalEquations } from './moments.ts';

/** Two subjects who belong together, by row. */
export interface Pair {
  readonly woman: number;
  readonly man: number;
}

/** How alike two subjects must be. */
export interface MatchSettings {
  /** Columns that are matched on, [columns][rows] */
  readonly columns: readonly Float64Array[];
  readonly women: readonly number[];
  readonly men: readonly number[];
  /** Greatest distance within a pair, in standard deviations within a sex */
  readonly caliper: number;
}

/**
 * Pairs of a woman and a man of like size, each in one pair at most, closest in all: least sum of squared distances, where leaving somebody alone costs
 * what a pair at the caliper does, so that a pair is made whenever it pays.
 *
 *     d² = (x_w − x_m)ᵀ S⁻¹ (x_w − x_m) / p,   S pooled covariance within the sexes, p columns,   d ≤ caliper
 *
 * With one column d is the difference in pooled standard deviations, with several Mahalanobis' distance per column.
 *
 * @returns pairs in the order of the women; undefined where the columns follow from each other
 */
export function matchPairs({ columns, women, men, caliper }: MatchSettings): Pair[] | undefined {
  const width = columns.length;
  const whitened = whiten(columns, [women, men]);
  if (!whitened) return undefined;
  const limit = caliper ** 2 * width;
  const partner = assign(candidatesOf(whitened, width, women, men, limit), men.length, limit);
  return women.flatMap((woman, at) => {
    const found = partner[at] ?? ALONE;
    return found === ALONE ? [] : [{ woman, man: men[found] ?? 0 }];
  });
}

/** Everyone's size in coordinates whose squared distance is Mahalanobis', [rows, columns]; by L⁻¹ of S = L Lᵀ. */
function whiten(columns: readonly Float64Array[], groups: readonly (readonly number[])[]): Float64Array | undefined {
  const width = columns.length;
  const rows = columns[0]?.length ?? 0;
  const covariance = pooledCovariance(columns, groups);
  const out = new Float64Array(rows * width);
  // Gram–Schmidt in the metric of S: column k less its regression on the columns before it, by its residual spread.
  for (let k = 0; k < width; k++) {
    const before = Array.from({ length: k }, (_, i) => i);
    const slopes = solveNormalEquations(
      before.flatMap((i) => before.map((j) => covariance[i * width + j] ?? 0)),
      before.map((i) => covariance[i * width + k] ?? 0),
    );
    if (!slopes) return undefined;
    const own = covariance[k * width + k] ?? 0;
    const left = before.reduce((sum, i) => sum - (slopes[i] ?? 0) * (covariance[i * width + k] ?? 0), own);
    if (!(left > 1e-9 * own)) return undefined;
    for (let row = 0; row < rows; row++) {
      let value = columns[k]?.[row] ?? Number.NaN;
      for (const i of before) value -= (slopes[i] ?? 0) * (columns[i]?.[row] ?? Number.NaN);
      out[row * width + k] = value / Math.sqrt(left);
    }
  }
  return out;
}

/** Covariance about each group's own means, divisor n − groups, [columns²]. */
export function pooledCovariance(
  columns: readonly Float64Array[],
  groups: readonly (readonly number[])[],
): Float64Array {
  const width = columns.length;
  const out = new Float64Array(width * width);
  let n = 0;
  for (const group of groups) {
    n += group.length;
    const means = columns.map(
      (column) => group.reduce((sum, row) => sum + (column[row] ?? Number.NaN), 0) / group.length,
    );
    for (const row of group) {
      for (let i = 0; i < width; i++) {
        const away = (columns[i]?.[row] ?? Number.NaN) - (means[i] ?? 0);
        for (let j = 0; j < width; j++) {
          out[i * width + j] = (out[i * width + j] ?? 0) + away * ((columns[j]?.[row] ?? Number.NaN) - (means[j] ?? 0));
        }
      }
    }
  }
  return out.map((sum) => sum / (n - groups.length));
}

/** All pairs within the limit of squared distance. */
function candidatesOf(
  places: Float64Array,
  width: number,
  women: readonly number[],
  men: readonly number[],
  limit: number,
): Candidates {
  const starts = new Uint32Array(women.length + 1);
  const columns: number[] = [];
  const costs: number[] = [];
  for (const [at, woman] of women.entries()) {
    for (const [column, man] of men.entries()) {
      let squared = 0;
      for (let k = 0; k < width && squared <= limit; k++) {
        squared += ((places[woman * width + k] ?? 0) - (places[man * width + k] ?? 0)) ** 2;
      }
      if (squared > limit) continue;
      columns.push(column);
      costs.push(squared);
    }
    starts[at + 1] = columns.length;
  }
  return { starts, columns: Uint32Array.from(columns), costs: Float64Array.from(costs) };
}
