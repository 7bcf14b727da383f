import { squaredDistances } from './distanceTransform.ts';

/**
 * Signed distance of the voxels of one code, negative inside, mm. A voxel's centre is half an edge from the boundary that it shares with its
 * neighbour:
 *
 *     d = |x − nearest voxel of another code| − h/2 inside (negated),   |x − nearest voxel of the code| − h/2 outside
 *
 * @param edges  of the voxels along i, j, k; their shortest is h
 * @param out    Infinity (or −Infinity) where there is no voxel of the code (or no other), [k, j, i]
 */
export function signedDistance(
  size: readonly [number, number, number],
  edges: readonly [number, number, number],
  voxels: Uint8Array,
  code: number,
  out: Float32Array,
): void {
  const squared = new Float64Array(voxels.length);
  const half = Math.min(...edges.filter((_, axis) => size[axis] > 1)) / 2;
  for (let at = 0; at < voxels.length; at++) squared[at] = voxels[at] === code ? 0 : Number.POSITIVE_INFINITY;
  squaredDistances(size, edges, squared);
  for (let at = 0; at < voxels.length; at++) out[at] = Math.sqrt(squared[at]) - half;
  for (let at = 0; at < voxels.length; at++) squared[at] = voxels[at] === code ? Number.POSITIVE_INFINITY : 0;
  squaredDistances(size, edges, squared);
  for (let at = 0; at < voxels.length; at++) if (voxels[at] === code) out[at] = half - Math.sqrt(squared[at]);
}
