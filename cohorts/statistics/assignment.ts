/** A possible pair of a row and a column, and what it costs. */
export interface Candidates {
  /** Where each row's candidates begin in the lists below, [rows + 1] */
  readonly starts: Uint32Array;
  /** Columns, ascending within a row */
  readonly columns: Uint32Array;
  /** ≥ 0 */
  readonly costs: Float64Array;
}

/** Stands for no partner. */
export const ALONE = -1;

/**
 * Pairs of rows and columns, each in one pair at most, with the least sum of
 *
 *     Σ costs of pairs + penalty · rows left alone
 *
 * over all choices of whom to pair, and with whom (an optimal subset: Rosenbaum, J Comput Graph Stat, 2012). Rows enter one after the other along
 * shortest augmenting paths with dual prices (as Jonker & Volgenant, Computing, 1987); among equally good choices the first in order is taken.
 *
 * @returns each row's column or ALONE, [rows]
 */
export function assign({ starts, columns, costs }: Candidates, columnCount: number, penalty: number): Int32Array {
  const rows = starts.length - 1;
  const partner = new Int32Array(rows).fill(ALONE);
  const owner = new Int32Array(columnCount).fill(ALONE);
  const rowPrice = new Float64Array(rows);
  const columnPrice = new Float64Array(columnCount);
  const distance = new Float64Array(columnCount).fill(Number.POSITIVE_INFINITY);
  const from = new Int32Array(columnCount);
  const isDone = new Uint8Array(columnCount);
  for (let start = 0; start < rows; start++) {
    const seen: number[] = [];
    const done: number[] = [];
    let row = start;
    let reached = 0;
    let aloneAt = Number.POSITIVE_INFINITY;
    let leftOut = start;
    let free = ALONE;
    for (;;) {
      const price = rowPrice[row] ?? 0;
      if (reached + penalty - price < aloneAt) {
        aloneAt = reached + penalty - price;
        leftOut = row;
      }
      for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
        const column = columns[at] ?? 0;
        if (isDone[column]) continue;
        const through = reached + (costs[at] ?? 0) - price - (columnPrice[column] ?? 0);
        const known = distance[column] ?? 0;
        if (through >= known) continue;
        if (known === Number.POSITIVE_INFINITY) seen.push(column);
        distance[column] = through;
        from[column] = row;
      }
      const next = nearest(seen, isDone, distance);
      if (next === ALONE || aloneAt <= (distance[next] ?? 0)) {
        reached = aloneAt;
        break;
      }
      reached = distance[next] ?? 0;
      if (owner[next] === ALONE) {
        free = next;
        break;
      }
      isDone[next] = 1;
      done.push(next);
      row = owner[next] ?? 0;
    }
    rowPrice[start] = (rowPrice[start] ?? 0) + reached;
    for (const column of done) {
      const rise = reached - (distance[column] ?? 0);
      columnPrice[column] = (columnPrice[column] ?? 0) - rise;
      const owned = owner[column] ?? 0;
      rowPrice[owned] = (rowPrice[owned] ?? 0) + rise;
    }
    augment(start, free, leftOut, { partner, owner, from });
    for (const column of seen) {
      distance[column] = Number.POSITIVE_INFINITY;
      isDone[column] = 0;
    }
  }
  return partner;
}

/** The column not yet done that is nearest; the first of equals. */
function nearest(seen: readonly number[], isDone: Uint8Array, distance: Float64Array): number {
  let best = ALONE;
  for (const column of seen) {
    if (isDone[column]) continue;
    const away = distance[column] ?? 0;
    const least = best === ALONE ? Number.POSITIVE_INFINITY : (distance[best] ?? 0);
    if (away < least || (away === least && column < best)) best = column;
  }
  return best;
}

/** Shifts partners back along the path: from the free column, or from the row that is left alone. */
function augment(
  start: number,
  free: number,
  leftOut: number,
  { partner, owner, from }: { readonly partner: Int32Array; readonly owner: Int32Array; readonly from: Int32Array },
): void {
  let column = free;
  if (free === ALONE) {
    column = partner[leftOut] ?? ALONE;
    partner[leftOut] = ALONE;
  }
  while (column !== ALONE) {
    const row = from[column] ?? 0;
    const before = partner[row] ?? ALONE;
    partner[row] = column;
    owner[column] = row;
    column = row === start ? ALONE : before;
  }
}
