import { multiply, type SparseMatrix, splitRows, transpose } from './sparse.ts';

/** One level of a multigrid hierarchy. */
export interface Level {
  /** Each row in the order below the diagonal, diagonal, above it */
  readonly matrix: SparseMatrix;
  /** Places of the diagonal entries, [rows] */
  readonly middles: Uint32Array;
  /** From the next coarser level to this one; absent on the coarsest */
  readonly prolongation?: SparseMatrix;
  /** Its transpose */
  readonly restriction?: SparseMatrix;
}

/** Neighbours coupled more weakly than this share of √(a_ii a_jj) do not aggregate (Vaněk, Mandel and Brezina, Computing 1996), halved on each level. */
const STRONG = 0.08;
/** Damping of the prolongation's smoothing over the spectral radius (as there). */
const DAMPING = 4 / 3;
/** A level of this many unknowns is solved directly. */
const COARSEST = 400;
const MOST_LEVELS = 12;

/**
 * Smoothed aggregation (Vaněk, Mandel and Brezina, Computing 1996) for a symmetric matrix whose rows sum to zero: nodes that
 * are strongly coupled become one unknown of the next level, and the piecewise constant prolongation T is smoothed once:
 *
 *     P = (I − ω D⁻¹ A_F) T,   A_c = Pᵀ A P
 *
 * A_F is A with weak couplings added to the diagonal; ω = 4/3 over the largest row sum |A_F|/D, which bounds the spectral radius. The rows of `matrix` are
 * put in another order.
 */
export function aggregateLevels(matrix: SparseMatrix): Level[] {
  const levels: Level[] = [];
  let now = matrix;
  let threshold = STRONG;
  while (now.rows > COARSEST && levels.length < MOST_LEVELS) {
    const middles = splitRows(now);
    const isStrong = strongCouplings(now, middles, threshold);
    const { aggregateOf, count } = aggregate(now, isStrong);
    if (count >= 0.7 * now.rows) break;
    const prolongation = smoothedProlongation(now, isStrong, aggregateOf, count);
    const restriction = transpose(prolongation);
    levels.push({ matrix: now, middles, prolongation, restriction });
    now = multiply(restriction, multiply(now, prolongation));
    threshold /= 2;
  }
  levels.push({ matrix: now, middles: splitRows(now) });
  return levels;
}

/** 1 for entries off the diagonal that couple strongly, [entries] */
function strongCouplings(
  { rows, starts, columns, values }: SparseMatrix,
  middles: Uint32Array,
  threshold: number,
): Uint8Array {
  const out = new Uint8Array(values.length);
  const squared = threshold * threshold;
  for (let row = 0; row < rows; row++) {
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      const column = columns[i];
      // Rounded values of A_ij and A_ji on coarse levels may differ: both are seen by their lower node's own row order, so ties do no harm.
      if (column !== row && values[i] * values[i] > squared * values[middles[row]] * values[middles[column]])
        out[i] = 1;
    }
  }
  return out;
}

/** Greedy aggregates: whole neighbourhoods first, then what is left joins a neighbour, then the rest together. */
function aggregate(
  { rows, starts, columns, values }: SparseMatrix,
  isStrong: Uint8Array,
): { aggregateOf: Int32Array; count: number } {
  const aggregateOf = new Int32Array(rows).fill(-1);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (aggregateOf[row] >= 0) continue;
    let isFree = true;
    for (let i = starts[row]; i < starts[row + 1] && isFree; i++) {
      if (isStrong[i] === 1 && aggregateOf[columns[i]] >= 0) isFree = false;
    }
    if (!isFree) continue;
    aggregateOf[row] = count;
    for (let i = starts[row]; i < starts[row + 1]; i++) if (isStrong[i] === 1) aggregateOf[columns[i]] = count;
    count++;
  }
  const joined = aggregateOf.slice();
  for (let row = 0; row < rows; row++) {
    if (aggregateOf[row] >= 0) continue;
    let strongest = 0;
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      if (isStrong[i] === 0 || aggregateOf[columns[i]] < 0 || Math.abs(values[i]) <= strongest) continue;
      strongest = Math.abs(values[i]);
      joined[row] = aggregateOf[columns[i]];
    }
  }
  for (let row = 0; row < rows; row++) {
    if (joined[row] >= 0) continue;
    joined[row] = count;
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      if (isStrong[i] === 1 && joined[columns[i]] < 0) joined[columns[i]] = count;
    }
    count++;
  }
  return { aggregateOf: joined, count };
}

function smoothedProlongation(
  { rows, starts, columns, values }: SparseMatrix,
  isStrong: Uint8Array,
  aggregateOf: Int32Array,
  count: number,
): SparseMatrix {
  const filteredDiagonal = new Float64Array(rows);
  let radius = 0;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let absolute = 0;
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      if (isStrong[i] === 1) absolute += Math.abs(values[i]);
      else sum += values[i];
    }
    filteredDiagonal[row] = sum;
    if (sum > 0) radius = Math.max(radius, 1 + absolute / sum);
  }
  const omega = DAMPING / radius;
  const outStarts = new Uint32Array(rows + 1);
  const outColumns = new Uint32Array(values.length + rows);
  const outValues = new Float64Array(values.length + rows);
  const place = new Int32Array(count).fill(-1);
  let end = 0;
  for (let row = 0; row < rows; row++) {
    const start = end;
    const own = aggregateOf[row];
    place[own] = end;
    outColumns[end] = own;
    outValues[end++] = 1 - omega;
    const scale = filteredDiagonal[row] > 0 ? omega / filteredDiagonal[row] : 0;
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      if (isStrong[i] === 0) continue;
      const column = aggregateOf[columns[i]];
      let at = place[column];
      if (at < start) {
        at = end++;
        place[column] = at;
        outColumns[at] = column;
        outValues[at] = 0;
      }
      outValues[at] -= scale * values[i];
    }
    outStarts[row + 1] = end;
  }
  return {
    rows,
    columnCount: count,
    starts: outStarts,
    columns: outColumns.slice(0, end),
    values: outValues.slice(0, end),
  };
}
