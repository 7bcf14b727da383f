import { TwinError } from '../errors.ts';
import { nodeTets } from '../mesh/nodeTets.ts';
import { shapeGradients } from '../mesh/shapeGradients.ts';
import { nodeCount, type TetMesh, tetCount } from '../mesh/tetMesh.ts';

/** Nodes held at a value. */
export interface FixedValue {
  readonly nodes: Iterable<number>;
  readonly value: number;
}

/** Solves Laplace's equation on one mesh for any values held at nodes. */
export interface LaplaceSystem {
  /**
   * The field that is harmonic in the muscle, takes the fixed values, and has no flux through the rest of the boundary, [nodes]. Where two
   * fixed values meet in one node the later one holds. NaN on nodes without tetrahedra, and on parts of the mesh in which nothing is fixed.
   *
   * @throws TwinError NoConvergence when the residual does not fall to 1e-9 of its start
   */
  solve(fixed: readonly FixedValue[]): Float64Array;
}

/** Stop of the conjugate gradients, relative to the first residual: far below what P1 elements resolve. */
const TOLERANCE = 1e-9;

/**
 * Assembles linear (P1) finite elements for `∇·∇u = 0`. Rows are compressed; solutions come from conjugate gradients preconditioned by the
 * diagonal, in float64 and a fixed order of sums, so that the same mesh gives the same bits.
 *
 *     K_ij = Σ_tets V ∇N_i · ∇N_j
 */
export function openLaplace(mesh: Pick<TetMesh, 'points' | 'tets'>): LaplaceSystem {
  const { starts, columns, values } = assemble(mesh);
  const nodes = nodeCount(mesh);
  return {
    solve(fixed) {
      const field = new Float64Array(nodes);
      const isFree = new Uint8Array(nodes).fill(1);
      for (const { nodes: held, value } of fixed) {
        for (const node of held) {
          field[node] = value;
          isFree[node] = 0;
        }
      }
      markUnreached(starts, columns, isFree, field);
      conjugateGradients(starts, columns, values, isFree, field);
      return field;
    },
  };
}

/** Gradient of a nodal field in each tetrahedron, field unit per mm, [tets, 3]. */
export function tetGradients(mesh: Pick<TetMesh, 'points' | 'tets'>, field: Float64Array): Float64Array {
  const gradients = new Float64Array(3 * tetCount(mesh));
  const shape = new Float64Array(12);
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    shapeGradients(mesh, tet, shape);
    for (let corner = 0; corner < 4; corner++) {
      const value = field[mesh.tets[4 * tet + corner]];
      for (let axis = 0; axis < 3; axis++) gradients[3 * tet + axis] += value * shape[3 * corner + axis];
    }
  }
  return gradients;
}

interface SparseMatrix {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

function assemble(mesh: Pick<TetMesh, 'points' | 'tets'>): SparseMatrix {
  const { tets } = mesh;
  const nodes = nodeCount(mesh);
  const around = nodeTets(tets, nodes);

  const tetStiffness = new Float64Array(4 * tets.length);
  const shape = new Float64Array(12);
  for (let tet = 0; tet < tets.length / 4; tet++) {
    const volume = shapeGradients(mesh, tet, shape);
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        tetStiffness[16 * tet + 4 * i + j] =
          volume *
          (shape[3 * i] * shape[3 * j] + shape[3 * i + 1] * shape[3 * j + 1] + shape[3 * i + 2] * shape[3 * j + 2]);
      }
    }
  }

  const starts = new Uint32Array(nodes + 1);
  // A row has at most one entry for each corner of each tetrahedron about the node.
  const columns = new Uint32Array(4 * tets.length);
  const values = new Float64Array(4 * tets.length);
  const place = new Int32Array(nodes).fill(-1);
  let end = 0;
  for (let node = 0; node < nodes; node++) {
    const start = end;
    for (let i = around.starts[node]; i < around.starts[node + 1]; i++) {
      const tet = around.items[i];
      const row = cornerOf(tets, tet, node);
      for (let corner = 0; corner < 4; corner++) {
        const column = tets[4 * tet + corner];
        if (place[column] < start) {
          place[column] = end;
          columns[end++] = column;
        }
        values[place[column]] += tetStiffness[16 * tet + 4 * row + corner];
      }
    }
    starts[node + 1] = end;
  }
  return { starts, columns: columns.slice(0, end), values: values.slice(0, end) };
}

function cornerOf(tets: Uint32Array, tet: number, node: number): number {
  let corner = 0;
  while (tets[4 * tet + corner] !== node) corner++;
  return corner;
}

/** Nodes that no fixed node reaches have no answer: NaN, and not free. */
function markUnreached(starts: Uint32Array, columns: Uint32Array, isFree: Uint8Array, field: Float64Array): void {
  const nodes = field.length;
  const isReached = new Uint8Array(nodes);
  const queue = new Uint32Array(nodes);
  let end = 0;
  for (let node = 0; node < nodes; node++) {
    if (isFree[node]) continue;
    isReached[node] = 1;
    queue[end++] = node;
  }
  for (let at = 0; at < end; at++) {
    for (let i = starts[queue[at]]; i < starts[queue[at] + 1]; i++) {
      if (isReached[columns[i]]) continue;
      isReached[columns[i]] = 1;
      queue[end++] = columns[i];
    }
  }
  for (let node = 0; node < nodes; node++) {
    const isOrphan = starts[node] === starts[node + 1];
    if (isReached[node] && !isOrphan) continue;
    isFree[node] = 0;
    field[node] = Number.NaN;
  }
}

/** Improves `field` in place on the free nodes; the others are held. */
function conjugateGradients(
  starts: Uint32Array,
  columns: Uint32Array,
  values: Float64Array,
  isFree: Uint8Array,
  field: Float64Array,
): void {
  const nodes = field.length;
  const residual = new Float64Array(nodes);
  const direction = new Float64Array(nodes);
  const image = new Float64Array(nodes);
  const inverse = new Float64Array(nodes);
  let energy = 0;
  let first = 0;
  for (let node = 0; node < nodes; node++) {
    if (!isFree[node]) continue;
    let sum = 0;
    for (let i = starts[node]; i < starts[node + 1]; i++) {
      sum += values[i] * field[columns[i]];
      if (columns[i] === node) inverse[node] = 1 / values[i];
    }
    residual[node] = -sum;
    direction[node] = -sum * inverse[node];
    energy += residual[node] * direction[node];
    first += sum * sum;
  }
  if (first === 0) return;
  const limit = TOLERANCE * TOLERANCE * first;
  const maxIterations = 200 + 20 * Math.ceil(Math.cbrt(nodes));
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    let curvature = 0;
    for (let node = 0; node < nodes; node++) {
      if (!isFree[node]) continue;
      let sum = 0;
      for (let i = starts[node]; i < starts[node + 1]; i++) sum += values[i] * direction[columns[i]];
      image[node] = sum;
      curvature += sum * direction[node];
    }
    const step = energy / curvature;
    let next = 0;
    let square = 0;
    for (let node = 0; node < nodes; node++) {
      if (!isFree[node]) continue;
      field[node] += step * direction[node];
      const r = residual[node] - step * image[node];
      residual[node] = r;
      next += r * r * inverse[node];
      square += r * r;
    }
    if (square <= limit) return;
    const ratio = next / energy;
    energy = next;
    for (let node = 0; node < nodes; node++) {
      if (isFree[node]) direction[node] = residual[node] * inverse[node] + ratio * direction[node];
    }
  }
  throw new TwinError(
    'NoConvergence',
    `Laplace solution: the residual did not fall to ${TOLERANCE} of its start in ${maxIterations} iterations; the mesh probably holds nearly flat tetrahedra`,
  );
}
