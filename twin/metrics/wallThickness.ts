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
  measure({ anatomy: { mesh, surfaces } }) {
    const { lvEndo, rvEndo, epi } = surfaces;
    const { points } = mesh;
    const toLv = openTriangleTree(points, lvEndo);
    const toRv = openTriangleTree(points, rvEndo);
    const toEpi = openTriangleTree(points, epi);
    return {
      lvWallThickness_mm: meanOver(points, lvEndo, (x, y, z) =>
        Math.min(toEpi.distanceFrom(x, y, z), toRv.distanceFrom(x, y, z)),
      ),
      rvWallThickness_mm: meanOver(points, rvEndo, (x, y, z) => {
        const outwards = toEpi.distanceFrom(x, y, z);
        // The septum lies where the other cavity is nearer than the outside.
        return outwards < toLv.distanceFrom(x, y, z) ? outwards : Number.NaN;
      }),
    };
  },
};

/** Area-weighted mean of a length at a surface's corners, mm, over those that have one; NaN where none has. */
function meanOver(
  points: Float64Array,
  triangles: Uint32Array,
  lengthAt: (x: number, y: number, z: number) => number,
): number {
  const normals = triangleNormals(points, triangles);
  const areas = new Float64Array(points.length / 3);
  for (let corner = 0; corner < triangles.length; corner++) {
    const at = corner - (corner % 3);
    areas[triangles[corner]] += Math.hypot(normals[at], normals[at + 1], normals[at + 2]);
  }
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
