import { positionOf, voxelEdges_mm } from './affine.ts';
import type { TissueImage } from './tissueImage.ts';

/** Corners of a box of voxels, both inside it. */
export interface VoxelBox {
  readonly low: readonly [number, number, number];
  readonly high: readonly [number, number, number];
}

/**
 * The box around all voxels that are not background, or only around those of some codes; undefined where there is none.
 *
 * @param isCounted  1 where a code counts, [codes]
 */
export function tissueBox(
  { size: [ni, nj, nk], voxels }: Pick<TissueImage, 'size' | 'voxels'>,
  isCounted: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => (code > 0 ? 1 : 0)),
): VoxelBox | undefined {
  const low: [number, number, number] = [ni, nj, nk];
  const high: [number, number, number] = [-1, -1, -1];
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      const row = ni * (j + nj * k);
      let first = 0;
      while (first < ni && isCounted[voxels[row + first]] === 0) first++;
      if (first === ni) continue;
      let last = ni - 1;
      while (isCounted[voxels[row + last]] === 0) last--;
      if (first < low[0]) low[0] = first;
      if (last > high[0]) high[0] = last;
      if (j < low[1]) low[1] = j;
      if (j > high[1]) high[1] = j;
      if (k < low[2]) low[2] = k;
      high[2] = k;
    }
  }
  return high[0] < 0 ? undefined : { low, high };
}

/** The same map, cut to a box that may reach beyond it; what is beyond is background. */
export function cropTissues(image: TissueImage, { low, high }: VoxelBox): TissueImage {
  const { size, voxels, affine } = image;
  const cut = [0, 1, 2].map((axis) => high[axis] - low[axis] + 1);
  const [ni, nj, nk] = cut;
  const out = new Uint8Array(ni * nj * nk);
  const from = Math.max(low[0], 0);
  const to = Math.min(high[0] + 1, size[0]);
  for (let k = Math.max(low[2], 0); k <= Math.min(high[2], size[2] - 1); k++) {
    for (let j = Math.max(low[1], 0); j <= Math.min(high[1], size[1] - 1); j++) {
      const row = size[0] * (j + size[1] * k);
      out.set(voxels.subarray(row + from, row + to), ni * (j - low[1] + nj * (k - low[2])) + from - low[0]);
    }
  }
  const [x, y, z] = positionOf(affine, low[0], low[1], low[2]);
  const [a, b, c, , d, e, f, , g, h, i] = affine;
  return { ...image, size: [ni, nj, nk], voxels: out, affine: [a, b, c, x, d, e, f, y, g, h, i, z] };
}

/** Widens a box by a length on every side, in whole voxels and at least by two. */
export function widen({ low, high }: VoxelBox, affine: readonly number[], margin_mm: number): VoxelBox {
  const [di, dj, dk] = voxelEdges_mm(affine).map((edge) => Math.max(2, Math.ceil(margin_mm / edge)));
  return {
    low: [low[0] - di, low[1] - dj, low[2] - dk],
    high: [high[0] + di, high[1] + dj, high[2] + dk],
  };
}
