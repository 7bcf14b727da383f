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
export const countVoxels = ({ voxels, tissues }: Pick<TissueImage, 'voxels' | 'tissues'>): Uint32Array =>
  histogram(voxels, tissues.length + 1);

/** How often each value from 0 to `values − 1` occurs. Counted by runs of equal ones: of a map's neighbours most are. */
export function histogram(items: Uint8Array | Uint16Array, values: number): Uint32Array {
  const counts = new Uint32Array(values);
  let start = 0;
  for (let at = 1; at <= items.length; at++) {
    if (at < items.length && items[at] === items[start]) continue;
    if (start < items.length) counts[items[start]] += at - start;
    start = at;
  }
  return counts;
}
