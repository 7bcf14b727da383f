import type { Point } from '../anatomy/anatomy.ts';
import { type Finding, TwinError } from '../errors.ts';
import { positionOf, voxelEdges_mm } from './affine.ts';
import { codeOf, dot, findContact } from './contacts.ts';
import { cropTissues } from './cropTissues.ts';
import type { Tissue } from './labelImage.ts';
import type { TissueImage } from './tissueImage.ts';

/** A plane at which ventricles without atria end: points with normal · x > height are cut off. */
export interface BasePlane {
  /** Unit vector from the apex to the base */
  readonly normal: Point;
  /** mm */
  readonly height: number;
  /** Where the RV's blood ends, mm: in its last slice, or at the same plane */
  readonly rvHeight: number;
}

/** A map whose ventricles end at a plane, with room beyond it. */
export interface CutMap {
  readonly plane: BasePlane;
  /** The map without what lies beyond the plane; volumes are counted here */
  readonly kept: TissueImage;
  /** The same, gone on with beyond the plane, so that smoothing does not round the edge that the plane cuts */
  readonly extended: TissueImage;
  readonly findings: readonly Finding[];
}

/** Slices are a stack's where they are this much thicker than their pixels. */
const STACK_RATIO = 2;
/** Share of the edge of the LV's blood in a slice that may lie open where the wall still counts as all around. */
const OPEN_SHARE = 0.05;
/** A slice with a smaller share of the largest slice's RV blood is no RV. */
const LEAST_RV_SHARE = 0.05;
/** Slices that are added beyond the plane. */
const BEYOND = 2;

/**
 * The plane at which a map without atria ends: in a stack of slices half a slice beyond the last one in which LV muscle lies all around the LV's blood,
 * otherwise the middle of the surface in which the LV's blood lies open.
 *
 * @throws TwinError BadAnatomy when no slice has muscle all around, or the LV's blood lies open nowhere
 */
export function cutAtBase(image: TissueImage): CutMap {
  const opening = findContact(image, 'lvBlood', 'background');
  const edges = voxelEdges_mm(image.affine);
  const thickest = Math.max(...edges);
  if (thickest >= STACK_RATIO * Math.min(...edges)) return cutStack(image, edges.indexOf(thickest), opening?.normal);
  if (opening === undefined) {
    throw new TwinError(
      'BadAnatomy',
      'The LV blood of the map is enclosed by muscle on all sides and no atrium or artery is labelled, so nothing shows where the ventricles end; expected blood that lies open at the base.',
    );
  }
  const height = opening.heights[opening.heights.length >> 1] - Math.min(...edges) / 2;
  return { plane: { normal: opening.normal, height, rvHeight: height }, kept: image, extended: image, findings: [] };
}

function cutStack(image: TissueImage, axis: number, opening: Point | undefined): CutMap {
  const along: Point = [image.affine[axis], image.affine[4 + axis], image.affine[8 + axis]];
  const length = Math.hypot(...along);
  const open = openShares(image, axis);
  const ring = (slice: number) => open[slice] <= OPEN_SHARE;
  const rings = open.flatMap((_, slice) => (ring(slice) ? [slice] : []));
  if (rings.length < 2) {
    throw new TwinError(
      'BadAnatomy',
      `LV muscle lies all around the LV blood in ${rings.length} slices of the stack, expected at least 2; correct the labels`,
      { slices: open.length },
    );
  }
  const sign = Math.sign(opening === undefined ? widerEnd(image, axis) : dot(opening, along)) || 1;
  let last = rings[rings.length >> 1];
  while (ring(last + sign)) last += sign;
  const normal: Point = [(sign * along[0]) / length, (sign * along[1]) / length, (sign * along[2]) / length];
  const heightBeyond = (slice: number): number => {
    const index = [0, 0, 0];
    index[axis] = slice + sign / 2;
    return dot(normal, positionOf(image.affine, index[0], index[1], index[2]));
  };
  const rvLast = lastRvSlice(image, axis, last, sign);
  const dropped = open.filter((share, slice) => sign * (slice - last) > 0 && share < Number.POSITIVE_INFINITY).length;
  const findings: Finding[] =
    dropped === 0
      ? []
      : [
          {
            code: 'slices-beyond-base',
            severity: 'repaired',
            message: `${dropped} slices beyond the last one with LV muscle all around were left out; the base is cut there.`,
            count: dropped,
          },
        ];
  return {
    plane: { normal, height: heightBeyond(last), rvHeight: heightBeyond(rvLast) },
    kept: endAt(image, axis, last, sign, 0),
    extended: repeatRv(endAt(image, axis, last, sign, BEYOND), axis, sign > 0 ? rvLast : rvLast - last + BEYOND, sign),
    findings,
  };
}

/** Share of the edge of the LV's blood that is not muscle, by slice; Infinity where there is no LV blood or no muscle. */
function openShares(image: TissueImage, axis: number): number[] {
  const { size, voxels } = image;
  const blood = codeOf(image, 'lvBlood');
  const walls = (['lvMuscle', 'scar', 'papillary'] satisfies Tissue[]).map((tissue) => codeOf(image, tissue));
  const strides = [1, size[0], size[0] * size[1]];
  const open = new Array<number>(size[axis]).fill(0);
  const edge = new Array<number>(size[axis]).fill(0);
  for (let at = 0; at < voxels.length; at++) {
    if (voxels[at] !== blood) continue;
    const index = [at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / strides[2])];
    for (let other = 0; other < 3; other++) {
      if (other === axis) continue;
      for (const sign of [-1, 1]) {
        const next = index[other] + sign;
        const beyond = next < 0 || next >= size[other] ? 0 : voxels[at + sign * strides[other]];
        if (beyond === blood) continue;
        edge[index[axis]]++;
        if (!walls.includes(beyond)) open[index[axis]]++;
      }
    }
  }
  return open.map((faces, slice) => (edge[slice] === 0 ? Number.POSITIVE_INFINITY : faces / edge[slice]));
}

/** The last slice up to the base with RV blood worth the name; the base's where there is none. */
function lastRvSlice(image: TissueImage, axis: number, base: number, sign: number): number {
  const { size, voxels } = image;
  const blood = codeOf(image, 'rvBlood');
  const strides = [1, size[0], size[0] * size[1]];
  const counts = new Array<number>(size[axis]).fill(0);
  for (let at = 0; at < voxels.length; at++) {
    if (voxels[at] === blood) counts[Math.floor(at / strides[axis]) % size[axis]]++;
  }
  const least = LEAST_RV_SHARE * Math.max(...counts);
  let slice = base;
  while (slice >= 0 && slice < counts.length && !(counts[slice] > least)) slice -= sign;
  return counts[slice] === undefined ? base : slice;
}

/** Goes on with the RV's blood beyond its last slice, into the background, so that it ends flat at its own plane. */
function repeatRv(image: TissueImage, axis: number, last: number, sign: number): TissueImage {
  const { size, voxels } = image;
  const blood = codeOf(image, 'rvBlood');
  const stride = [1, size[0], size[0] * size[1]][axis];
  const out = voxels.slice();
  for (let at = 0; at < voxels.length; at++) {
    const slice = Math.floor(at / stride) % size[axis];
    const beyond = sign * (slice - last);
    if (voxels[at] === 0 && beyond > 0 && beyond <= BEYOND && voxels[at + (last - slice) * stride] === blood) {
      out[at] = voxels[at + (last - slice) * stride];
    }
  }
  return { ...image, voxels: out };
}

/** 1 where the LV is wider towards higher slices, −1 where it is narrower. */
function widerEnd(image: TissueImage, axis: number): number {
  const { size, voxels } = image;
  const blood = codeOf(image, 'lvBlood');
  const strides = [1, size[0], size[0] * size[1]];
  let mass = 0;
  let first = 0;
  const counts = new Array<number>(size[axis]).fill(0);
  for (let at = 0; at < voxels.length; at++)
    if (voxels[at] === blood) counts[Math.floor(at / strides[axis]) % size[axis]]++;
  const present = counts.flatMap((count, slice) => (count > 0 ? [slice] : []));
  const middle = (present[0] + present[present.length - 1]) / 2;
  for (const [slice, count] of counts.entries()) {
    mass += count;
    first += count * (slice - middle);
  }
  return mass === 0 ? 1 : Math.sign(first);
}

/** The map up to a slice, which is repeated `beyond` times. */
function endAt(image: TissueImage, axis: number, last: number, sign: number, beyond: number): TissueImage {
  const low: [number, number, number] = [0, 0, 0];
  const high: [number, number, number] = [image.size[0] - 1, image.size[1] - 1, image.size[2] - 1];
  if (sign > 0) high[axis] = last;
  else low[axis] = last;
  const kept = cropTissues(image, { low, high });
  if (beyond === 0) return kept;
  if (sign > 0) high[axis] += beyond;
  else low[axis] -= beyond;
  const longer = cropTissues(image, { low, high });
  const { size, voxels } = longer;
  const strides = [1, size[0], size[0] * size[1]];
  const from = last - low[axis];
  for (let at = 0; at < voxels.length; at++) {
    const slice = Math.floor(at / strides[axis]) % size[axis];
    if (sign * (slice - from) > 0) voxels[at] = voxels[at + (from - slice) * strides[axis]];
  }
  return longer;
}
