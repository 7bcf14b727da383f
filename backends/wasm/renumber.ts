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
  const { tets } = mesh;
  const nodes = nodeCount(mesh);
  const nodeOf = sortByKey(mortonKeys(mesh));
  const placeOf = new Uint32Array(nodes);
  for (let place = 0; place < nodes; place++) placeOf[nodeOf[place]] = place;
  const first = new Uint32Array(tetCount(mesh));
  const starts = new Uint32Array(nodes + 1);
  for (let tet = 0; tet < first.length; tet++) {
    let least = placeOf[tets[4 * tet]];
    for (let at = 4 * tet + 1; at < 4 * tet + 4; at++) {
      const place = placeOf[tets[at]];
      if (place < least) least = place;
    }
    first[tet] = least;
    starts[least + 1]++;
  }
  for (let place = 0; place < nodes; place++) starts[place + 1] += starts[place];
  const tetOf = new Uint32Array(first.length);
  for (let tet = 0; tet < first.length; tet++) tetOf[starts[first[tet]]++] = tet;
  return { nodeOf, placeOf, tetOf };
}

/** Each node's cell along the curve, [nodes]. */
function mortonKeys({ points }: TetMesh): Uint32Array {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let extent = 0;
  for (let axis = 0; axis < 3; axis++) {
    let high = Number.NEGATIVE_INFINITY;
    for (let at = axis; at < points.length; at += 3) {
      if (points[at] < low[axis]) low[axis] = points[at];
      if (points[at] > high) high = points[at];
    }
    extent = Math.max(extent, high - low[axis]);
  }
  const [lowX, lowY, lowZ] = low;
  const perCell = extent > 0 ? (2 ** LEVELS - 1) / extent : 0;
  const keys = new Uint32Array(points.length / 3);
  for (let node = 0; node < keys.length; node++) {
    const x = (points[3 * node] - lowX) * perCell;
    const y = (points[3 * node + 1] - lowY) * perCell;
    const z = (points[3 * node + 2] - lowZ) * perCell;
    keys[node] = spreadBits(x | 0) | (spreadBits(y | 0) << 1) | (spreadBits(z | 0) << 2);
  }
  return keys;
}

/** Bits 0 … 9 at every third place. */
function spreadBits(value: number): number {
  let bits = value & 0x3ff;
  bits = (bits | (bits << 16)) & 0x030000ff;
  bits = (bits | (bits << 8)) & 0x0300f00f;
  bits = (bits | (bits << 4)) & 0x030c30c3;
  return (bits | (bits << 2)) & 0x09249249;
}

/** Numbers 0 … in the order of their keys, equal keys by rising number: a radix sort by ten bits at a time. */
function sortByKey(keys: Uint32Array): Uint32Array {
  let order = new Uint32Array(keys.length);
  for (let at = 0; at < keys.length; at++) order[at] = at;
  let spare = new Uint32Array(keys.length);
  for (let shift = 0; shift < 3 * LEVELS; shift += 10) {
    const starts = new Uint32Array(1025);
    for (let at = 0; at < keys.length; at++) starts[((keys[at] >>> shift) & 1023) + 1]++;
    for (let digit = 0; digit < 1024; digit++) starts[digit + 1] += starts[digit];
    for (let at = 0; at < keys.length; at++) {
      const number = order[at];
      spare[starts[(keys[number] >>> shift) & 1023]++] = number;
    }
    [order, spare] = [spare, order];
  }
  return order;
}
