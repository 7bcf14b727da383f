import { nodeTets } from '../mesh/nodeTets.ts';
import { shapeGradients } from '../mesh/shapeGradients.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import type { SparseMatrix } from './sparse.ts';

/** Place of the entry (i, j) of a symmetric 4 × 4 matrix among its ten. */
const ENTRY = [0, 1, 2, 3, 1, 4, 5, 6, 2, 5, 7, 8, 3, 6, 8, 9] as const;

/**
 * Stiffness matrix of linear elements with one conductivity tensor a tetrahedron:
 *
 *     K_ij = Σ_tets V ∇N_iᵀ σ ∇N_j
 *
 * Symmetric to the bit: both triangles take the same element entries and add them by rising tetrahedron.
 *
 * @param tensors  S/m, [tets, 6] as xx xy xz yy yz zz
 * @returns S/m · mm, [nodes, nodes]
 */
export function assembleStiffness(mesh: Pick<TetMesh, 'points' | 'tets'>, tensors: Float64Array): SparseMatrix {
  const { tets } = mesh;
  const nodes = mesh.points.length / 3;
  const elements = elementMatrices(mesh, tensors);
  const around = nodeTets(tets, nodes);
  const starts = new Uint32Array(nodes + 1);
  let columns = new Uint32Array(16 * nodes);
  let values = new Float64Array(16 * nodes);
  const place = new Int32Array(nodes).fill(-1);
  let end = 0;
  for (let node = 0; node < nodes; node++) {
    const start = end;
    if (end + 4 * (around.starts[node + 1] - around.starts[node]) > columns.length) {
      columns = enlarged(columns, new Uint32Array(2 * columns.length));
      values = enlarged(values, new Float64Array(2 * values.length));
    }
    for (let i = around.starts[node]; i < around.starts[node + 1]; i++) {
      const at = 4 * around.items[i];
      const row = tets[at] === node ? 0 : tets[at + 1] === node ? 4 : tets[at + 2] === node ? 8 : 12;
      const element = 10 * around.items[i];
      for (let corner = 0; corner < 4; corner++) {
        const column = tets[at + corner];
        let to = place[column];
        if (to < start) {
          to = end++;
          place[column] = to;
          columns[to] = column;
          values[to] = 0;
        }
        values[to] += elements[element + ENTRY[row + corner]];
      }
    }
    starts[node + 1] = end;
  }
  return {
    rows: nodes,
    columnCount: nodes,
    starts,
    columns: columns.slice(0, end),
    values: values.slice(0, end),
  };
}

function enlarged<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Upper triangles of the element matrices, [tets, 10] */
function elementMatrices(mesh: Pick<TetMesh, 'points' | 'tets'>, tensors: Float64Array): Float64Array {
  const count = mesh.tets.length / 4;
  const out = new Float64Array(10 * count);
  const g = new Float64Array(12);
  for (let tet = 0; tet < count; tet++) {
    const volume = shapeGradients(mesh, tet, g);
    const t = 6 * tet;
    const xx = volume * tensors[t];
    const xy = volume * tensors[t + 1];
    const xz = volume * tensors[t + 2];
    const yy = volume * tensors[t + 3];
    const yz = volume * tensors[t + 4];
    const zz = volume * tensors[t + 5];
    let to = 10 * tet;
    for (let i = 0; i < 12; i += 3) {
      const x = xx * g[i] + xy * g[i + 1] + xz * g[i + 2];
      const y = xy * g[i] + yy * g[i + 1] + yz * g[i + 2];
      const z = xz * g[i] + yz * g[i + 1] + zz * g[i + 2];
      for (let j = i; j < 12; j += 3) out[to++] = x * g[j] + y * g[j + 1] + z * g[j + 2];
    }
  }
  return out;
}
