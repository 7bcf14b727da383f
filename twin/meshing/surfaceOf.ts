import type { TriangleSurface } from '../conductor/torsoModel.ts';
import type { Interfaces } from './interfaces.ts';

/** Closed surface of a set of materials as triangles of the mesh's nodes, outward, [triangles, 3]; interfaces between them are left out. */
export function surfaceOf({ triangles, inner, outer }: Interfaces, materials: readonly number[]): Uint32Array {
  const isIn = new Uint8Array(256);
  for (const material of materials) isIn[material] = 1;
  const found: number[] = [];
  for (let triangle = 0; triangle < inner.length; triangle++) {
    const isInner = isIn[inner[triangle]];
    if (isInner === isIn[outer[triangle]]) continue;
    const a = triangles[3 * triangle];
    const b = triangles[3 * triangle + 1];
    const c = triangles[3 * triangle + 2];
    if (isInner) found.push(a, b, c);
    else found.push(a, c, b);
  }
  return Uint32Array.from(found);
}

/** Triangles with only the nodes that they use, which keep their order. */
export function cutOut(points: Float64Array, triangles: Uint32Array): TriangleSurface {
  const newNode = new Int32Array(points.length / 3).fill(-1);
  for (const node of triangles) newNode[node] = 0;
  let nodes = 0;
  for (let node = 0; node < newNode.length; node++) if (newNode[node] === 0) newNode[node] = nodes++;
  return {
    points: points.filter((_, at) => newNode[Math.floor(at / 3)] >= 0),
    triangles: triangles.map((node) => newNode[node]),
  };
}
