import { faceNeighbours } from '../mesh/faces.ts';
import type { Csr } from '../mesh/nodeTets.ts';
import { meanEdge_mm } from '../mesh/quality.ts';
import { nodeCount, type TetMesh } from '../mesh/tetMesh.ts';

/**
 * Radius of the near field in mean edge lengths, and its greatest, mm. Chosen by how well the ECGs of the same PMJs agree between meshes
 * of 1 to 3 mm, and by the time that it takes (`docs/decisions/0011-near-field.md`).
 */
const RADIUS_EDGES = 2.5;
const RADIUS_MOST_mm = 5;

/** What straight ways from a PMJ to the nodes around it need of a mesh. */
export interface NearField {
  /** The tetrahedron across the face opposite each corner, −1 where there is none, [tets, 4] */
  readonly neighbours: Int32Array;
  /** How far from a PMJ nodes are reached straight, mm */
  readonly radius_mm: number;
  /** The greatest of the mesh's `speed`; 1 when it has none. */
  readonly greatestSpeed: number;
  /** Nodes by cells of `cell_mm` from `low` on, x fastest. */
  readonly cellNodes: Csr;
  readonly cell_mm: number;
  /** mm, lowest corner, [3] */
  readonly low: Float64Array;
  /** Cells along x, y, z, [3] */
  readonly cells: Uint32Array;
}

/** Finds neighbours across faces, and sorts nodes into cells. */
export function openNearField(mesh: TetMesh): NearField {
  const { points } = mesh;
  const nodes = nodeCount(mesh);
  const low = new Float64Array(3).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(3).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0; at < points.length; at++) {
    const axis = at % 3;
    if (points[at] < low[axis]) low[axis] = points[at];
    if (points[at] > high[axis]) high[axis] = points[at];
  }
  const extent = high.map((x, axis) => x - low[axis]);
  // Nodes strewn over a box out of proportion must not ask for more cells than there are nodes.
  const radius_mm = Math.min(RADIUS_EDGES * meanEdge_mm(mesh), RADIUS_MOST_mm);
  const cell_mm = Math.max(radius_mm / 2, Math.cbrt((extent[0] * extent[1] * extent[2]) / nodes));
  const cells = Uint32Array.from(extent, (length) => Math.floor(length / cell_mm) + 1);
  const cellOf = (node: number) => {
    const x = Math.floor((points[3 * node] - low[0]) / cell_mm);
    const y = Math.floor((points[3 * node + 1] - low[1]) / cell_mm);
    const z = Math.floor((points[3 * node + 2] - low[2]) / cell_mm);
    return (z * cells[1] + y) * cells[0] + x;
  };
  const starts = new Uint32Array(cells[0] * cells[1] * cells[2] + 1);
  for (let node = 0; node < nodes; node++) starts[cellOf(node) + 1]++;
  for (let cell = 1; cell < starts.length; cell++) starts[cell] += starts[cell - 1];
  const next = starts.slice();
  const items = new Uint32Array(nodes);
  for (let node = 0; node < nodes; node++) items[next[cellOf(node)]++] = node;
  return {
    radius_mm,
    neighbours: faceNeighbours(mesh.tets, nodes).neighbours,
    greatestSpeed: mesh.speed === undefined ? 1 : mesh.speed.reduce((most, speed) => Math.max(most, speed), 0),
    cellNodes: { starts, items },
    cell_mm,
    low,
    cells,
  };
}
