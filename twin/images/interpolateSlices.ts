import { voxelEdges_mm } from './affine.ts';
import { cropTissues, tissueBox, type VoxelBox } from './cropTissues.ts';
import type { Tissue } from './labelImage.ts';
import { signedDistance } from './signedDistance.ts';
import { blend, FAR_mm } from './sliceBlends.ts';
import { endTissue, fillEnd, type Slice, WALL_OF } from './sliceEnds.ts';
import { smoothLevel } from './smoothLevel.ts';
import type { TissueImage } from './tissueImage.ts';

/** An end of the stack is closed where the last slice is smaller than this share of the largest, and cut flat elsewhere. */
const CLOSED_BELOW = { smallerEnd: 0.6, largerEnd: 0.2 } as const;

/**
 * Turns a stack of slices into cubes of one edge by shape-based interpolation: signed distances in the plane of each slice, interpolated
 * along the stack by cubics (Catmull–Rom) where a tissue is in four slices in a row and linearly elsewhere; each new voxel becomes the
 * tissue with the lowest value. S. Raya and J. Udupa, IEEE Trans Med Imaging 9, 1990.
 *
 * Where a tissue is missing in the next slice it closes like a paraboloid that ends there, which keeps the volume of half a slice. The narrow end of the stack, the
 * apex, is closed in the same way by the chamber's muscle, its blood ending half a slice behind the last slice; the wide end, the
 * base, is cut flat half a slice behind it. A slice of the stack without any tissue between others is bridged.
 */
export function interpolateSlices(image: TissueImage, spacing_mm: number, rounds: number): TissueImage {
  const box = tissueBox(image);
  if (!box) return image;
  const edges = voxelEdges_mm(image.affine);
  const axis = edges.indexOf(Math.max(...edges));
  const stackAxis = edges[axis] - edges[2] < 1e-3 * edges[2] ? 2 : axis;
  const cropped = cropTissues(image, widenInPlane(box, stackAxis));
  const planeAxes = [0, 1, 2].filter((other) => other !== stackAxis);
  const [a, b] = planeAxes;
  const plane: Plane = {
    axes: [a, b],
    stackAxis,
    pixels: [
      Math.floor(((cropped.size[a] - 1) * edges[a]) / spacing_mm) + 1,
      Math.floor(((cropped.size[b] - 1) * edges[b]) / spacing_mm) + 1,
    ],
    edges,
    spacing_mm,
    rounds,
  };
  const occupied = occupiedSlices(cropped, stackAxis);
  const sliceAt = rollingSlices(cropped, plane);
  const thickness = edges[stackAxis];
  const first = occupied[0].slice * thickness - thickness;
  const last = occupied[occupied.length - 1].slice * thickness + thickness;
  const count = Math.floor((last - first) / spacing_mm + 1e-9) + 1;
  const area = plane.pixels[0] * plane.pixels[1];
  const isClosed = closedEnds(occupied);
  const codes = image.tissues.length + 1;
  const values = Array.from({ length: codes }, () => new Float32Array(area));
  const winners = new Uint8Array(area);
  const size: [number, number, number] = [0, 0, 0];
  size[a] = plane.pixels[0];
  size[b] = plane.pixels[1];
  size[stackAxis] = count;
  const voxels = new Uint8Array(area * count);
  let p = 0;
  for (let step = 0; step < count; step++) {
    const z = (first + step * spacing_mm) / thickness;
    while (p + 1 < occupied.length && occupied[p + 1].slice <= z) p++;
    if (z < occupied[0].slice || p === occupied.length - 1) {
      const end = z < occupied[0].slice ? occupied[0].slice : occupied[p].slice;
      fillEnd(image.tissues, sliceAt(end), Math.abs(z - end), isClosed[end === occupied[0].slice ? 0 : 1], values);
    } else {
      const [k, l] = [occupied[p].slice, occupied[p + 1].slice];
      const before = p > 0 ? sliceAt(occupied[p - 1].slice) : undefined;
      const after = p + 2 < occupied.length ? sliceAt(occupied[p + 2].slice) : undefined;
      fillBetween(image.tissues, [before, sliceAt(k), sliceAt(l), after], (z - k) / (l - k), values);
    }
    lowest(values, winners);
    place(winners, plane, size, step, voxels);
  }
  const start = stackAxis === 0 ? [first, 0, 0] : stackAxis === 1 ? [0, first, 0] : [0, 0, first];
  return { ...image, size, voxels, affine: refined(cropped.affine, edges, start, spacing_mm) };
}

interface Plane {
  readonly axes: readonly [number, number];
  readonly stackAxis: number;
  /** Of the result */
  readonly pixels: readonly [number, number];
  readonly edges: readonly [number, number, number];
  readonly spacing_mm: number;
  readonly rounds: number;
}

function widenInPlane({ low, high }: VoxelBox, stackAxis: number): VoxelBox {
  const [i, j, k] = [0, 1, 2].map((axis) => (axis === stackAxis ? 0 : 2));
  return { low: [low[0] - i, low[1] - j, low[2] - k], high: [high[0] + i, high[1] + j, high[2] + k] };
}

function occupiedSlices({ size, voxels }: TissueImage, stackAxis: number): { slice: number; area: number }[] {
  const areas = new Float64Array(size[stackAxis]);
  const strides = [1, size[0], size[0] * size[1]];
  for (let at = 0; at < voxels.length; at++) {
    if (voxels[at] > 0) areas[Math.floor(at / strides[stackAxis]) % size[stackAxis]]++;
  }
  return Array.from(areas, (area, slice) => ({ slice, area })).filter(({ area }) => area > 0);
}

function closedEnds(occupied: readonly { area: number }[]): [boolean, boolean] {
  const most = Math.max(...occupied.map(({ area }) => area));
  const shares = [occupied[0].area / most, occupied[occupied.length - 1].area / most];
  const narrow = shares[0] < shares[1] ? 0 : 1;
  const limit = (end: number): number => (end === narrow ? CLOSED_BELOW.smallerEnd : CLOSED_BELOW.largerEnd);
  return [shares[0] < limit(0), shares[1] < limit(1)];
}

/** Slices are made when they are first wanted, and only the last five are kept. */
function rollingSlices(image: TissueImage, plane: Plane): (slice: number) => Slice {
  const kept = new Map<number, Slice>();
  return (index) => {
    const known = kept.get(index);
    if (known) return known;
    const made = makeSlice(image, plane, index);
    kept.set(index, made);
    for (const other of kept.keys()) if (kept.size > 5) kept.delete(other);
    return made;
  };
}

function makeSlice({ size, voxels, tissues }: TissueImage, plane: Plane, slice: number): Slice {
  const { axes, stackAxis, edges, rounds } = plane;
  const strides = [1, size[0], size[0] * size[1]];
  const [na, nb] = [size[axes[0]], size[axes[1]]];
  const pixels = new Uint8Array(na * nb);
  for (let v = 0; v < nb; v++) {
    for (let u = 0; u < na; u++) {
      pixels[u + na * v] = voxels[slice * strides[stackAxis] + u * strides[axes[0]] + v * strides[axes[1]]];
    }
  }
  const distances = new Float32Array(na * nb);
  const fieldOf = (source: Uint8Array, code: number): Float32Array => {
    signedDistance([na, nb, 1], [edges[axes[0]], edges[axes[1]], 1], source, code, distances);
    smoothLevel([na, nb, 1], Math.min(edges[axes[0]], edges[axes[1]]), rounds, distances);
    return resamplePlane(distances, na, nb, plane);
  };
  const isPresent = Array.from({ length: tissues.length + 1 }, (_, code) => pixels.includes(code));
  const chambers = new Map<number, Float32Array>();
  tissues.forEach((blood, at) => {
    const wallTissue = WALL_OF[blood];
    const wall = wallTissue ? tissues.indexOf(wallTissue) : -1;
    if (wall < 0 || !isPresent[at + 1] || !isPresent[wall + 1]) return;
    const joined = pixels.map((code) => (code === at + 1 || code === wall + 1 ? 1 : 0));
    chambers.set(wall + 1, fieldOf(joined, 1));
  });
  const none = new Float32Array(plane.pixels[0] * plane.pixels[1]).fill(FAR_mm);
  return { fields: isPresent.map((present, code) => (present ? fieldOf(pixels, code) : none)), isPresent, chambers };
}

/** Bilinear in the plane. */
function resamplePlane(
  field: Float32Array,
  na: number,
  nb: number,
  { pixels, axes, edges, spacing_mm }: Plane,
): Float32Array {
  const [ma, mb] = pixels;
  const out = new Float32Array(ma * mb);
  for (let v = 0; v < mb; v++) {
    const y = (v * spacing_mm) / edges[axes[1]];
    const row = Math.min(Math.floor(y), nb - 2);
    const f = y - row;
    for (let u = 0; u < ma; u++) {
      const x = (u * spacing_mm) / edges[axes[0]];
      const column = Math.min(Math.floor(x), na - 2);
      const e = x - column;
      const at = column + na * row;
      out[u + ma * v] =
        (field[at] * (1 - e) + field[at + 1] * e) * (1 - f) + (field[at + na] * (1 - e) + field[at + na + 1] * e) * f;
    }
  }
  return out;
}

type FourSlices = readonly [Slice | undefined, Slice, Slice, Slice | undefined];

function fillBetween(tissues: readonly Tissue[], slices: FourSlices, w: number, values: readonly Float32Array[]): void {
  const [before, p, q, after] = slices;
  for (let code = 0; code < values.length; code++) {
    if (endTissue(tissues, code, p, q, w, values[code])) continue;
    if (endTissue(tissues, code, q, p, 1 - w, values[code])) continue;
    if (p.isPresent[code] && q.isPresent[code]) {
      const isCubic = before?.isPresent[code] && after?.isPresent[code];
      blend(
        isCubic ? before.fields[code] : undefined,
        p.fields[code],
        q.fields[code],
        isCubic ? after.fields[code] : undefined,
        w,
        values[code],
      );
    } else values[code].fill(FAR_mm);
  }
}

function lowest(values: readonly Float32Array[], out: Uint8Array): void {
  for (let at = 0; at < out.length; at++) {
    let code = 0;
    for (let other = 1; other < values.length; other++) if (values[other][at] < values[code][at]) code = other;
    out[at] = code;
  }
}

function place(
  winners: Uint8Array,
  { pixels: [na, nb], axes, stackAxis }: Plane,
  size: readonly number[],
  step: number,
  voxels: Uint8Array,
): void {
  const strides = [1, size[0], size[0] * size[1]];
  for (let v = 0; v < nb; v++) {
    const start = step * strides[stackAxis] + v * strides[axes[1]];
    for (let u = 0; u < na; u++) voxels[start + u * strides[axes[0]]] = winners[u + na * v];
  }
}

/** Same directions, cubes of the new edge, beginning at `start` mm along the axes. */
function refined(
  affine: readonly number[],
  edges: readonly number[],
  start: readonly number[],
  spacing_mm: number,
): number[] {
  return [0, 1, 2].flatMap((row) => {
    const direction = [0, 1, 2].map((axis) => affine[4 * row + axis] / edges[axis]);
    const offset = direction.reduce((sum, part, axis) => sum + part * start[axis], affine[4 * row + 3]);
    return [...direction.map((part) => part * spacing_mm), offset];
  });
}
