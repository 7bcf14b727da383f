import type { Bounds } from '../anatomy/stuffing.ts';
import type { Finding } from '../errors.ts';
import { inverseAffine, positionOf, voxelEdges_mm } from './affine.ts';
import { squaredDistances } from './distanceTransform.ts';
import type { Tissue } from './labelImage.ts';
import type { TissueImage } from './tissueImage.ts';

export interface LevelSetOptions {
  /** Edge of the grid's cubes; absent: the shortest edge of the map's voxels */
  readonly spacing_mm?: number;
  /** Room around the tissues inside the grid, in which walls can be grown */
  readonly margin_mm?: number;
}

/**
 * Smooth signed distances of the tissues of a map and of what is around them. A point belongs to the tissue (or the background) with the lowest
 * value; two of them meet where their values are equal, which is near 0, and nowhere is a gap.
 */
export interface LevelSets {
  readonly tissues: readonly Tissue[];
  /** Of the tissues with the margin, LPS, mm */
  readonly bounds: Bounds;
  readonly spacing_mm: number;
  readonly findings: readonly Finding[];
  /** mm, negative inside. @param tissue  index into `tissues`; `tissues.length` is the background */
  sample(tissue: number, x: number, y: number, z: number): number;
  /** All of them at once, in about the time of two. @param out  mm, [tissues + 1], the background last */
  sampleAll(x: number, y: number, z: number, out: Float64Array): void;
  /** Index into `tissues`; `tissues.length` in the background */
  tissueAt(x: number, y: number, z: number): number;
}

/** Level sets of a cleaned map. */
export function levelSetsOf(image: TissueImage, { margin_mm = 10 }: LevelSetOptions = {}): LevelSets {
  const edges = voxelEdges_mm(image.affine);
  const { size, voxels, affine } = padded(image, edges, margin_mm);
  const count = image.tissues.length + 1;
  const fields = Array.from({ length: count }, (_, field) => {
    const code = field === count - 1 ? 0 : field + 1;
    return signedDistance(size, edges, voxels, code);
  });
  const inverse = inverseAffine(affine);
  const [ni, nj, nk] = size;
  const sampleField = (field: Float32Array, x: number, y: number, z: number): number => {
    const [u, v, w] = positionOf(inverse, x, y, z);
    const i = Math.min(Math.max(Math.floor(u), 0), ni - 2);
    const j = Math.min(Math.max(Math.floor(v), 0), nj - 2);
    const k = Math.min(Math.max(Math.floor(w), 0), nk - 2);
    const a = Math.min(Math.max(u - i, 0), 1);
    const b = Math.min(Math.max(v - j, 0), 1);
    const c = Math.min(Math.max(w - k, 0), 1);
    const at = i + ni * (j + nj * k);
    const row = (start: number): number => field[start] * (1 - a) + field[start + 1] * a;
    const plane = (start: number): number => row(start) * (1 - b) + row(start + ni) * b;
    return plane(at) * (1 - c) + plane(at + ni * nj) * c;
  };
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) =>
    positionOf(affine, corner & 1 ? ni - 1 : 0, corner & 2 ? nj - 1 : 0, corner & 4 ? nk - 1 : 0),
  );
  const extreme = (pick: (...values: number[]) => number): [number, number, number] => [
    pick(...corners.map(([x]) => x)),
    pick(...corners.map(([, y]) => y)),
    pick(...corners.map(([, , z]) => z)),
  ];
  const sample = (tissue: number, x: number, y: number, z: number): number => sampleField(fields[tissue], x, y, z);
  return {
    tissues: image.tissues,
    bounds: { min: extreme(Math.min), max: extreme(Math.max) },
    spacing_mm: Math.min(...edges),
    findings: [],
    sample,
    sampleAll(x, y, z, out) {
      for (let tissue = 0; tissue < count; tissue++) out[tissue] = sample(tissue, x, y, z);
    },
    tissueAt(x, y, z) {
      let best = 0;
      for (let tissue = 1; tissue < count; tissue++) if (sample(tissue, x, y, z) < sample(best, x, y, z)) best = tissue;
      return best;
    },
  };
}

/** The box around the tissues with room on every side. */
function padded({ size, voxels, affine }: TissueImage, edges: readonly number[], margin_mm: number) {
  const low = [...size];
  const high = [-1, -1, -1];
  for (let at = 0, k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, at++) {
        if (voxels[at] === 0) continue;
        low[0] = Math.min(low[0], i);
        low[1] = Math.min(low[1], j);
        low[2] = Math.min(low[2], k);
        high[0] = Math.max(high[0], i);
        high[1] = Math.max(high[1], j);
        high[2] = Math.max(high[2], k);
      }
    }
  }
  const room = edges.map((edge) => Math.ceil(margin_mm / edge) + 1);
  const from = low.map((value, axis) => value - room[axis]);
  const padding: [number, number, number] = [0, 0, 0];
  for (let axis = 0; axis < 3; axis++) padding[axis] = high[axis] - low[axis] + 1 + 2 * room[axis];
  const out = new Uint8Array(padding[0] * padding[1] * padding[2]);
  for (let k = low[2]; k <= high[2]; k++) {
    for (let j = low[1]; j <= high[1]; j++) {
      const source = size[0] * (j + size[1] * k);
      const target = padding[0] * (j - from[1] + padding[1] * (k - from[2])) - from[0];
      for (let i = low[0]; i <= high[0]; i++) out[target + i] = voxels[source + i];
    }
  }
  const [x, y, z] = positionOf(affine, from[0], from[1], from[2]);
  const [a, b, c, , d, e, f, , g, h, i] = affine;
  return { size: padding, voxels: out, affine: [a, b, c, x, d, e, f, y, g, h, i, z] };
}

/** Distance to the boundary of the voxels of one code, which lies half a voxel from their centres. */
function signedDistance(
  size: readonly [number, number, number],
  edges: readonly [number, number, number],
  voxels: Uint8Array,
  code: number,
): Float32Array {
  const outside = Float64Array.from(voxels, (value) => (value === code ? 0 : Number.POSITIVE_INFINITY));
  const inside = Float64Array.from(voxels, (value) => (value === code ? Number.POSITIVE_INFINITY : 0));
  squaredDistances(size, edges, outside);
  squaredDistances(size, edges, inside);
  const half = Math.min(...edges) / 2;
  return Float32Array.from(voxels, (value, at) =>
    value === code ? half - Math.sqrt(inside[at]) : Math.sqrt(outside[at]) - half,
  );
}
