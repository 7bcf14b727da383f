import type { Bounds } from '../anatomy/stuffing.ts';
import { type Finding, TwinError } from '../errors.ts';
import { mLFromMm3 } from '../units.ts';
import { inverseAffine, positionOf, voxelEdges_mm, voxelVolume_mm3 } from './affine.ts';
import { cropTissues, tissueBox, widen } from './cropTissues.ts';
import { interpolateSlices } from './interpolateSlices.ts';
import type { Tissue } from './labelImage.ts';
import { matchVolumes } from './matchVolumes.ts';
import { poolVoxels } from './poolVoxels.ts';
import { signedDistance } from './signedDistance.ts';
import { smoothLevel } from './smoothLevel.ts';
import { countVoxels, type TissueImage } from './tissueImage.ts';

export interface LevelSetOptions {
  /** Edge of the grid's cubes; absent: the shortest edge of the map's voxels, or so many of it that the grid stays below four million cubes */
  readonly spacing_mm?: number;
  /** Room around the tissues inside the grid, in which walls can be grown */
  readonly margin_mm?: number;
  /** Tissues that are wanted; the others become background. Absent: all */
  readonly only?: readonly Tissue[];
  /** Rounds of smoothing; 0 leaves the steps of the voxels */
  readonly rounds?: number;
}

/** Volume of a tissue before and after. */
export interface TissueVolume {
  readonly tissue: Tissue;
  /** Voxels of the map times their volume */
  readonly map_mL: number;
  /** Inside the smooth boundary */
  readonly levelSet_mL: number;
}

/**
 * Smooth signed distances of the tissues of a map and of what is around them, on a grid of cubes along the map's axes; between its nodes they are
 * trilinear, beyond it they go on with the distance from it. A point belongs to the tissue (or the background) with the lowest value; two
 * of them meet where their values are equal, which is near 0, and nowhere is a gap or an overlap. A value changes by about 1 mm per mm at most.
 */
export interface LevelSets {
  readonly tissues: readonly Tissue[];
  /** Box along x, y, z around the tissues with the margin, LPS, mm */
  readonly bounds: Bounds;
  readonly spacing_mm: number;
  readonly volumes: readonly TissueVolume[];
  readonly findings: readonly Finding[];
  /** mm, negative inside. @param tissue  index into `tissues`; `tissues.length` is the background */
  sample(tissue: number, x: number, y: number, z: number): number;
  /** All of them at once, in little more time than one. @param out  mm, [tissues + 1], the background last */
  sampleAll(x: number, y: number, z: number, out: Float64Array): void;
  /** Index into `tissues`; `tissues.length` in the background */
  tissueAt(x: number, y: number, z: number): number;
}

/** Most cubes of a grid: at nine fields 144 MB. A heart of 1 mm has three million with its margin. */
const MOST_CUBES = 4e6;
/** Edges this near to each other are one. */
const SAME_EDGE = 0.02;
/** Rounds of smoothing: see `smoothLevel`. */
const ROUNDS = 10;

/**
 * Level sets of a cleaned map: stacks of slices are first interpolated to cubes, then exact distances are smoothed and moved until each tissue
 * has the volume that it has in the map.
 *
 * @throws TwinError BadAnatomy when no tissue is left, or the grid would be too large at the wanted edge
 */
export function levelSetsOf(
  image: TissueImage,
  { spacing_mm, margin_mm = 10, only = image.tissues, rounds = ROUNDS }: LevelSetOptions = {},
): LevelSets {
  const wanted = keepTissues(image, only);
  const box = tissueBox(wanted);
  if (!box)
    throw new TwinError(
      'BadAnatomy',
      `the map has no voxel of ${only.join(', ')}; expected at least one tissue; check the table of labels`,
    );
  const tight = cropTissues(wanted, box);
  const edges = voxelEdges_mm(image.affine);
  const room_mm3 = edges.reduce((volume, edge, axis) => volume * (tight.size[axis] * edge + 2 * margin_mm), 1);
  const shortest = Math.min(...edges);
  const multiple = Math.max(1, Math.ceil(Math.cbrt(room_mm3 / MOST_CUBES) / shortest));
  const spacing = spacing_mm ?? shortest * multiple;
  if (!(spacing > 0 && room_mm3 / spacing ** 3 < 1.5 * MOST_CUBES))
    throw new TwinError(
      'BadAnatomy',
      `level sets at ${spacing} mm need ${Math.round(room_mm3 / spacing ** 3)} cubes, expected at most ${MOST_CUBES}; take fewer tissues or a longer edge`,
    );
  const pooled = poolVoxels(tight, spacing);
  const isCubic = voxelEdges_mm(pooled.affine).every((edge) => Math.abs(edge - spacing) < SAME_EDGE * spacing);
  const cubes = isCubic ? pooled : interpolateSlices(pooled, spacing, rounds);
  const filled = tissueBox(cubes) ?? box;
  const grid = cropTissues(cubes, widen(filled, cubes.affine, margin_mm));
  const fields = smoothFields(grid, spacing, rounds);
  const voxels = countVoxels(tight);
  const perCube = voxelVolume_mm3(tight.affine) / spacing ** 3;
  const targets = Float64Array.from([...voxels.subarray(1), 1], (count) => count * perCube);
  const matched = matchVolumes(fields, targets, spacing);
  const cube_mL = mLFromMm3(spacing ** 3);
  const volumes = grid.tissues.map((tissue, at) => ({
    tissue,
    map_mL: targets[at] * cube_mL,
    levelSet_mL: matched.volumes[at] * cube_mL,
  }));
  return { spacing_mm: spacing, volumes, findings: volumeFindings(volumes), ...sampler(grid, fields) };
}

function keepTissues(image: TissueImage, only: readonly Tissue[]): TissueImage {
  const tissues = image.tissues.filter((tissue) => only.includes(tissue));
  if (tissues.length === image.tissues.length) return image;
  const codes = Uint8Array.from([0, ...image.tissues.map((tissue) => tissues.indexOf(tissue) + 1)]);
  return { ...image, tissues, voxels: image.voxels.map((code) => codes[code]) };
}

/** One field for each tissue and the last for the background, interleaved, [cubes, fields]. */
function smoothFields({ size, voxels, tissues }: TissueImage, spacing: number, rounds: number): Float32Array {
  const count = tissues.length + 1;
  const fields = new Float32Array(voxels.length * count);
  const one = new Float32Array(voxels.length);
  for (let field = 0; field < count; field++) {
    signedDistance(size, [spacing, spacing, spacing], voxels, field === tissues.length ? 0 : field + 1, one);
    smoothLevel(size, spacing, rounds, one);
    for (let at = 0; at < one.length; at++) fields[at * count + field] = one[at];
  }
  return fields;
}

/** Volumes that could not be kept are said: of parts that slices cut off, or thinner than a cube. */
function volumeFindings(volumes: readonly TissueVolume[]): Finding[] {
  const off = volumes.filter(({ map_mL, levelSet_mL }) => Math.abs(levelSet_mL - map_mL) > 0.01 * map_mL);
  if (off.length === 0) return [];
  const list = off.map(
    ({ tissue, map_mL, levelSet_mL }) => `${tissue} ${map_mL.toFixed(2)} became ${levelSet_mL.toFixed(2)} mL`,
  );
  return [
    {
      code: 'level-set-volume-differs',
      severity: 'warning',
      count: off.length,
      message: `smooth boundaries could not keep the volume of ${off.length} tissues within 1 %: ${list.join(', ')}`,
    },
  ];
}

function sampler({ size, affine, tissues }: TissueImage, fields: Float32Array) {
  const [ni, nj, nk] = size;
  const count = tissues.length + 1;
  const [a, b, c, u0, d, e, f, v0, g, h, i, w0] = inverseAffine(affine);
  const spacing = voxelEdges_mm(affine)[0];
  const strideJ = ni * count;
  const strideK = ni * nj * count;
  const place: Place = { at: 0, fi: 0, fj: 0, fk: 0, beyond: 0 };
  const locate = (x: number, y: number, z: number): Place => {
    const u = a * x + b * y + c * z + u0;
    const v = d * x + e * y + f * z + v0;
    const w = g * x + h * y + i * z + w0;
    const inU = Math.min(Math.max(u, 0), ni - 1);
    const inV = Math.min(Math.max(v, 0), nj - 1);
    const inW = Math.min(Math.max(w, 0), nk - 1);
    const ci = Math.min(Math.floor(inU), ni - 2);
    const cj = Math.min(Math.floor(inV), nj - 2);
    const ck = Math.min(Math.floor(inW), nk - 2);
    place.at = (ci + ni * (cj + nj * ck)) * count;
    place.fi = inU - ci;
    place.fj = inV - cj;
    place.fk = inW - ck;
    const outside = (u - inU) ** 2 + (v - inV) ** 2 + (w - inW) ** 2;
    place.beyond = outside > 0 ? spacing * Math.sqrt(outside) : 0;
    return place;
  };
  const valueAt = ({ at, fi, fj, fk, beyond }: Place, field: number): number => {
    const start = at + field;
    const p = start + strideJ;
    const q = start + strideK;
    const r = q + strideJ;
    const low =
      (fields[start] * (1 - fi) + fields[start + count] * fi) * (1 - fj) +
      (fields[p] * (1 - fi) + fields[p + count] * fi) * fj;
    const high =
      (fields[q] * (1 - fi) + fields[q + count] * fi) * (1 - fj) + (fields[r] * (1 - fi) + fields[r + count] * fi) * fj;
    const value = low * (1 - fk) + high * fk;
    return field === count - 1 ? value - beyond : value + beyond;
  };
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) =>
    positionOf(affine, corner & 1 ? ni - 1 : 0, corner & 2 ? nj - 1 : 0, corner & 4 ? nk - 1 : 0),
  );
  const extreme = (pick: (...values: number[]) => number): [number, number, number] => [
    pick(...corners.map(([x]) => x)),
    pick(...corners.map(([, y]) => y)),
    pick(...corners.map(([, , z]) => z)),
  ];
  return {
    tissues,
    bounds: { min: extreme(Math.min), max: extreme(Math.max) },
    sample: (tissue: number, x: number, y: number, z: number): number => valueAt(locate(x, y, z), tissue),
    sampleAll(x: number, y: number, z: number, out: Float64Array): void {
      const here = locate(x, y, z);
      for (let field = 0; field < count; field++) out[field] = valueAt(here, field);
    },
    tissueAt(x: number, y: number, z: number): number {
      const here = locate(x, y, z);
      let best = 0;
      let lowest = valueAt(here, 0);
      for (let field = 1; field < count; field++) {
        const value = valueAt(here, field);
        if (value < lowest) {
          lowest = value;
          best = field;
        }
      }
      return best;
    },
  };
}

/** Where in the grid a point lies: first node of its cube, fractions along the axes, and how far beyond the grid, mm. */
interface Place {
  at: number;
  fi: number;
  fj: number;
  fk: number;
  beyond: number;
}
