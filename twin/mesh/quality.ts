import { degrees } from '../units.ts';
import { nodeTets } from './nodeTets.ts';
import { nodeCount, type TetMesh } from './tetMesh.ts';

type Geometry = Pick<TetMesh, 'points' | 'tets'>;

/** Corner pairs of a tetrahedron's six edges, each with the pair of the edge opposite. */
const EDGES = [0, 1, 2, 3, 0, 2, 1, 3, 0, 3, 1, 2, 1, 2, 0, 3, 1, 3, 0, 2, 2, 3, 0, 1] as const;

/** Least, mean and greatest of a set of values. */
export interface Spread {
  readonly least: number;
  readonly mean: number;
  readonly greatest: number;
}

/** Every edge once, as node pairs with the lower index first, sorted, [edges, 2] */
export function meshEdges({ points, tets }: Geometry): Uint32Array {
  const nodes = nodeCount({ points });
  const around = nodeTets(tets, nodes);
  const seenFrom = new Uint32Array(nodes);
  const edges: number[] = [];
  const others: number[] = [];
  for (let node = 0; node < nodes; node++) {
    others.length = 0;
    for (let i = around.starts[node] as number; i < (around.starts[node + 1] as number); i++) {
      const tet = (around.items[i] as number) * 4;
      for (let corner = 0; corner < 4; corner++) {
        const other = tets[tet + corner] as number;
        if (other <= node || seenFrom[other] === node + 1) continue;
        seenFrom[other] = node + 1;
        others.push(other);
      }
    }
    others.sort((a, b) => a - b);
    for (const other of others) edges.push(node, other);
  }
  return Uint32Array.from(edges);
}

/** Lengths of all edges, mm. */
export function edgeLengths(mesh: Geometry): Spread {
  const { points } = mesh;
  const edges = meshEdges(mesh);
  const lengths = new Float64Array(edges.length / 2);
  for (let edge = 0; edge < lengths.length; edge++) {
    const a = (edges[edge * 2] as number) * 3;
    const b = (edges[edge * 2 + 1] as number) * 3;
    lengths[edge] = Math.hypot(
      (points[b] as number) - (points[a] as number),
      (points[b + 1] as number) - (points[a + 1] as number),
      (points[b + 2] as number) - (points[a + 2] as number),
    );
  }
  return spread(lengths);
}

/** Mean edge length over tetrahedra, mm: an edge counts once for each that has it, so that nothing has to be sorted. */
export function meanEdge_mm({ points, tets }: Geometry): number {
  let sum = 0;
  for (let at = 0; at < tets.length; at += 4) {
    for (let i = 1; i < 4; i++) {
      for (let j = 0; j < i; j++) {
        const from = 3 * tets[at + i];
        const to = 3 * tets[at + j];
        const x = points[from] - points[to];
        const y = points[from + 1] - points[to + 1];
        const z = points[from + 2] - points[to + 2];
        sum += Math.sqrt(x * x + y * y + z * z);
      }
    }
  }
  return sum / (1.5 * tets.length);
}

/**
 * Angles between the two faces at each edge of each tetrahedron, degrees, [tets, 6]; 70.53 in a regular one.
 *
 *     cos θ = n₁ · n₂,   n₁, n₂ the parts of the two other corners' directions that are normal to the edge
 */
export function dihedralAngles({ points, tets }: Geometry): Float64Array {
  const angles = new Float64Array((tets.length / 4) * 6);
  for (let tet = 0; tet < tets.length / 4; tet++) {
    for (let edge = 0; edge < 6; edge++) {
      const corner = (i: number): number => (tets[tet * 4 + (EDGES[edge * 4 + i] as number)] as number) * 3;
      angles[tet * 6 + edge] = dihedral(points, corner(0), corner(1), corner(2), corner(3));
    }
  }
  return angles;
}

/** Dihedral angles of all tetrahedra, degrees: near 0 and near 180 are slivers. */
export const dihedralSpread = (mesh: Geometry): Spread => spread(dihedralAngles(mesh));

function dihedral(points: Float64Array, a: number, b: number, c: number, d: number): number {
  const ux = (points[b] as number) - (points[a] as number);
  const uy = (points[b + 1] as number) - (points[a + 1] as number);
  const uz = (points[b + 2] as number) - (points[a + 2] as number);
  const vx = (points[c] as number) - (points[a] as number);
  const vy = (points[c + 1] as number) - (points[a + 1] as number);
  const vz = (points[c + 2] as number) - (points[a + 2] as number);
  const wx = (points[d] as number) - (points[a] as number);
  const wy = (points[d + 1] as number) - (points[a + 1] as number);
  const wz = (points[d + 2] as number) - (points[a + 2] as number);
  const uu = ux * ux + uy * uy + uz * uz;
  const uv = (ux * vx + uy * vy + uz * vz) / uu;
  const uw = (ux * wx + uy * wy + uz * wz) / uu;
  const px = vx - uv * ux;
  const py = vy - uv * uy;
  const pz = vz - uv * uz;
  const qx = wx - uw * ux;
  const qy = wy - uw * uy;
  const qz = wz - uw * uz;
  const sine = Math.hypot(py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx);
  return degrees(Math.atan2(sine, px * qx + py * qy + pz * qz));
}

function spread(values: Float64Array): Spread {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
    sum += value;
  }
  return { least, mean: sum / values.length, greatest };
}
