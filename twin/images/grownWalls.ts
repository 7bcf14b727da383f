import type { Materials } from '../meshing/materials.ts';
import type { BasePlane } from './basePlane.ts';
import type { Tissue } from './labelImage.ts';
import type { LevelSets } from './levelSets.ts';

/** A wall to be grown around blood; where the muscle is labelled, the least thickness that it shall have. */
export interface GrownWall {
  readonly muscle: Tissue;
  readonly blood: Tissue;
  readonly thickness_mm: number;
}

/**
 * In a map that is cut at a plane no wall is grown where the blood's surface looks to the base by more than this (cosine of its normal with the axis): there
 * the RV ends at its valve, which lies aslant and often lower than the LV's plane. The slope is taken over 3 mm both ways and turned into a distance by
 * `STEEPNESS_mm`.
 */
const OPEN_SLOPE = 0.65;
const SLOPE_REACH_mm = 3;
const STEEPNESS_mm = 8;
/** Further from a wall its exact value does not count, mm. */
const NEAR_mm = 3;

/** The tissues of a heart as materials to be meshed. */
export interface HeartMaterials extends Materials {
  readonly names: readonly Tissue[];
}

const CAVITIES: readonly Tissue[] = ['lvBlood', 'rvBlood', 'laBlood', 'raBlood', 'aorta', 'pulmonaryArtery'];
/** Arteries that lie against a chamber without a valve between them: there the wall is taken from the artery, which a map draws with its own wall. */
const GIVING: Readonly<Partial<Record<Tissue, readonly Tissue[]>>> = {
  rvBlood: ['aorta'],
  laBlood: ['aorta', 'pulmonaryArtery'],
  raBlood: ['aorta', 'pulmonaryArtery'],
};

/**
 * Level sets with the walls that a map lacks, cut at the base plane. With the distance d outside the blood, a wall of thickness T is
 *
 *     w = max(d − T, −d, −φ of every other tissue, (d − φ of every other cavity) / 2)
 *
 * so that it takes nothing from tissues, and where two cavities touch (a valve) ends half way between them, which is the ring around the valve; only an
 * artery that no valve joins to the blood counts as background. It is taken from the background, as is what lies beyond the plane: φ of tissues becomes max(φ, n · x − h).
 */
export function growWalls(
  levels: LevelSets,
  walls: readonly GrownWall[],
  plane: BasePlane | undefined,
): HeartMaterials {
  const { tissues } = levels;
  const labelled = tissues.length;
  const names = [...tissues];
  const targets = walls.map(({ muscle }) => {
    if (!names.includes(muscle)) names.push(muscle);
    return names.indexOf(muscle);
  });
  const background = names.length;
  const values = new Float64Array(labelled + 1);
  const bloods = walls.map(({ blood }) => tissues.indexOf(blood));
  const isCavity = tissues.map((tissue) => CAVITIES.includes(tissue));
  const gives = walls.map(({ blood }) => tissues.map((tissue) => GIVING[blood]?.includes(tissue) === true));
  const isWhole = tissues.map((_, tissue) => !targets.includes(tissue) && !gives.some((given) => given[tissue]));
  const beyond = (x: number, y: number, z: number): number =>
    plane === undefined
      ? Number.NEGATIVE_INFINITY
      : plane.normal[0] * x + plane.normal[1] * y + plane.normal[2] * z - plane.height;
  const wallValue = (wall: number, x: number, y: number, z: number): number => {
    const blood = bloods[wall];
    const d = values[blood];
    let value = Math.max(d - walls[wall].thickness_mm, -d);
    for (let tissue = 0; tissue < labelled; tissue++) {
      if (tissue === blood || gives[wall][tissue]) continue;
      value = Math.max(value, -values[tissue]);
      if (isCavity[tissue]) value = Math.max(value, (d - values[tissue]) / 2);
    }
    if (plane === undefined || value > NEAR_mm) return value;
    const [a, b, c] = plane.normal.map((part) => SLOPE_REACH_mm * part);
    const rise = levels.sample(blood, x + a, y + b, z + c) - levels.sample(blood, x - a, y - b, z - c);
    return Math.max(value, STEEPNESS_mm * (rise / (2 * SLOPE_REACH_mm) - OPEN_SLOPE));
  };
  const sampleAll = (x: number, y: number, z: number, out: Float64Array): void => {
    levels.sampleAll(x, y, z, values);
    const cut = beyond(x, y, z);
    let outside = values[labelled];
    for (let tissue = 0; tissue < labelled; tissue++) out[tissue] = Math.max(values[tissue], cut);
    for (let wall = 0; wall < walls.length; wall++) {
      const value = Math.max(wallValue(wall, x, y, z), cut);
      outside = Math.max(outside, -value);
      const target = targets[wall];
      out[target] = target < labelled ? Math.min(out[target], value) : value;
      for (let tissue = 0; tissue < labelled; tissue++) {
        if (gives[wall][tissue]) out[tissue] = Math.max(out[tissue], -value);
      }
    }
    out[background] = Math.min(outside, -cut);
  };
  const all = new Float64Array(background + 1);
  const last = new Float64Array(3).fill(Number.NaN);
  return {
    names,
    bounds: levels.bounds,
    sampleAll,
    sample(material, x, y, z) {
      if (material < labelled && isWhole[material]) return Math.max(levels.sample(material, x, y, z), beyond(x, y, z));
      if (walls.length === 0) return Math.min(levels.sample(labelled, x, y, z), -beyond(x, y, z));
      if (x !== last[0] || y !== last[1] || z !== last[2]) {
        sampleAll(x, y, z, all);
        last[0] = x;
        last[1] = y;
        last[2] = z;
      }
      return all[material];
    },
  };
}
