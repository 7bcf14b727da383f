import { triangleNeighbours } from '../anatomy/boundary.ts';
import type { TriangleSurface } from './torsoModel.ts';

/** A surface whose openings were closed. */
export interface CappedSurface extends TriangleSurface {
  /** Length of each opening's edge, mm; empty for a surface that was closed */
  readonly openings_mm: readonly number[];
}

/**
 * Closes every opening of a surface by a fan of triangles about the opening's centre, facing as the surface does. Openings that meet in a node are
 * closed one by one. Edges that three or more triangles share are left as they are.
 */
export function capOpenings({ points, triangles }: TriangleSurface): CappedSurface {
  const loops = openLoops(triangles);
  if (loops.length === 0) return { points, triangles, openings_mm: [] };
  const centres: number[] = [];
  const caps: number[] = [];
  const openings_mm: number[] = [];
  for (const loop of loops) {
    const centre = points.length / 3 + centres.length / 3;
    const sum = [0, 0, 0];
    let total = 0;
    for (const [at, a] of loop.entries()) {
      const b = loop[(at + 1) % loop.length];
      const length = Math.hypot(...[0, 1, 2].map((axis) => points[3 * b + axis] - points[3 * a + axis]));
      for (let axis = 0; axis < 3; axis++) sum[axis] += (length * (points[3 * a + axis] + points[3 * b + axis])) / 2;
      total += length;
      // The cap runs along the free edge the other way than the surface does.
      caps.push(b, a, centre);
    }
    centres.push(sum[0] / total, sum[1] / total, sum[2] / total);
    openings_mm.push(total);
  }
  const allPoints = new Float64Array(points.length + centres.length);
  allPoints.set(points);
  allPoints.set(centres, points.length);
  const allTriangles = new Uint32Array(triangles.length + caps.length);
  allTriangles.set(triangles);
  allTriangles.set(caps, triangles.length);
  return { points: allPoints, triangles: allTriangles, openings_mm };
}

/** Closed walks along free edges in the surface's own direction, none through a node twice. */
function openLoops(triangles: Uint32Array): number[][] {
  const neighbours = triangleNeighbours(triangles);
  const next = new Map<number, number[]>();
  for (let edge = 0; edge < neighbours.length; edge++) {
    if (neighbours[edge] !== Math.floor(edge / 3)) continue;
    const [a, b] = [triangles[edge], triangles[edge % 3 === 2 ? edge - 2 : edge + 1]];
    const onward = next.get(a);
    if (onward) onward.push(b);
    else next.set(a, [b]);
  }
  const loops: number[][] = [];
  for (const start of [...next.keys()]) {
    for (;;) {
      const walk: number[] = [];
      const placeOf = new Map<number, number>();
      let node = start;
      for (;;) {
        const seen = placeOf.get(node);
        if (seen !== undefined) {
          const loop = walk.splice(seen);
          for (const passed of loop) placeOf.delete(passed);
          if (loop.length > 2) loops.push(loop);
        }
        const onward = next.get(node)?.pop();
        if (onward === undefined) break;
        placeOf.set(node, walk.length);
        walk.push(node);
        node = onward;
      }
      if (walk.length === 0) break;
    }
  }
  return loops;
}
