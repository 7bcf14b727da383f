import type { TetMesh } from '../mesh/tetMesh.ts';

/** Outside of a tetrahedral mesh. */
export interface Boundary {
  /** Nodes of each triangle, anticlockwise when seen from outside the muscle, [triangles, 3] */
  readonly triangles: Uint32Array;
  /** The tetrahedron behind each triangle, [triangles] */
  readonly tets: Uint32Array;
}

/** Corners of the face opposite each corner of a positively oriented tetrahedron, seen from outside. */
const FACES = [
  [1, 2, 3],
  [0, 3, 2],
  [0, 1, 3],
  [0, 2, 1],
] as const;

/**
 * Faces that belong to one tetrahedron only, in the order of the tetrahedra. Of a face that three or more share nothing is kept.
 */
export function findBoundary(mesh: Pick<TetMesh, 'tets'>): Boundary {
  const { tets } = mesh;
  const count = tets.length;
  let nodes = 0;
  for (const node of tets) nodes = Math.max(nodes, node + 1);
  // Faces are bucketed by their lowest node; only faces of one bucket can be the same.
  const starts = new Uint32Array(nodes + 1);
  for (let face = 0; face < count; face++) starts[lowestOf(tets, face) + 1]++;
  for (let node = 0; node < nodes; node++) starts[node + 1] += starts[node];
  const fill = starts.slice(0, nodes);
  const bucketed = new Uint32Array(count);
  for (let face = 0; face < count; face++) bucketed[fill[lowestOf(tets, face)]++] = face;

  const isBoundary = new Uint8Array(count).fill(1);
  let inside = 0;
  for (let node = 0; node < nodes; node++) {
    for (let i = starts[node]; i < starts[node + 1]; i++) {
      for (let j = i + 1; j < starts[node + 1]; j++) {
        if (!isSameFace(tets, bucketed[i], bucketed[j])) continue;
        inside += isBoundary[bucketed[i]] + isBoundary[bucketed[j]];
        isBoundary[bucketed[i]] = 0;
        isBoundary[bucketed[j]] = 0;
      }
    }
  }

  const triangles = new Uint32Array(3 * (count - inside));
  const behind = new Uint32Array(count - inside);
  let at = 0;
  for (let face = 0; face < count; face++) {
    if (!isBoundary[face]) continue;
    for (let corner = 0; corner < 3; corner++) triangles[3 * at + corner] = cornerOf(tets, face, corner);
    behind[at++] = face >> 2;
  }
  return { triangles, tets: behind };
}

/** Node of a face by its number `4 · tet + opposite corner`. */
function cornerOf(tets: Uint32Array, face: number, corner: number): number {
  return tets[(face & ~3) + FACES[face & 3][corner]];
}

function lowestOf(tets: Uint32Array, face: number): number {
  return Math.min(cornerOf(tets, face, 0), cornerOf(tets, face, 1), cornerOf(tets, face, 2));
}

function isSameFace(tets: Uint32Array, one: number, other: number): boolean {
  for (let i = 0; i < 3; i++) {
    const node = cornerOf(tets, one, i);
    if (node !== cornerOf(tets, other, 0) && node !== cornerOf(tets, other, 1) && node !== cornerOf(tets, other, 2)) {
      return false;
    }
  }
  return true;
}

/**
 * Neighbours of each triangle across its edges (corner i to corner i + 1), [triangles, 3]. A triangle is its own neighbour across an edge
 * that is not shared by exactly two.
 */
export function triangleNeighbours(triangles: Uint32Array): Uint32Array {
  const edges = triangles.length;
  let nodes = 0;
  for (const node of triangles) nodes = Math.max(nodes, node + 1);
  const low = (edge: number) => Math.min(triangles[edge], triangles[nextEdge(edge)]);
  const high = (edge: number) => Math.max(triangles[edge], triangles[nextEdge(edge)]);
  const starts = new Uint32Array(nodes + 1);
  for (let edge = 0; edge < edges; edge++) starts[low(edge) + 1]++;
  for (let node = 0; node < nodes; node++) starts[node + 1] += starts[node];
  const fill = starts.slice(0, nodes);
  const bucketed = new Uint32Array(edges);
  for (let edge = 0; edge < edges; edge++) bucketed[fill[low(edge)]++] = edge;

  const neighbours = new Uint32Array(edges);
  for (let edge = 0; edge < edges; edge++) {
    const own = Math.floor(edge / 3);
    let found = own;
    let others = 0;
    for (let i = starts[low(edge)]; i < starts[low(edge) + 1]; i++) {
      const other = bucketed[i];
      if (other === edge || high(other) !== high(edge)) continue;
      found = Math.floor(other / 3);
      others++;
    }
    neighbours[edge] = others === 1 ? found : own;
  }
  return neighbours;
}

function nextEdge(edge: number): number {
  return edge % 3 === 2 ? edge - 2 : edge + 1;
}

/** Area-weighted normals, mm², [triangles, 3]: their lengths are the areas. */
export function triangleNormals(points: Float64Array, triangles: Uint32Array): Float64Array {
  const normals = new Float64Array(triangles.length);
  for (let at = 0; at < triangles.length; at += 3) {
    const a = 3 * triangles[at];
    const b = 3 * triangles[at + 1];
    const c = 3 * triangles[at + 2];
    const ux = points[b] - points[a];
    const uy = points[b + 1] - points[a + 1];
    const uz = points[b + 2] - points[a + 2];
    const vx = points[c] - points[a];
    const vy = points[c + 1] - points[a + 1];
    const vz = points[c + 2] - points[a + 2];
    normals[at] = (uy * vz - uz * vy) / 2;
    normals[at + 1] = (uz * vx - ux * vz) / 2;
    normals[at + 2] = (ux * vy - uy * vx) / 2;
  }
  return normals;
}
