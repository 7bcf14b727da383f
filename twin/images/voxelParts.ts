/** Connected parts of a map: voxels of one code that touch. Kept as runs along i, since a map of millions of voxels has few of them. */
export interface VoxelParts {
  /** First voxel of each run, rising; a run ends where the next begins, [runs] */
  readonly runStarts: Uint32Array;
  /** Part of each run; parts are numbered by their first voxels, so the background outside is part 0, [runs] */
  readonly runParts: Uint32Array;
  /** Code of each part, [parts] */
  readonly codes: Uint8Array;
  /** Voxels of each part, [parts] */
  readonly sizes: Uint32Array;
}

/**
 * Finds the parts of a map by joining the runs of a row with those of the rows before it (union–find with halved paths). Tissue touches by faces,
 * edges and corners, since walls of one voxel are often joined by no more; background touches by faces alone, so that no part of it leaks through
 * such a wall.
 *
 * @param size    voxels along i, j, k; the outermost voxels on every side must be background
 * @param voxels  codes, 0 is background, [k, j, i]
 */
export function voxelParts([ni, nj, nk]: readonly [number, number, number], voxels: Uint8Array): VoxelParts {
  const { starts, rowRuns } = findRuns(ni, nj * nk, voxels);
  const parents = Uint32Array.from(starts, (_, run) => run);
  const join = (a: number, b: number): void => {
    const first = rootOf(parents, a);
    const second = rootOf(parents, b);
    if (first < second) parents[second] = first;
    else parents[first] = second;
  };
  /** Joins the runs of two rows that overlap; those of tissue also where they meet at a corner. */
  const joinRows = (row: number, other: number, isByFace: boolean): void => {
    const [shift, end, otherEnd] = [(row - other) * ni, rowRuns[row + 1], rowRuns[other + 1]];
    let b = rowRuns[other];
    for (let a = rowRuns[row]; a < end; a++) {
      const code = voxels[starts[a]];
      const from = starts[a] - shift;
      const to = (a + 1 < starts.length ? starts[a + 1] : voxels.length) - shift;
      while (b > rowRuns[other] && starts[b] >= from) b--;
      for (; b < otherEnd && starts[b] <= to; b++) {
        if (voxels[starts[b]] !== code) continue;
        const stop = b + 1 < starts.length ? starts[b + 1] : voxels.length;
        const touches = code > 0 ? stop >= from : isByFace && starts[b] < to && stop > from;
        if (touches) join(a, b);
      }
      b = Math.min(b, otherEnd - 1);
    }
  };
  for (let k = 0, row = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++, row++) {
      if (j > 0) joinRows(row, row - 1, true);
      if (k === 0) continue;
      joinRows(row, row - nj, true);
      if (j > 0) joinRows(row, row - nj - 1, false);
      if (j < nj - 1) joinRows(row, row - nj + 1, false);
    }
  }
  return numberParts(voxels, starts, parents);
}

/** A run begins with each row and with each change of code. */
function findRuns(length: number, rows: number, voxels: Uint8Array): { starts: Uint32Array; rowRuns: Uint32Array } {
  const rowRuns = new Uint32Array(rows + 1);
  let runs = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    rowRuns[row] = runs;
    for (let i = 0; i < length; i++, at++) if (i === 0 || voxels[at] !== voxels[at - 1]) runs++;
  }
  rowRuns[rows] = runs;
  const starts = new Uint32Array(runs);
  for (let row = 0, at = 0, run = 0; row < rows; row++) {
    for (let i = 0; i < length; i++, at++) if (i === 0 || voxels[at] !== voxels[at - 1]) starts[run++] = at;
  }
  return { starts, rowRuns };
}

function rootOf(parents: Uint32Array, start: number): number {
  let at = start;
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]];
    at = parents[at];
  }
  return at;
}

/** A root is the first run of its part, so its number is known when any other run of the part comes. */
function numberParts(voxels: Uint8Array, runStarts: Uint32Array, parents: Uint32Array): VoxelParts {
  const codes: number[] = [];
  const sizes: number[] = [];
  for (let run = 0; run < parents.length; run++) {
    const start = runStarts[run];
    const length = (run + 1 < runStarts.length ? runStarts[run + 1] : voxels.length) - start;
    if (parents[run] === run) {
      parents[run] = codes.length;
      codes.push(voxels[start]);
      sizes.push(length);
    } else {
      const part = parents[parents[run]];
      parents[run] = part;
      sizes[part] += length;
    }
  }
  return { runStarts, runParts: parents, codes: Uint8Array.from(codes), sizes: Uint32Array.from(sizes) };
}

/** Part of one voxel, by halving the list of runs. */
export function partAt({ runStarts, runParts }: VoxelParts, voxel: number): number {
  let low = 0;
  let high = runStarts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (runStarts[middle] <= voxel) low = middle;
    else high = middle;
  }
  return runParts[low];
}
