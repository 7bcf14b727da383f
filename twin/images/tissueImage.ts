import type { Finding } from '../errors.ts';
import type { Tissue } from './labelImage.ts';

/** A label map whose labels have become tissues: 0 is background, n is `tissues[n − 1]`. */
export interface TissueImage {
  /** Voxels along i, j, k */
  readonly size: readonly [number, number, number];
  /** i fastest, [k, j, i] */
  readonly voxels: Uint8Array;
  /** Those that the map holds, in the order of `TISSUES` */
  readonly tissues: readonly Tissue[];
  /** Voxel index → position of the voxel's centre: x = A (i, j, k, 1), [12] row-major, LPS, mm */
  readonly affine: readonly number[];
  readonly findings: readonly Finding[];
}

/** Voxels of each tissue, background first: [tissues + 1]. */
export function countVoxels({ voxels, tissues }: Pick<TissueImage, 'voxels' | 'tissues'>): Uint32Array {
  const counts = new Uint32Array(tissues.length + 1);
  for (const code of voxels) counts[code]++;
  return counts;
}
