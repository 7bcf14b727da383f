/** A sparse matrix by rows: row i has `values[k]` in column `columns[k]` for `starts[i] ≤ k < starts[i + 1]`. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columnCount: number;
  /** [rows + 1] */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/** A · B, its entries in the order in which they are met. */
export function multiply(a: SparseMatrix, b: SparseMatrix): SparseMatrix {
  const starts = new Uint32Array(a.rows + 1);
  const place = new Int32Array(b.columnCount).fill(-1);
  let entries = 0;
  for (let row = 0; row < a.rows; row++) {
    const start = entries;
    for (let i = a.starts[row]; i < a.starts[row + 1]; i++) {
      const middle = a.columns[i];
      for (let j = b.starts[middle]; j < b.starts[middle + 1]; j++) {
        const column = b.columns[j];
        if (place[column] < start) place[column] = entries++;
      }
    }
    starts[row + 1] = entries;
  }
  const columns = new Uint32Array(entries);
  const values = new Float64Array(entries);
  place.fill(-1);
  let end = 0;
  for (let row = 0; row < a.rows; row++) {
    const start = end;
    for (let i = a.starts[row]; i < a.starts[row + 1]; i++) {
      const middle = a.columns[i];
      const factor = a.values[i];
      for (let j = b.starts[middle]; j < b.starts[middle + 1]; j++) {
        const column = b.columns[j];
        let at = place[column];
        if (at < start) {
          at = end++;
          place[column] = at;
          columns[at] = column;
        }
        values[at] += factor * b.values[j];
      }
    }
  }
  return { rows: a.rows, columnCount: b.columnCount, starts, columns, values };
}

/** Aᵀ, each row by rising column. */
export function transpose(a: SparseMatrix): SparseMatrix {
  const starts = new Uint32Array(a.columnCount + 1);
  for (const column of a.columns) starts[column + 1]++;
  for (let row = 0; row < a.columnCount; row++) starts[row + 1] += starts[row];
  const next = starts.slice(0, a.columnCount);
  const columns = new Uint32Array(a.columns.length);
  const values = new Float64Array(a.values.length);
  for (let row = 0; row < a.rows; row++) {
    for (let i = a.starts[row]; i < a.starts[row + 1]; i++) {
      const at = next[a.columns[i]]++;
      columns[at] = row;
      values[at] = a.values[i];
    }
  }
  return { rows: a.columnCount, columnCount: a.rows, starts, columns, values };
}

/**
 * Puts each row of a square matrix into the order below the diagonal, diagonal, above it, in place.
 *
 * @returns place of each diagonal entry, [rows]
 */
export function splitRows({ rows, starts, columns, values }: SparseMatrix): Uint32Array {
  const middles = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    let low = starts[row];
    for (let pass = 0; pass < 2; pass++) {
      // First what lies below the diagonal comes to the front, then the diagonal itself follows it.
      for (let i = low; i < starts[row + 1]; i++) {
        if (pass === 0 ? columns[i] >= row : columns[i] !== row) continue;
        const column = columns[i];
        const value = values[i];
        columns[i] = columns[low];
        values[i] = values[low];
        columns[low] = column;
        values[low++] = value;
      }
      if (pass === 0) middles[row] = low;
    }
  }
  return middles;
}

/** Columns of a block of right sides that are solved together: their sums share each load of the matrix. */
export const BLOCK = 4;

/** out = A · x for a block of columns, [columns, BLOCK] → [rows, BLOCK] */
export function applyBlock({ rows, starts, columns, values }: SparseMatrix, x: Float64Array, out: Float64Array): void {
  for (let row = 0; row < rows; row++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    const end = starts[row + 1];
    for (let i = starts[row]; i < end; i++) {
      const at = BLOCK * columns[i];
      const value = values[i];
      s0 += value * x[at];
      s1 += value * x[at + 1];
      s2 += value * x[at + 2];
      s3 += value * x[at + 3];
    }
    const to = BLOCK * row;
    out[to] = s0;
    out[to + 1] = s1;
    out[to + 2] = s2;
    out[to + 3] = s3;
  }
}
