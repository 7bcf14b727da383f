import { nodeCount, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';

/** Levels of the octree along whose curve nodes are numbered: 2¹⁰ cells a side. */
const LEVELS = 10;

/** A mesh's numbers inside the backend: neighbours in space are neighbours in memory. */
export interface Renumbering {
  /** The caller's number of each node, [nodes] */
  readonly nodeOf: Uint32Array;
  /** The opposite, [nodes] */
  readonly placeOf: Uint32Array;
  /** The caller's number of each tetrahedron, [tets] */
  readonly tetOf: Uint32Array;
}

/** Nodes along Morton's curve, ties by number; tetrahedra by the place of their first corner along it, ties by number. */
export function renumber(mesh: TetMesh): Renumbering {
  const nodes = nodeCount(mesh);
  const low = [0, 1, 2].map((axis) => extreme(mesh.points, axis, Math.min));
  const high = [0, 1, 2].map((axis) => extreme(mesh.points, axis, Math.max));
  const extent = Math.max(high[0] - low[0], high[1] - low[1], high[2] - low[2]);
  const perCell = extent > 0 ? (2 ** LEVELS - 1) / extent : 0;
  const keys = new Uint32Array(nodes);
  for (let node = 0; node < nodes; node++) {
    for (let axis = 0; axis < 3; axis++) {
      keys[node] |= spreadBits(Math.floor((mesh.points[3 * node + axis] - low[axis]) * perCell)) << axis;
    }
  }
  const nodeOf = sortByKey(keys);
  const placeOf = new Uint32Array(nodes);
  for (let place = 0; place < nodes; place++) placeOf[nodeOf[place]] = place;
  const first = new Uint32Array(tetCount(mesh));
  for (let tet = 0; tet < first.length; tet++) {
    const at = 4 * tet;
    first[tet] = Math.min(
      placeOf[mesh.tets[at]],
      placeOf[mesh.tets[at + 1]],
      placeOf[mesh.tets[at + 2]],
      placeOf[mesh.tets[at + 3]],
    );
  }
  return { nodeOf, placeOf, tetOf: sortByKey(first) };
}

function extreme(points: Float64Array, axis: number, choose: (a: number, b: number) => number): number {
  let found = points[axis];
  for (let at = axis; at < points.length; at += 3) found = choose(found, points[at]);
  return found;
}

/** Bits 0 … 9 at every third place. */
function spreadBits(value: number): number {
  let bits = value & 0x3ff;
  bits = (bits | (bits << 16)) & 0x030000ff;
  bits = (bits | (bits << 8)) & 0x0300f00f;
  bits = (bits | (bits << 4)) & 0x030c30c3;
  return (bits | (bits << 2)) & 0x09249249;
}

/** Numbers 0 … in the order of their keys, equal keys by rising number: a radix sort by 11 bits. */
function sortByKey(keys: Uint32Array): Uint32Array {
  let order = Uint32Array.from(keys, (_, at) => at);
  let spare = new Uint32Array(keys.length);
  for (let shift = 0; shift < 32; shift += 11) {
    const starts = new Uint32Array(2049);
    for (let at = 0; at < keys.length; at++) starts[((keys[at] >>> shift) & 2047) + 1]++;
    for (let digit = 0; digit < 2048; digit++) starts[digit + 1] += starts[digit];
    for (let at = 0; at < keys.length; at++) spare[starts[(keys[order[at]] >>> shift) & 2047]++] = order[at];
    [order, spare] = [spare, order];
  }
  return order;
}
