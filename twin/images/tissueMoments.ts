import type { Point } from '../anatomy/anatomy.ts';
import { positionOf } from './affine.ts';
import type { TissueImage } from './tissueImage.ts';

/** Centre of each tissue's voxels, LPS, mm; in the order of `tissues`. */
export function tissueCentres({ size: [ni, nj, nk], voxels, tissues, affine }: TissueImage): Point[] {
  const count = new Float64Array(tissues.length + 1);
  const sums = new Float64Array(3 * (tissues.length + 1));
  for (let k = 0, at = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, at++) {
        const code = voxels[at];
        count[code]++;
        sums[3 * code] += i;
        sums[3 * code + 1] += j;
        sums[3 * code + 2] += k;
      }
    }
  }
  return tissues.map((_, at) => {
    const n = count[at + 1];
    return positionOf(affine, sums[3 * at + 3] / n, sums[3 * at + 4] / n, sums[3 * at + 5] / n);
  });
}
