import type { ParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import type { TetMesh } from '../../twin/mesh/tetMesh.ts';
import type { World } from '../identifiability/truths.ts';

/** One way in which a heart may differ from the model that is fitted to it. */
export interface NamedWorld {
  readonly name: string;
  readonly world: World;
  /** Edge length of the mesh that makes the ECG, mm */
  readonly truthEdge_mm: number;
}

const FINE_mm = 2;
/** Centre of the slow scar: the LV's lateral wall, half a wall deep, half way down; its radius and what is left of conduction in it. */
const SCAR = { radius_mm: 15, speed: 0.25 } as const;
/** Fast layer under both endocardia. */
const FAST = { depth_mm: 1.5, speed: 2 } as const;

/** Worlds from the model's own to those that it knows nothing of. */
export const WORLDS: readonly NamedWorld[] = [
  { name: 'the model itself, same mesh', truthEdge_mm: 3, world: {} },
  { name: 'finer mesh', truthEdge_mm: FINE_mm, world: {} },
  { name: 'finest mesh', truthEdge_mm: 1.3, world: {} },
  { name: 'fibres +80…−40°', truthEdge_mm: FINE_mm, world: { helix_deg: { endo: 80, epi: -40 } } },
  { name: 'fibres +40…−80°', truthEdge_mm: FINE_mm, world: { helix_deg: { endo: 40, epi: -80 } } },
  {
    name: 'anisotropy ratio 5.7 instead of 2.5',
    truthEdge_mm: FINE_mm,
    world: { conductivity: { intracellularFibre_S_m: 0.34, intracellularTransverse_S_m: 0.06, torso_S_m: 0.43 } },
  },
  {
    name: 'torso conducts half as well',
    truthEdge_mm: FINE_mm,
    world: { conductivity: { intracellularFibre_S_m: 0.5272, intracellularTransverse_S_m: 0.2076, torso_S_m: 0.3333 } },
  },
  { name: 'slow scar in the lateral wall', truthEdge_mm: FINE_mm, world: { speed: scarSpeed } },
  { name: 'fast endocardial layer', truthEdge_mm: FINE_mm, world: { speed: endocardialSpeed } },
];

function scarSpeed({ dimensions }: ParametricHeart, mesh: TetMesh): Float32Array {
  const { lvShort, lvWall } = dimensions;
  return overCentroids(mesh, (x, y, z) =>
    Math.hypot(x - lvShort - lvWall / 2, y, z) < SCAR.radius_mm ? SCAR.speed : 1,
  );
}

function endocardialSpeed(heart: ParametricHeart, mesh: TetMesh): Float32Array {
  return overCentroids(mesh, (x, y, z) => {
    const depth = Math.min(Math.abs(heart.lvEndo(x, y, z)), Math.abs(heart.rvEndo(x, y, z)));
    return depth < FAST.depth_mm ? FAST.speed : 1;
  });
}

function overCentroids({ points, tets }: TetMesh, valueAt: (x: number, y: number, z: number) => number): Float32Array {
  const centroid = [0, 0, 0];
  return Float32Array.from({ length: tets.length / 4 }, (_, tet) => {
    centroid.fill(0);
    for (let at = 4 * tet; at < 4 * tet + 4; at++) {
      for (let axis = 0; axis < 3; axis++) centroid[axis] += points[3 * tets[at] + axis] / 4;
    }
    return valueAt(centroid[0], centroid[1], centroid[2]);
  });
}
