import { nodeCount, REGION, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';

type Vector = readonly [number, number, number];

/** What a block is made of; each part has a default. */
export interface BlockOptions {
  /** Unit fibre direction of every tetrahedron, or by its centroid; zero for none. Default x. */
  readonly fibre?: Vector | ((centroid: Vector) => Vector);
  /** Region by centroid; LV everywhere by default. */
  readonly region?: (centroid: Vector) => number;
  /** Moves inner nodes by up to this share of `h` in each direction, so that nothing is symmetric by luck (≤ 0.2 keeps volumes positive). */
  readonly jitter?: number;
  /** mm, the block's lowest corner; default the origin. */
  readonly origin?: Vector;
}

/** The six orders in which Kuhn's path walks from a cube's lowest to its highest corner; even ones first. */
const PATHS = [
  [0, 1, 2],
  [1, 2, 0],
  [2, 0, 1],
  [1, 0, 2],
  [0, 2, 1],
  [2, 1, 0],
] as const;

/** A block of nx × ny × nz cubes of edge `h` mm, six tetrahedra a cube (Kuhn 1960), nodes in x-fastest order. */
export function blockMesh(nx: number, ny: number, nz: number, h: number, options: BlockOptions = {}): TetMesh {
  const origin = options.origin ?? [0, 0, 0];
  const jitter = (options.jitter ?? 0) * h;
  const random = openRandom(7, 'block-jitter');
  const points = new Float64Array((nx + 1) * (ny + 1) * (nz + 1) * 3);
  let at = 0;
  for (let k = 0; k <= nz; k++)
    for (let j = 0; j <= ny; j++)
      for (let i = 0; i <= nx; i++) {
        const isInner = i > 0 && j > 0 && k > 0 && i < nx && j < ny && k < nz;
        for (const [axis, step] of [i, j, k].entries()) {
          const move = isInner && jitter > 0 ? jitter * (2 * random.uniform() - 1) : 0;
          points[at++] = (origin[axis] ?? 0) + step * h + move;
        }
      }
  const stride = [1, nx + 1, (nx + 1) * (ny + 1)] as const;
  const tets = new Uint32Array(nx * ny * nz * 24);
  at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const corner = i * stride[0] + j * stride[1] + k * stride[2];
        for (const [path, [a, b, c]] of PATHS.entries()) {
          const first = corner + stride[a];
          const second = first + stride[b];
          tets.set([corner, first, second, second + stride[c]], at);
          if (path > 2) tets.subarray(at + 2, at + 4).reverse();
          at += 4;
        }
      }
  return withFields(points, tets, options);
}

/** The same block turned: every point and fibre multiplied by the rotation, [9] row-major. */
export function rotateMesh(mesh: TetMesh, rotation: readonly number[]): TetMesh {
  return { ...mesh, points: rotateVectors(mesh.points, rotation), fibres: rotateVectors(mesh.fibres, rotation) };
}

/** Vectors multiplied by a matrix, [n, 3]. */
export function rotateVectors(vectors: Float64Array, rotation: readonly number[]): Float64Array {
  return vectors.map((_, at) => {
    const row = at % 3;
    let sum = 0;
    for (let axis = 0; axis < 3; axis++) sum += (rotation[3 * row + axis] ?? 0) * (vectors[at - row + axis] ?? 0);
    return sum;
  });
}

/** The rotation about (1, 2, 3)/√14 by an angle, [9] row-major (Rodrigues). */
export function obliqueRotation(angle_rad: number): number[] {
  const [x, y, z] = [1, 2, 3].map((value) => value / Math.sqrt(14)) as [number, number, number];
  const c = Math.cos(angle_rad);
  const s = Math.sin(angle_rad);
  const d = 1 - c;
  // biome-ignore format: a matrix
  return [
    c + x * x * d, x * y * d - z * s, x * z * d + y * s,
    y * x * d + z * s, c + y * y * d, y * z * d - x * s,
    z * x * d - y * s, z * y * d + x * s, c + z * z * d,
  ];
}

/** The same mesh under other numbers: node n becomes `nodeOrder[n]`, and tetrahedra stand in reverse order, each started at another of its nodes. */
export function renumberMesh(mesh: TetMesh, nodeOrder: Uint32Array): TetMesh {
  const points = new Float64Array(mesh.points.length);
  for (let node = 0; node < nodeCount(mesh); node++) {
    points.set(mesh.points.subarray(3 * node, 3 * node + 3), 3 * (nodeOrder[node] ?? 0));
  }
  const count = tetCount(mesh);
  const tets = new Uint32Array(mesh.tets.length);
  const fibres = new Float64Array(mesh.fibres.length);
  const regions = new Uint8Array(count);
  for (let tet = 0; tet < count; tet++) {
    const to = count - 1 - tet;
    const [a = 0, b = 0, c = 0, d = 0] = mesh.tets.subarray(4 * tet, 4 * tet + 4).map((node) => nodeOrder[node] ?? 0);
    tets.set([b, c, a, d], 4 * to);
    fibres.set(mesh.fibres.subarray(3 * tet, 3 * tet + 3), 3 * to);
    regions[to] = mesh.regions[tet] ?? 0;
  }
  return { points, tets, fibres, regions };
}

/** A permutation of 0 … count − 1 from a seed. */
export function permutation(count: number, seed: number): Uint32Array {
  const random = openRandom(seed, 'permutation');
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1));
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}

/** Index of the node nearest to a place, mm. */
export function nearestNode(mesh: TetMesh, place: Vector): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let node = 0; node < nodeCount(mesh); node++) {
    const distance = Math.hypot(...place.map((x, axis) => x - (mesh.points[3 * node + axis] ?? 0)));
    if (distance < least) {
      least = distance;
      best = node;
    }
  }
  return best;
}

function withFields(points: Float64Array, tets: Uint32Array, options: BlockOptions): TetMesh {
  const fibre = options.fibre ?? [1, 0, 0];
  const count = tets.length / 4;
  const fibres = new Float64Array(3 * count);
  const regions = new Uint8Array(count).fill(REGION.lv);
  for (let tet = 0; tet < count; tet++) {
    const centroid: [number, number, number] = [0, 0, 0];
    for (let corner = 0; corner < 4; corner++)
      for (let axis = 0; axis < 3; axis++)
        centroid[axis as 0 | 1 | 2] += (points[3 * (tets[4 * tet + corner] ?? 0) + axis] ?? 0) / 4;
    fibres.set(typeof fibre === 'function' ? fibre(centroid) : fibre, 3 * tet);
    if (options.region) regions[tet] = options.region(centroid);
  }
  return { points, tets, regions, fibres };
}
