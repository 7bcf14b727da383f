import { heartOfSize, type ParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import type { Bounds } from '../../twin/anatomy/stuffing.ts';
import type { Tissue } from '../../twin/images/labelImage.ts';
import type { TissueImage } from '../../twin/images/tissueImage.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';

/** What is at a point; undefined is background. */
export type TissueAt = (x: number, y: number, z: number) => Tissue | undefined;

/** A tissue map of a shape in voxels along x, y, z; each voxel is what is at its centre. */
export function rasterise(
  tissueAt: TissueAt,
  tissues: readonly Tissue[],
  { min, max }: Bounds,
  [dx, dy, dz]: readonly [number, number, number],
): TissueImage {
  const edges = [dx, dy, dz];
  const size = [0, 1, 2].map((axis) => Math.ceil((max[axis] - min[axis]) / edges[axis])) as [number, number, number];
  const voxels = new Uint8Array(size[0] * size[1] * size[2]);
  for (let k = 0, at = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, at++) {
        const tissue = tissueAt(min[0] + (i + 0.5) * dx, min[1] + (j + 0.5) * dy, min[2] + (k + 0.5) * dz);
        voxels[at] = tissue === undefined ? 0 : tissues.indexOf(tissue) + 1;
      }
    }
  }
  const affine = [dx, 0, 0, min[0] + dx / 2, 0, dy, 0, min[1] + dy / 2, 0, 0, dz, min[2] + dz / 2];
  return { size, voxels, tissues, affine, findings: [] };
}

/** A healthy heart: 110 g LV, 140 mL LV blood, 3 mm RV wall. */
export const healthyHeart = (): ParametricHeart => heartOfSize({ lvMass_g: 110, lvEdv_mL: 140, rvWall_mm: 3 });

/** Muscle and blood of both ventricles up to the base plane. */
export function ventriclesAt(heart: ParametricHeart): TissueAt {
  return (x, y, z) => {
    if (z > heart.dimensions.base) return undefined;
    if (heart.lvEndo(x, y, z) < 0) return 'lvBlood';
    if (heart.rvEndo(x, y, z) < 0) return 'rvBlood';
    if (heart.muscle(x, y, z) >= 0) return undefined;
    return heart.region(x, y, z) === REGION.lv ? 'lvMuscle' : 'rvMuscle';
  };
}

/** A map as of short-axis cine: no RV muscle, thick slices, and `partial` slices above the base in which the LV's wall is a crescent. */
export function shortAxisMap(
  heart: ParametricHeart,
  voxel: readonly [number, number, number] = [1.5, 1.5, 8],
  partial = 0,
): TissueImage {
  const inside = ventriclesAt(heart);
  const { base } = heart.dimensions;
  const top = base + partial * voxel[2];
  const map: TissueAt = (x, y, z) => {
    if (z > top) return undefined;
    const tissue = inside(x, y, Math.min(z, base - 0.01));
    if (z > base && tissue === 'lvMuscle' && y < 0) return undefined;
    return tissue === 'rvMuscle' ? undefined : tissue;
  };
  const { min, max } = heart.bounds;
  // Slices end at the base, as they were planned.
  const slices = Math.ceil((base - min[2]) / voxel[2]);
  const bounds: Bounds = {
    min: [min[0] - 3, min[1] - 3, base - slices * voxel[2]],
    max: [max[0] + 3, max[1] + 3, base + (partial + 1) * voxel[2]],
  };
  return rasterise(map, ['lvMuscle', 'lvBlood', 'rvBlood'], bounds, voxel);
}

/** A map as of whole-heart CT: blood of four chambers and two arteries, LV muscle alone. */
export function fourChamberMap(heart: ParametricHeart, voxel_mm: number): TissueImage {
  const inside = ventriclesAt(heart);
  const { base, rvCentreX } = heart.dimensions;
  const ball = (x: number, y: number, z: number, radius: number) => Math.hypot(x, y, z) - radius;
  const map: TissueAt = (x, y, z) => {
    const tissue = inside(x, y, z);
    if (tissue !== undefined) return tissue === 'rvMuscle' ? undefined : tissue;
    if (z <= base) return undefined;
    if (Math.hypot(x - 4, y + 17) < 9 && z < base + 30) return 'aorta';
    if (Math.hypot(x - rvCentreX + 2, y + 24) < 10 && z < base + 30) return 'pulmonaryArtery';
    if (ball(x - 5, y - 12, z - base - 14, 20) < 0) return 'laBlood';
    if (ball(x - rvCentreX + 6, y - 12, z - base - 14, 20) < 0) return 'raBlood';
    return undefined;
  };
  const { min, max } = heart.bounds;
  return rasterise(
    map,
    ['lvMuscle', 'lvBlood', 'rvBlood', 'laBlood', 'raBlood', 'aorta', 'pulmonaryArtery'],
    { min: [min[0] - 6, min[1] - 6, min[2] - 6], max: [max[0] + 6, max[1] + 6, base + 40] },
    [voxel_mm, voxel_mm, voxel_mm],
  );
}

/** A map of the ventricles alone, with RV muscle, in even voxels. */
export function ventricleMap(heart: ParametricHeart, voxel_mm: number): TissueImage {
  const { min, max } = heart.bounds;
  return rasterise(
    ventriclesAt(heart),
    ['lvMuscle', 'lvBlood', 'rvMuscle', 'rvBlood'],
    { min: [min[0] - 3, min[1] - 3, min[2] - 3], max: [max[0] + 3, max[1] + 3, max[2] + 6] },
    [voxel_mm, voxel_mm, voxel_mm],
  );
}
