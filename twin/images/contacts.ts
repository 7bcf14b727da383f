import type { Point } from '../anatomy/anatomy.ts';
import { determinant, positionOf } from './affine.ts';
import type { Tissue } from './labelImage.ts';
import type { TissueImage } from './tissueImage.ts';

/** Where two tissues of a map touch. */
export interface Contact {
  /** Mean of the shared voxel faces' middles, mm */
  readonly centre: Point;
  /** Unit vector out of the first tissue: the faces' area vectors summed, in which a slanted plane's steps cancel */
  readonly normal: Point;
  /** Length of that sum, mm²: the area of a flat contact */
  readonly area_mm2: number;
  /** Heights of the faces' middles along the normal, mm, ascending */
  readonly heights: readonly number[];
}

/** Code of a tissue in a map; 0 is the background. Undefined where the map does not hold it. */
export function codeOf({ tissues }: Pick<TissueImage, 'tissues'>, tissue: Tissue | 'background'): number | undefined {
  if (tissue === 'background') return 0;
  const at = tissues.indexOf(tissue);
  return at < 0 ? undefined : at + 1;
}

/** The contact of two tissues of a map; undefined where they touch nowhere. The map's border counts as background. */
export function findContact(image: TissueImage, one: Tissue, other: Tissue | 'background'): Contact | undefined {
  const from = codeOf(image, one);
  const to = codeOf(image, other);
  if (from === undefined || to === undefined) return undefined;
  const { size, voxels, affine } = image;
  const strides = [1, size[0], size[0] * size[1]];
  const areas = faceAreas(affine);
  const middles: number[] = [];
  const sum = [0, 0, 0];
  const index = [0, 0, 0];
  for (let at = 0; at < voxels.length; at++) {
    if (voxels[at] !== from) continue;
    index[0] = at % size[0];
    index[1] = Math.floor(at / size[0]) % size[1];
    index[2] = Math.floor(at / strides[2]);
    for (let axis = 0; axis < 3; axis++) {
      for (const sign of [-1, 1]) {
        const next = index[axis] + sign;
        const beyond = next < 0 || next >= size[axis] ? 0 : voxels[at + sign * strides[axis]];
        if (beyond !== to) continue;
        const half = [0, 0, 0];
        half[axis] = sign / 2;
        middles.push(...positionOf(affine, index[0] + half[0], index[1] + half[1], index[2] + half[2]));
        for (let i = 0; i < 3; i++) sum[i] += sign * areas[axis][i];
      }
    }
  }
  const area_mm2 = Math.hypot(...sum);
  if (middles.length === 0 || area_mm2 === 0) return undefined;
  const normal: Point = [sum[0] / area_mm2, sum[1] / area_mm2, sum[2] / area_mm2];
  const count = middles.length / 3;
  const mean = (axis: number): number => {
    let total = 0;
    for (let at = axis; at < middles.length; at += 3) total += middles[at];
    return total / count;
  };
  const heights = Array.from({ length: count }, (_, face) =>
    dot(normal, [middles[3 * face], middles[3 * face + 1], middles[3 * face + 2]]),
  ).sort((a, b) => a - b);
  return { centre: [mean(0), mean(1), mean(2)], normal, area_mm2, heights };
}

export const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** Area vectors of the faces between neighbours along i, j, k, pointing to the higher index, mm². */
function faceAreas(affine: readonly number[]): [Point, Point, Point] {
  const column = (at: number): Point => [affine[at], affine[4 + at], affine[8 + at]];
  const [u, v, w] = [column(0), column(1), column(2)];
  const turn = Math.sign(determinant(affine));
  const cross = (a: Point, b: Point): Point => [
    turn * (a[1] * b[2] - a[2] * b[1]),
    turn * (a[2] * b[0] - a[0] * b[2]),
    turn * (a[0] * b[1] - a[1] * b[0]),
  ];
  return [cross(v, w), cross(w, u), cross(u, v)];
}
