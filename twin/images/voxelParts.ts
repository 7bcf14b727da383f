/** Connected parts of a map: voxels of one code that touch. */
export interface VoxelParts {
  /** Part of each voxel, numbered by their first voxels, [k, j, i] */
  readonly partOf: Uint32Array;
  /** Code of each part, [parts] */
  readonly codes: Uint8Array;
  /** Voxels of each part, [parts] */
  readonly sizes: Uint32Array;
}

/**
 * Finds the parts of a map by joining each voxel with its forerunners (union–find with halved paths). Tissue touches by faces, edges and corners, since
 * walls of one voxel are often joined by no more; background touches by faces alone, so that no part of it leaks through such a wall.
 *
 * @param size    voxels along i, j, k; the outermost voxels on every side must be background
 * @param voxels  codes, 0 is background, [k, j, i]
 */
export function voxelParts([ni, nj, nk]: readonly [number, number, number], voxels: Uint8Array): VoxelParts {
  const parents = new Uint32Array(voxels.length);
  for (let at = 0; at < parents.length; at++) parents[at] = at;
  const rootOf = (start: number): number => {
    let at = start;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  };
  const join = (a: number, b: number): void => {
    const first = rootOf(a);
    const second = rootOf(b);
    if (first < second) parents[second] = first;
    else parents[first] = second;
  };
  const plane = ni * nj;
  const byFaces = [1, ni, plane];
  const byCorners = [1, ni - 1, ni, ni + 1];
  for (let dj = -1; dj <= 1; dj++) for (let di = -1; di <= 1; di++) byCorners.push(plane + dj * ni + di);
  for (let k = 0, at = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, at++) {
        const code = voxels[at];
        if (code > 0) {
          for (const back of byCorners) if (voxels[at - back] === code) join(at - back, at);
        } else {
          if (i > 0 && voxels[at - byFaces[0]] === 0) join(at - byFaces[0], at);
          if (j > 0 && voxels[at - byFaces[1]] === 0) join(at - byFaces[1], at);
          if (k > 0 && voxels[at - byFaces[2]] === 0) join(at - byFaces[2], at);
        }
      }
    }
  }
  const codes: number[] = [];
  const sizes: number[] = [];
  // A root is the first voxel of its part, so its number is known when any other voxel of the part comes.
  for (let at = 0; at < parents.length; at++) {
    if (parents[at] === at) {
      parents[at] = codes.length;
      codes.push(voxels[at]);
      sizes.push(1);
    } else {
      const part = parents[parents[at]];
      parents[at] = part;
      sizes[part]++;
    }
  }
  return { partOf: parents, codes: Uint8Array.from(codes), sizes: Uint32Array.from(sizes) };
}
