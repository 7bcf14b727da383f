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
  measure({ anatomy: { mesh, surfaces, coordinates } }) {
    const { lvEndo, rvEndo, epi } = surfaces;
    const outside = new Uint32Array(rvEndo.length + epi.length);
    outside.set(rvEndo);
    outside.set(epi, rvEndo.length);
    const isFree = (node: number) => coordinates.transventricular[node] === 1;
    return {
      lvWallThickness_mm: meanDistance(mesh.points, lvEndo, outside, () => true),
      rvWallThickness_mm: meanDistance(mesh.points, rvEndo, epi, isFree),
    };
  },
};

/** Area-weighted mean distance from a surface's wanted corners to another surface, mm; NaN where there are none. */
function meanDistance(
  points: Float64Array,
  from: Uint32Array,
  to: Uint32Array,
  isWanted: (node: number) => boolean,
): number {
  const tree = openTriangleTree(points, to);
  const normals = triangleNormals(points, from);
  const distances = new Float64Array(points.length / 3).fill(Number.NaN);
  let sum = 0;
  let weight = 0;
  for (let corner = 0; corner < from.length; corner++) {
    const node = from[corner];
    if (!isWanted(node)) continue;
    if (Number.isNaN(distances[node])) {
      distances[node] = tree.distanceFrom(points[3 * node], points[3 * node + 1], points[3 * node + 2]);
    }
    const at = corner - (corner % 3);
    const area = Math.hypot(normals[at], normals[at + 1], normals[at + 2]);
    sum += area * distances[node];
    weight += area;
  }
  return sum / weight;
}
