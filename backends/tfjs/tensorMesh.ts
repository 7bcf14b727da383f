import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { velocitiesByRegion } from '../../twin/eikonal/metric.ts';
import { nodeTets } from '../../twin/mesh/nodeTets.ts';
import { shapeGradients } from '../../twin/mesh/shapeGradients.ts';
import { nodeCount, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import type { Tensorflow } from './runtime.ts';

/**
 * A heart's connections as tables for gathers. TensorFlow.js has no minimum over segments, so times go to and fro between two
 * layouts: corners `[4 · tets]`, where local solves are elementwise, and for each node its corners padded to a common number,
 * where a minimum or a sum is a fold over rows. Both directions are gathers by constant tables: nothing is scattered.
 *
 * Inside, nodes that no tetrahedron uses are left out and the others stand by number of tetrahedra.
 */
export interface TensorMesh {
  /** Nodes that tetrahedra use. */
  readonly nodes: number;
  /** Number in the mesh of each node inside, [nodes] */
  readonly meshNodes: Uint32Array;
  /** Number inside of each node of the mesh, −1 where it is left out, [mesh nodes] */
  readonly inside: Int32Array;
  readonly tets: number;
  readonly chunks: readonly TetChunk[];
  readonly blocks: readonly NodeBlock[];
}

/** Some tetrahedra; the numbers of each stand corner by corner or edge by edge, tetrahedra fastest. Edges are 01 02 03 12 13 23. */
export interface TetChunk {
  readonly tets: number;
  /** Nodes, [4 · tets] int32 */
  readonly corners: Tensor1D;
  /** Row of the velocity table, [6 · tets] int32 */
  readonly velocityRows: Tensor1D;
  /** Parts of `k_ij` of `tetMetric` that v_f² and v_t² multiply, 1/mm² · mm², [6 · tets, 1] */
  readonly stiffnessAlong: Tensor2D;
  readonly stiffnessAcross: Tensor2D;
  /** Parts of `l_ij` of `tetMetric` that 1/v_f² and 1/v_t² multiply, mm², [6 · tets, 1] */
  readonly squareAlong: Tensor2D;
  readonly squareAcross: Tensor2D;
}

/** Consecutive nodes whose corners are padded to `degree`. */
export interface NodeBlock {
  readonly nodes: number;
  readonly degree: number;
  /** Places among all chunks' corners, one row per rank; `4 · tets` for none, [degree · nodes] int32 */
  readonly places: Tensor1D;
}

/** Rows of the velocity table: LV, RV, scar. */
export const VELOCITY_ROWS = 3;

/** Degrees that nodes are padded to. Few, since every block is a dozen launches on a device; a mesh's mean is near 16. */
const DEGREES = [16, 32, 64, 128, 256, 512, 1024];

/** @param chunkTets  most tetrahedra in a chunk */
export function openTensorMesh(tf: Tensorflow, mesh: TetMesh, chunkTets: number): TensorMesh {
  const { starts, items } = nodeTets(mesh.tets, nodeCount(mesh));
  const tets = tetCount(mesh);
  const inside = new Int32Array(nodeCount(mesh)).fill(-1);
  const byDegree = new Map<number, number[]>(DEGREES.map((degree) => [degree, []]));
  for (let node = 0; node < inside.length; node++) {
    const degree = starts[node + 1] - starts[node];
    if (degree === 0) continue;
    const padded = DEGREES.find((most) => most >= degree) ?? degree;
    const nodes = byDegree.get(padded);
    if (nodes === undefined) byDegree.set(padded, [node]);
    else nodes.push(node);
  }
  const groups = [...byDegree].filter(([, nodes]) => nodes.length > 0).sort(([one], [other]) => one - other);
  const meshNodes = Uint32Array.from(groups.flatMap(([, nodes]) => nodes));
  for (let place = 0; place < meshNodes.length; place++) inside[meshNodes[place]] = place;

  const chunks: TetChunk[] = [];
  for (let first = 0; first < tets; first += chunkTets) {
    chunks.push(openChunk(tf, mesh, inside, first, Math.min(chunkTets, tets - first)));
  }
  const placeOf = (tet: number, corner: number) => {
    const first = tet - (tet % chunkTets);
    return 4 * first + corner * Math.min(chunkTets, tets - first) + tet - first;
  };
  const blocks = groups.map(([degree, nodes]) => {
    const places = new Int32Array(degree * nodes.length).fill(4 * tets);
    for (const [at, node] of nodes.entries()) {
      for (let rank = 0; rank < starts[node + 1] - starts[node]; rank++) {
        const tet = items[starts[node] + rank];
        const corner = mesh.tets.subarray(4 * tet, 4 * tet + 4).indexOf(node);
        places[rank * nodes.length + at] = placeOf(tet, corner);
      }
    }
    return { nodes: nodes.length, degree, places: tf.tensor1d(places, 'int32') };
  });
  return { nodes: meshNodes.length, meshNodes, inside, tets, chunks, blocks };
}

export function closeTensorMesh({ chunks, blocks }: TensorMesh): void {
  for (const chunk of chunks) {
    chunk.corners.dispose();
    chunk.velocityRows.dispose();
    for (const tensor of edgeTensors(chunk)) tensor.dispose();
  }
  for (const block of blocks) block.places.dispose();
}

const edgeTensors = (chunk: TetChunk): Tensor[] => [
  chunk.stiffnessAlong,
  chunk.stiffnessAcross,
  chunk.squareAlong,
  chunk.squareAcross,
];

function openChunk(tf: Tensorflow, mesh: TetMesh, inside: Int32Array, first: number, tets: number): TetChunk {
  const { points, fibres, speed } = mesh;
  const corners = new Int32Array(4 * tets);
  const velocityRows = new Int32Array(6 * tets);
  const stiffnessAlong = new Float32Array(6 * tets);
  const stiffnessAcross = new Float32Array(6 * tets);
  const squareAlong = new Float32Array(6 * tets);
  const squareAcross = new Float32Array(6 * tets);
  const gradients = new Float64Array(12);
  for (let at = 0; at < tets; at++) {
    const tet = first + at;
    shapeGradients(mesh, tet, gradients);
    const [fx, fy, fz] = fibres.subarray(3 * tet, 3 * tet + 3);
    const factor = speed === undefined ? 1 : speed[tet] * speed[tet];
    for (let corner = 0; corner < 4; corner++) corners[corner * tets + at] = inside[mesh.tets[4 * tet + corner]];
    let edge = 0;
    for (let i = 0; i < 3; i++) {
      const pi = 3 * mesh.tets[4 * tet + i];
      const [gx, gy, gz] = gradients.subarray(3 * i, 3 * i + 3);
      for (let j = i + 1; j < 4; j++) {
        const pj = 3 * mesh.tets[4 * tet + j];
        const [hx, hy, hz] = gradients.subarray(3 * j, 3 * j + 3);
        const along = (gx * fx + gy * fy + gz * fz) * (hx * fx + hy * fy + hz * fz);
        const ex = points[pj] - points[pi];
        const ey = points[pj + 1] - points[pi + 1];
        const ez = points[pj + 2] - points[pi + 2];
        const ef = ex * fx + ey * fy + ez * fz;
        const place = edge * tets + at;
        stiffnessAlong[place] = -factor * along;
        stiffnessAcross[place] = -factor * (gx * hx + gy * hy + gz * hz - along);
        squareAlong[place] = (ef * ef) / factor;
        squareAcross[place] = (ex * ex + ey * ey + ez * ez - ef * ef) / factor;
        velocityRows[place] = mesh.regions[tet] - 1;
        edge++;
      }
    }
  }
  const column = (values: Float32Array) => tf.tensor2d(values, [6 * tets, 1]);
  return {
    tets,
    corners: tf.tensor1d(corners, 'int32'),
    velocityRows: tf.tensor1d(velocityRows, 'int32'),
    stiffnessAlong: column(stiffnessAlong),
    stiffnessAcross: column(stiffnessAcross),
    squareAlong: column(squareAlong),
    squareAcross: column(squareAcross),
  };
}

/** Velocities of each member by row, mm/ms, [VELOCITY_ROWS, 2][members] flattened to two tables of [VELOCITY_ROWS · members]. */
export function velocityTables(members: readonly Parameters<typeof velocitiesByRegion>[0][]): {
  along: Float32Array;
  across: Float32Array;
} {
  const along = new Float32Array(VELOCITY_ROWS * members.length);
  const across = new Float32Array(VELOCITY_ROWS * members.length);
  for (const [member, velocities] of members.entries()) {
    const byRegion = velocitiesByRegion(velocities);
    for (let row = 0; row < VELOCITY_ROWS; row++) {
      along[row * members.length + member] = byRegion[2 * (row + 1)];
      across[row * members.length + member] = byRegion[2 * (row + 1) + 1];
    }
  }
  return { along, across };
}
