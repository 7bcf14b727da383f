import { findRims } from '../anatomy/boundary.ts';
import { mLFromMm3 } from '../units.ts';
import type { Metric } from './metric.ts';

/** Volumes of the cavities. */
export const cavityVolume: Metric = {
  columns: [
    {
      name: 'lvVolume_mL',
      unit: 'mL',
      description: 'LV cavity: inside the endocardium, closed at the base by a fan from the centre of its rim.',
      source: 'docs/metrics.md#cavity-volume',
    },
    {
      name: 'rvVolume_mL',
      unit: 'mL',
      description: 'RV cavity: inside the endocardium, closed at the base by a fan from the centre of its rim.',
      source: 'docs/metrics.md#cavity-volume',
    },
  ],
  measure: ({ anatomy: { mesh, surfaces } }) => ({
    lvVolume_mL: enclosedVolume_mL(mesh.points, surfaces.lvEndo),
    rvVolume_mL: enclosedVolume_mL(mesh.points, surfaces.rvEndo),
  }),
};

/**
 * Volume that a surface facing inwards (away from muscle) encloses when each of its rims is closed by triangles to the rim's centre:
 *
 *     V = −Σ (a − o) · (b − o) × (c − o) / 6 over its triangles and caps
 */
export function enclosedVolume_mL(points: Float64Array, triangles: Uint32Array): number {
  const rims = findRims(points, triangles);
  // Seen from the largest rim's centre its own cap has no volume, and rounding stays small.
  const [ox, oy, oz] = rims[0]?.centre ?? [
    points[3 * triangles[0]],
    points[3 * triangles[0] + 1],
    points[3 * triangles[0] + 2],
  ];
  const determinant = (a: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>): number => {
    const [ax, ay, az] = [a[0] - ox, a[1] - oy, a[2] - oz];
    const [bx, by, bz] = [b[0] - ox, b[1] - oy, b[2] - oz];
    const [cx, cy, cz] = [c[0] - ox, c[1] - oy, c[2] - oz];
    return ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  };
  const place = (node: number) => points.subarray(3 * node, 3 * node + 3);
  let sum = 0;
  for (let at = 0; at < triangles.length; at += 3) {
    sum += determinant(place(triangles[at]), place(triangles[at + 1]), place(triangles[at + 2]));
  }
  for (const { edges, centre } of rims) for (const [a, b] of edges) sum += determinant(centre, place(b), place(a));
  return mLFromMm3(-sum / 6);
}
