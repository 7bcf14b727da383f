import type { Anatomy } from '../anatomy/anatomy.ts';
import { triangleNormals } from '../anatomy/boundary.ts';
import { openTriangleTree } from '../anatomy/triangleTree.ts';
import type { Metric } from './metric.ts';

/** Mean thickness of the ventricles' walls. */
export const wallThickness: Metric = {
  columns: [
    {
      name: 'lvWallThickness_mm',
      unit: 'mm',
      description: 'Mean distance from the LV endocardium to the epicardium or the RV endocardium.',
      source: 'docs/metrics.md#wall-thickness',
    },
    {
      name: 'rvWallThickness_mm',
      unit: 'mm',
      description: "Mean distance from the endocardium of the RV's free wall to the epicardium.",
      source: 'docs/metrics.md#wall-thickness',
    },
  ],
  measure({ anatomy }) {
    const { lvEndo, rvEndo, epi } = anatomy.surfaces;
    const { points } = anatomy.mesh;
    const toLv = openTriangleTree(points, lvEndo);
    const toEpi = openTriangleTree(points, epi);
    return {
      lvWallThickness_mm: meanOver(points, lvEndo, lvThickness(anatomy)),
      rvWallThickness_mm: meanOver(points, rvEndo, (x, y, z) => {
        const outwards = toEpi.distanceFrom(x, y, z);
        // The septum lies where the other cavity is nearer than the outside.
        return outwards < toLv.distanceFrom(x, y, z) ? outwards : Number.NaN;
      }),
    };
  },
};

/** Straight distance from a place on the LV endocardium through its wall, mm: to the epicardium or, in the septum, the RV endocardium. */
export function lvThickness({
  mesh: { points },
  surfaces: { rvEndo, epi },
}: Pick<Anatomy, 'mesh' | 'surfaces'>): (x: number, y: number, z: number) => number {
  const toRv = openTriangleTree(points, rvEndo);
  const toEpi = openTriangleTree(points, epi);
  return (x, y, z) => Math.min(toEpi.distanceFrom(x, y, z), toRv.distanceFrom(x, y, z));
}

/** Area of a surface around each node, any one unit, [nodes]. */
export function surfaceAreas(points: Float64Array, triangles: Uint32Array): Float64Array {
  const normals = triangleNormals(points, triangles);
  const areas = new Float64Array(points.length / 3);
  for (let corner = 0; corner < triangles.length; corner++) {
    const at = corner - (corner % 3);
    areas[triangles[corner]] += Math.hypot(normals[at], normals[at + 1], normals[at + 2]);
  }
  return areas;
}

/** Area-weighted mean of a length at a surface's corners, mm, over those that have one; NaN where none has. */
function meanOver(
  points: Float64Array,
  triangles: Uint32Array,
  lengthAt: (x: number, y: number, z: number) => number,
): number {
  const areas = surfaceAreas(points, triangles);
  let sum = 0;
  let weight = 0;
  for (let node = 0; node < areas.length; node++) {
    if (areas[node] === 0) continue;
    const length = lengthAt(points[3 * node], points[3 * node + 1], points[3 * node + 2]);
    if (Number.isNaN(length)) continue;
    sum += areas[node] * length;
    weight += areas[node];
  }
  return sum / weight;
}
