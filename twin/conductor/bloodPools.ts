import type { Surfaces } from '../anatomy/anatomy.ts';
import { capOpenings } from './torsoCaps.ts';
import type { TriangleSurface } from './torsoModel.ts';
import { withoutLooseNodes } from './torsoSurface.ts';

/**
 * Blood of the LV and the RV of a ventricular mesh as closed, outward surfaces: each endocardium turned about, its openings at the base closed by fans
 * about their centres (the same caps as the cavities' volumes have, docs/metrics.md#cavity-volume).
 *
 * @param points mm, [nodes, 3]
 */
export function bloodPools(
  points: Float64Array,
  { lvEndo, rvEndo }: Pick<Surfaces, 'lvEndo' | 'rvEndo'>,
): readonly [lv: TriangleSurface, rv: TriangleSurface] {
  return [poolOf(points, lvEndo), poolOf(points, rvEndo)];
}

function poolOf(points: Float64Array, endo: Uint32Array): TriangleSurface {
  const { points: all, triangles } = capOpenings({ points, triangles: endo });
  // The endocardium faces away from the muscle, into the blood.
  const outward = new Uint32Array(triangles.length);
  for (let at = 0; at < triangles.length; at += 3) {
    outward[at] = triangles[at];
    outward[at + 1] = triangles[at + 2];
    outward[at + 2] = triangles[at + 1];
  }
  return withoutLooseNodes(all, outward);
}
