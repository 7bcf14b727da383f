import { nodeCount, type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { type NearField, openNearField } from './nearField.ts';

/** A uniform grid of cells over a mesh, each with the tetrahedra whose boxes touch it. */
export interface Locator {
  readonly mesh: TetMesh;
  /** mm, lowest corner of the grid, [3] */
  readonly low: Float64Array;
  readonly cell_mm: number;
  /** Cells along x, y, z, [3] */
  readonly cells: Uint32Array;
  /** Entries of cell c are `tets[starts[c]] … tets[starts[c + 1] − 1]`, x fastest, [cells + 1] */
  readonly starts: Uint32Array;
  readonly tets: Uint32Array;
  /** Made when it is first asked for: only the seeding of PMJs needs it. */
  readonly nearField: NearField;
}

/** How far outside a tetrahedron a point may lie by rounding, as a share of its barycentric coordinates. */
const ROUNDING = 1e-9;

/**
 * Builds the grid; its cells hold about one mean tetrahedron's box, so a look-up tests some tens of them.
 *
 * @param wanted  1 for tetrahedra that shall be found, [tets]; absent for all
 */
export function openLocator(mesh: TetMesh, wanted?: Uint8Array): Locator {
  const nodes = nodeCount(mesh);
  const count = tetCount(mesh);
  const low = new Float64Array(3).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(3).fill(Number.NEGATIVE_INFINITY);
  for (let node = 0; node < nodes; node++) {
    for (let axis = 0; axis < 3; axis++) {
      const x = mesh.points[3 * node + axis];
      if (x < low[axis]) low[axis] = x;
      if (x > high[axis]) high[axis] = x;
    }
  }
  const extent = high.map((x, axis) => x - low[axis]);
  // A mesh of few tetrahedra in a large empty box must not ask for a grid out of proportion: at most 8 cells a tetrahedron.
  const smallest_mm = Math.cbrt((extent[0] * extent[1] * extent[2]) / (8 * count));
  const boxes = boundingBoxes(mesh);
  let sides = 0;
  for (let at = 0; at < boxes.length; at += 2) sides += boxes[at + 1] - boxes[at];
  const cell_mm = Math.max(sides / (3 * count), smallest_mm);
  const cells = Uint32Array.from(extent, (length) => Math.floor(length / cell_mm) + 1);
  const ranges = new Int32Array(6 * count);
  for (let at = 0; at < ranges.length; at++) ranges[at] = Math.floor((boxes[at] - low[(at >> 1) % 3]) / cell_mm);
  const [nx, ny, nz] = cells;
  const starts = new Uint32Array(nx * ny * nz + 1);
  for (let tet = 0; tet < count; tet++) {
    if (wanted !== undefined && wanted[tet] === 0) continue;
    const r = 6 * tet;
    for (let z = ranges[r + 4]; z <= ranges[r + 5]; z++) {
      for (let y = ranges[r + 2]; y <= ranges[r + 3]; y++) {
        const row = (z * ny + y) * nx + 1;
        for (let x = ranges[r]; x <= ranges[r + 1]; x++) starts[row + x]++;
      }
    }
  }
  for (let cell = 1; cell < starts.length; cell++) starts[cell] += starts[cell - 1];
  const next = starts.slice();
  const tets = new Uint32Array(starts[starts.length - 1]);
  for (let tet = 0; tet < count; tet++) {
    if (wanted !== undefined && wanted[tet] === 0) continue;
    const r = 6 * tet;
    for (let z = ranges[r + 4]; z <= ranges[r + 5]; z++) {
      for (let y = ranges[r + 2]; y <= ranges[r + 3]; y++) {
        const row = (z * ny + y) * nx;
        for (let x = ranges[r]; x <= ranges[r + 1]; x++) tets[next[row + x]++] = tet;
      }
    }
  }
  let nearField: NearField | undefined;
  return {
    mesh,
    low,
    cell_mm,
    cells,
    starts,
    tets,
    get nearField() {
      nearField ??= openNearField(mesh);
      return nearField;
    },
  };
}

/**
 * The tetrahedron that holds a point, −1 when none does; on a shared face the one of lowest number.
 *
 * @param barycentric  receives the point's coordinates in it, [4]
 */
export function locateTet(locator: Locator, x: number, y: number, z: number, barycentric: Float64Array): number {
  const { low, cell_mm, cells, starts, tets, mesh } = locator;
  const cx = Math.floor((x - low[0]) / cell_mm);
  const cy = Math.floor((y - low[1]) / cell_mm);
  const cz = Math.floor((z - low[2]) / cell_mm);
  if (!(cx >= 0 && cy >= 0 && cz >= 0 && cx < cells[0] && cy < cells[1] && cz < cells[2])) return -1;
  const cell = (cz * cells[1] + cy) * cells[0] + cx;
  for (let at = starts[cell]; at < starts[cell + 1]; at++) {
    barycentricCoordinates(mesh, tets[at], x, y, z, barycentric);
    if (
      barycentric[0] >= -ROUNDING &&
      barycentric[1] >= -ROUNDING &&
      barycentric[2] >= -ROUNDING &&
      barycentric[3] >= -ROUNDING
    ) {
      return tets[at];
    }
  }
  return -1;
}

/** Barycentric coordinates of a point in a tetrahedron; negative outside. @param out [4] */
export function barycentricCoordinates(
  { points, tets }: Pick<TetMesh, 'points' | 'tets'>,
  tet: number,
  x: number,
  y: number,
  z: number,
  out: Float64Array,
): void {
  const p0 = 3 * tets[4 * tet];
  const p1 = 3 * tets[4 * tet + 1];
  const p2 = 3 * tets[4 * tet + 2];
  const p3 = 3 * tets[4 * tet + 3];
  const ax = points[p1] - points[p0];
  const ay = points[p1 + 1] - points[p0 + 1];
  const az = points[p1 + 2] - points[p0 + 2];
  const bx = points[p2] - points[p0];
  const by = points[p2 + 1] - points[p0 + 1];
  const bz = points[p2 + 2] - points[p0 + 2];
  const cx = points[p3] - points[p0];
  const cy = points[p3 + 1] - points[p0 + 1];
  const cz = points[p3 + 2] - points[p0 + 2];
  const dx = x - points[p0];
  const dy = y - points[p0 + 1];
  const dz = z - points[p0 + 2];
  const ux = by * cz - bz * cy;
  const uy = bz * cx - bx * cz;
  const uz = bx * cy - by * cx;
  const sixVolumes = ax * ux + ay * uy + az * uz;
  out[1] = (dx * ux + dy * uy + dz * uz) / sixVolumes;
  out[2] = (dx * (cy * az - cz * ay) + dy * (cz * ax - cx * az) + dz * (cx * ay - cy * ax)) / sixVolumes;
  out[3] = (dx * (ay * bz - az * by) + dy * (az * bx - ax * bz) + dz * (ax * by - ay * bx)) / sixVolumes;
  out[0] = 1 - out[1] - out[2] - out[3];
}

/** Least and greatest coordinate of each tetrahedron along x, y and z, mm, [tets, 3, 2] */
function boundingBoxes({ points, tets }: TetMesh): Float64Array {
  const out = new Float64Array((6 * tets.length) / 4);
  for (let at = 0, to = 0; at < tets.length; at += 4) {
    const p0 = 3 * tets[at];
    const p1 = 3 * tets[at + 1];
    const p2 = 3 * tets[at + 2];
    const p3 = 3 * tets[at + 3];
    for (let axis = 0; axis < 3; axis++, to += 2) {
      const x0 = points[p0 + axis];
      const x1 = points[p1 + axis];
      const x2 = points[p2 + axis];
      const x3 = points[p3 + axis];
      out[to] = Math.min(x0, x1, x2, x3);
      out[to + 1] = Math.max(x0, x1, x2, x3);
    }
  }
  return out;
}
