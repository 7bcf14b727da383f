import { inverseAffine, positionOf } from '../images/affine.ts';
import type { LabelImage } from '../images/labelImage.ts';
import type { Plane } from './contours.ts';
import { blankPicture, type Colour, type Picture } from './picture.ts';

/** Pixels of a tile's edge: about one a voxel. */
const PIXELS = 100;
const PAPER: Colour = [255, 255, 255];
/** Pale, so that contours stand out; labels take them in turn. */
const PALETTE: readonly Colour[] = [
  [251, 221, 190],
  [190, 216, 240],
  [196, 232, 214],
  [240, 208, 222],
  [240, 234, 178],
  [214, 208, 238],
  [208, 234, 240],
  [226, 220, 210],
];

/** Labels of a map on a plane, as a picture of what lies within `reach_mm` right, left, up and down of its origin. */
export function labelTile({ size, labels, affine }: LabelImage, plane: Plane, reach_mm: number): Picture {
  const picture = blankPicture(PIXELS, PIXELS, PAPER);
  const toVoxel = inverseAffine(affine);
  const [ni, nj, nk] = size;
  for (let row = 0; row < PIXELS; row++) {
    for (let column = 0; column < PIXELS; column++) {
      const u = ((2 * column + 1) / PIXELS - 1) * reach_mm;
      const v = (1 - (2 * row + 1) / PIXELS) * reach_mm;
      const [x, y, z] = [0, 1, 2].map((axis) => plane.origin[axis] + u * plane.right[axis] + v * plane.up[axis]);
      const [i, j, k] = positionOf(toVoxel, x, y, z).map(Math.round);
      if (!(i >= 0 && j >= 0 && k >= 0 && i < ni && j < nj && k < nk)) continue;
      const label = labels[i + ni * (j + nj * k)];
      if (label > 0) picture.rgb.set(PALETTE[(label - 1) % PALETTE.length], 3 * (row * PIXELS + column));
    }
  }
  return picture;
}
