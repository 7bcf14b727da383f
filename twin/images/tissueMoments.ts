import type { Point } from '../anatomy/anatomy.ts';
import { positionOf } from './affine.ts';
import type { TissueImage } from './tissueImage.ts';

/** Where a tissue lies. */
export interface TissueMoments {
  /** Mean of its voxels' centres, LPS, mm */
  readonly centre: Point;
  /** Mean square distance from it, mm² */
  readonly spread_mm2: number;
}

/** Centre and spread of each tissue's voxels, in the order of `tissues`. */
export function tissueMoments({ size: [ni, nj, nk], voxels, tissues, affine }: TissueImage): TissueMoments[] {
  const [a, b, c, , d, e, f, , g, h, l] = affine;
  const count = new Float64Array(tissues.length + 1);
  const sums = new Float64Array(4 * (tissues.length + 1));
  // Counted from the middle of the image, so that squares of far coordinates do not cancel.
  const [mi, mj, mk] = [ni / 2, nj / 2, nk / 2];
  const step_mm2 = a * a + d * d + g * g;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      const row = ni * (j + nj * k);
      for (let i = 0; i < ni; ) {
        const code = voxels[row + i];
        let end = i + 1;
        while (end < ni && voxels[row + end] === code) end++;
        const n = end - i;
        const middle = (i + end - 1) / 2;
        i = end;
        if (code === 0) continue;
        const [u, v, w] = [middle - mi, j - mj, k - mk];
        const x = a * u + b * v + c * w;
        const y = d * u + e * v + f * w;
        const z = g * u + h * v + l * w;
        count[code] += n;
        sums[4 * code] += n * x;
        sums[4 * code + 1] += n * y;
        sums[4 * code + 2] += n * z;
        // n points in a row, one step apart, spread n(n² − 1)/12 steps² about their middle.
        sums[4 * code + 3] += n * (x * x + y * y + z * z) + (step_mm2 * n * (n * n - 1)) / 12;
      }
    }
  }
  const [ox, oy, oz] = positionOf(affine, mi, mj, mk);
  return tissues.map((_, at) => {
    const [x, y, z, square] = sums.subarray(4 * at + 4, 4 * at + 8).map((sum) => sum / count[at + 1]);
    return { centre: [ox + x, oy + y, oz + z], spread_mm2: square - (x * x + y * y + z * z) };
  });
}
