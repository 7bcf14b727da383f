import { boundaryTriangles, faceNeighbours } from '../mesh/faces.ts';
import { nodeCount, type TetMesh } from '../mesh/tetMesh.ts';

/** Outside of a tetrahedral mesh. */
export interface Boundary {
  /** Nodes of each triangle, anticlockwise when seen from outside the muscle, [triangles, 3] */
  readonly triangles: Uint32Array;
  /** The tetrahedron behind each triangle, [triangles] */
  readonly tets: Uint32Array;
}

/** Faces that belong to one tetrahedron only, in the order of the tetrahedra. */
export function findBoundary(mesh: Pick<TetMesh, 'points' | 'tets'>): Boundary {
  const { neighbours } = faceNeighbours(mesh.tets, nodeCount(mesh));
  const tets: number[] = [];
  for (let face = 0; face < neighbours.length; face++) if (neighbours[face] === -1) tets.push(face >>> 2);
  return { triangles: boundaryTriangles(mesh.tets, nodeCount(mesh)), tets: Uint32Array.from(tets) };
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

/** A closed line of edges where a surface ends. */
export interface Rim {
  /** Directed as in the surface's own triangles, [edges, 2] */
  readonly edges: readonly (readonly [number, number])[];
  /** Mean of the edges' middles weighted by their lengths, mm */
  readonly centre: readonly [number, number, number];
  readonly length_mm: number;
}

/** Where a surface ends: one rim for each connected set of free edges, longest first. Empty for a closed surface. */
export function findRims(points: Float64Array, triangles: Uint32Array): Rim[] {
  const free = new Map<number, number[]>();
  const neighbours = triangleNeighbours(triangles);
  const edges: [number, number][] = [];
  for (let edge = 0; edge < neighbours.length; edge++) {
    if (neighbours[edge] !== Math.floor(edge / 3)) continue;
    const [a, b] = [triangles[edge], triangles[nextEdge(edge)]];
    for (const node of [a, b]) free.set(node, [...(free.get(node) ?? []), edges.length]);
    edges.push([a, b]);
  }
  const isSeen = new Uint8Array(edges.length);
  const rims: Rim[] = [];
  for (let first = 0; first < edges.length; first++) {
    if (isSeen[first]) continue;
    isSeen[first] = 1;
    const found = [first];
    for (let i = 0; i < found.length; i++) {
      for (const node of edges[found[i]]) {
        for (const next of free.get(node) ?? []) {
          if (isSeen[next]) continue;
          isSeen[next] = 1;
          found.push(next);
        }
      }
    }
    rims.push(
      rimOf(
        points,
        found.map((edge) => edges[edge]),
      ),
    );
  }
  return rims.sort((a, b) => b.length_mm - a.length_mm);
}

function rimOf(points: Float64Array, edges: readonly [number, number][]): Rim {
  const centre: [number, number, number] = [0, 0, 0];
  let total = 0;
  for (const [a, b] of edges) {
    const dx = points[3 * b] - points[3 * a];
    const dy = points[3 * b + 1] - points[3 * a + 1];
    const dz = points[3 * b + 2] - points[3 * a + 2];
    const length = Math.hypot(dx, dy, dz);
    centre[0] += length * (points[3 * a] + dx / 2);
    centre[1] += length * (points[3 * a + 1] + dy / 2);
    centre[2] += length * (points[3 * a + 2] + dz / 2);
    total += length;
  }
  return { edges, centre: [centre[0] / total, centre[1] / total, centre[2] / total], length_mm: total };
}
