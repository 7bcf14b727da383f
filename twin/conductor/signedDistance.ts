import { triangleNormals } from '../anatomy/boundary.ts';
import { openTriangleTree } from '../anatomy/triangleTree.ts';
import type { TriangleSurface } from './torsoModel.ts';

/** Distance to a closed surface, negative inside, and the nearest place on it. */
export interface ClosedSurface {
  /** mm, negative inside */
  signedDistance(x: number, y: number, z: number): number;
  /** Writes the nearest place on the surface to `out`, mm, [3]. @returns number of its triangle */
  nearest(x: number, y: number, z: number, out: Float64Array): number;
}

/** Barycentric coordinates below this put the nearest place on an edge or a corner. */
const ON_EDGE = 1e-9;

/**
 * Opens a closed, outward surface for questions. The sign is that of the direction from the nearest place to the point along the place's
 * pseudonormal: the face's normal inside a triangle, the sum of two on an edge, the sum weighted by angles on a corner (Bærentzen and
 * Aanæs, IEEE Trans Vis Comput Graph 2005), which is exact where a face's own normal misjudges points beyond sharp edges.
 */
export function openClosedSurface({ points, triangles }: TriangleSurface): ClosedSurface {
  const tree = openTriangleTree(points, triangles);
  const faceNormals = unitNormals(points, triangles);
  const cornerNormals = angleWeightedNormals(points, triangles, faceNormals);
  const across = neighboursAcross(triangles);
  const place = new Float64Array(3);
  const share = new Float64Array(3);

  const sideOf = (triangle: number, dx: number, dy: number, dz: number): number => {
    barycentric(points, triangles, triangle, place, share);
    const small = [0, 1, 2].filter((corner) => share[corner] < ON_EDGE);
    const along = (normals: Float64Array, at: number) =>
      dx * normals[3 * at] + dy * normals[3 * at + 1] + dz * normals[3 * at + 2];
    if (small.length === 0) return along(faceNormals, triangle);
    if (small.length === 1) {
      // The edge opposite corner i runs from corner i + 1 to corner i + 2.
      const other = across[3 * triangle + ((small[0] + 1) % 3)];
      return along(faceNormals, triangle) + (other < 0 ? 0 : along(faceNormals, other));
    }
    const corner = [0, 1, 2].find((at) => !small.includes(at)) ?? 0;
    return along(cornerNormals, triangles[3 * triangle + corner]);
  };

  return {
    signedDistance(x, y, z) {
      const triangle = tree.nearest(x, y, z, place);
      const dx = x - place[0];
      const dy = y - place[1];
      const dz = z - place[2];
      const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
      return sideOf(triangle, dx, dy, dz) < 0 ? -distance : distance;
    },
    nearest: tree.nearest,
  };
}

/** Outward unit normals, [triangles, 3]; zero for a triangle without area. */
function unitNormals(points: Float64Array, triangles: Uint32Array): Float64Array {
  const normals = triangleNormals(points, triangles);
  for (let at = 0; at < triangles.length; at += 3) {
    const [nx, ny, nz] = [normals[at], normals[at + 1], normals[at + 2]];
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
    if (length === 0) continue;
    normals[at] = nx / length;
    normals[at + 1] = ny / length;
    normals[at + 2] = nz / length;
  }
  return normals;
}

/** The triangle across each edge (corner i to corner i + 1), −1 where not exactly one other runs along it the other way, [triangles, 3]. */
export function neighboursAcross(triangles: Uint32Array): Int32Array {
  const edgeOf = new Map<number, number>();
  const SPAN = 0x4000000;
  const next = (edge: number) => (edge % 3 === 2 ? edge - 2 : edge + 1);
  const doubled = new Set<number>();
  for (let edge = 0; edge < triangles.length; edge++) {
    const key = triangles[edge] * SPAN + triangles[next(edge)];
    if (edgeOf.has(key)) doubled.add(key);
    edgeOf.set(key, edge);
  }
  const across = new Int32Array(triangles.length).fill(-1);
  for (let edge = 0; edge < triangles.length; edge++) {
    const forth = triangles[edge] * SPAN + triangles[next(edge)];
    const back = triangles[next(edge)] * SPAN + triangles[edge];
    const other = edgeOf.get(back);
    if (other === undefined || doubled.has(forth) || doubled.has(back)) continue;
    across[edge] = Math.floor(other / 3);
  }
  return across;
}

function angleWeightedNormals(points: Float64Array, triangles: Uint32Array, faceNormals: Float64Array): Float64Array {
  const normals = new Float64Array(points.length);
  for (let at = 0; at < triangles.length; at++) {
    const first = at - (at % 3);
    const here = 3 * triangles[at];
    const b = 3 * triangles[first + ((at + 1) % 3)];
    const c = 3 * triangles[first + ((at + 2) % 3)];
    const angle = angleAt(points, here, b, c);
    for (let axis = 0; axis < 3; axis++) normals[here + axis] += angle * faceNormals[first + axis];
  }
  return normals;
}

function angleAt(points: Float64Array, a: number, b: number, c: number): number {
  const ux = points[b] - points[a];
  const uy = points[b + 1] - points[a + 1];
  const uz = points[b + 2] - points[a + 2];
  const vx = points[c] - points[a];
  const vy = points[c + 1] - points[a + 1];
  const vz = points[c + 2] - points[a + 2];
  const cross = Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx);
  return Math.atan2(cross, ux * vx + uy * vy + uz * vz);
}

/** Barycentric coordinates of a place on a triangle. @param out [3] */
export function barycentric(
  points: Float64Array,
  triangles: Uint32Array,
  triangle: number,
  place: ArrayLike<number>,
  out: Float64Array,
): void {
  const a = 3 * triangles[3 * triangle];
  const b = 3 * triangles[3 * triangle + 1];
  const c = 3 * triangles[3 * triangle + 2];
  let uu = 0;
  let uv = 0;
  let vv = 0;
  let pu = 0;
  let pv = 0;
  for (let axis = 0; axis < 3; axis++) {
    const u = points[b + axis] - points[a + axis];
    const v = points[c + axis] - points[a + axis];
    const p = place[axis] - points[a + axis];
    uu += u * u;
    uv += u * v;
    vv += v * v;
    pu += p * u;
    pv += p * v;
  }
  const determinant = uu * vv - uv * uv;
  out[1] = (vv * pu - uv * pv) / determinant;
  out[2] = (uu * pv - uv * pu) / determinant;
  out[0] = 1 - out[1] - out[2];
}
