import type { TetMesh } from '../mesh/tetMesh.ts';
import { tetCount } from '../mesh/tetMesh.ts';
import type { TriangleSurface } from './torsoModel.ts';

/** Cells of one size in a box, each with a whole number that says what lies at its centre; −1 where nothing was painted. */
export interface TissueGrid {
  /** Centre of the first cell, mm */
  readonly origin: readonly [number, number, number];
  readonly cell_mm: number;
  readonly counts: readonly [number, number, number];
  /** x fastest, [cells] */
  readonly values: Int32Array;
}

/** Cells are moved by this share of their size, so that no centre lies exactly on an edge of a surface made of round numbers. */
const OFFSET: readonly [number, number, number] = [0.4839, 0.5127, 0.5071];

/** An empty grid over a box, with cells of the size asked for or the least larger one that keeps to a number of cells. */
export function emptyGrid(
  min: ArrayLike<number>,
  max: ArrayLike<number>,
  wantedCell_mm: number,
  mostCells: number,
): TissueGrid {
  const lengths = [0, 1, 2].map((axis) => Math.max(max[axis] - min[axis], wantedCell_mm));
  const least_mm = Math.cbrt((lengths[0] * lengths[1] * lengths[2]) / mostCells);
  const cell_mm = Math.max(wantedCell_mm, least_mm);
  const count = (axis: number) => Math.floor(lengths[axis] / cell_mm) + 1;
  const start = (axis: number) => min[axis] + (OFFSET[axis] - 0.5) * cell_mm;
  const counts = [count(0), count(1), count(2)] as const;
  return {
    origin: [start(0), start(1), start(2)],
    cell_mm,
    counts,
    values: new Int32Array(counts[0] * counts[1] * counts[2]).fill(-1),
  };
}

/** What was painted at the cell that holds a place, −1 outside the grid. */
export function valueAt({ origin, cell_mm, counts, values }: TissueGrid, x: number, y: number, z: number): number {
  const i = Math.floor((x - origin[0]) / cell_mm + 0.5);
  const j = Math.floor((y - origin[1]) / cell_mm + 0.5);
  const k = Math.floor((z - origin[2]) / cell_mm + 0.5);
  if (!(i >= 0 && j >= 0 && k >= 0 && i < counts[0] && j < counts[1] && k < counts[2])) return -1;
  return values[(k * counts[1] + j) * counts[0] + i];
}

/**
 * Paints the cells whose centres lie inside a closed surface: along each row of cells in x the inside begins and ends where the row
 * crosses a triangle (odd and even crossings).
 */
export function paintSurface(grid: TissueGrid, { points, triangles }: TriangleSurface, value: number): void {
  const { origin, cell_mm, counts, values } = grid;
  const [nx, ny, nz] = counts;
  const flips = new Uint8Array(values.length);
  for (let at = 0; at < triangles.length; at += 3) {
    const a = 3 * triangles[at];
    const b = 3 * triangles[at + 1];
    const c = 3 * triangles[at + 2];
    const ay = (points[a + 1] - origin[1]) / cell_mm;
    const az = (points[a + 2] - origin[2]) / cell_mm;
    const by = (points[b + 1] - origin[1]) / cell_mm - ay;
    const bz = (points[b + 2] - origin[2]) / cell_mm - az;
    const cy = (points[c + 1] - origin[1]) / cell_mm - ay;
    const cz = (points[c + 2] - origin[2]) / cell_mm - az;
    const area = by * cz - bz * cy;
    if (area === 0) continue;
    const j0 = Math.max(0, Math.ceil(ay + Math.min(0, by, cy)));
    const j1 = Math.min(ny - 1, Math.floor(ay + Math.max(0, by, cy)));
    const k0 = Math.max(0, Math.ceil(az + Math.min(0, bz, cz)));
    const k1 = Math.min(nz - 1, Math.floor(az + Math.max(0, bz, cz)));
    for (let k = k0; k <= k1; k++) {
      for (let j = j0; j <= j1; j++) {
        const u = ((j - ay) * cz - (k - az) * cy) / area;
        const v = ((k - az) * by - (j - ay) * bz) / area;
        if (u < 0 || v < 0 || u + v > 1) continue;
        const x = points[a] + u * (points[b] - points[a]) + v * (points[c] - points[a]);
        const i = Math.max(0, Math.ceil((x - origin[0]) / cell_mm));
        if (i < nx) flips[(k * ny + j) * nx + i] ^= 1;
      }
    }
  }
  for (let row = 0; row < values.length; row += nx) {
    let isInside = 0;
    for (let cell = row; cell < row + nx; cell++) {
      isInside ^= flips[cell];
      if (isInside === 1) values[cell] = value;
    }
  }
}

/** Paints the cells whose centres lie in tetrahedra with the number of the tetrahedron plus `first`. */
export function paintTets(grid: TissueGrid, mesh: Pick<TetMesh, 'points' | 'tets'>, first: number): void {
  const { origin, cell_mm, counts, values } = grid;
  const { points, tets } = mesh;
  const corners = new Float64Array(12);
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    let [i0, j0, k0] = counts as readonly number[];
    let i1 = 0;
    let j1 = 0;
    let k1 = 0;
    for (let corner = 0; corner < 4; corner++) {
      const node = 3 * tets[4 * tet + corner];
      const x = (points[node] - origin[0]) / cell_mm;
      const y = (points[node + 1] - origin[1]) / cell_mm;
      const z = (points[node + 2] - origin[2]) / cell_mm;
      corners[3 * corner] = x;
      corners[3 * corner + 1] = y;
      corners[3 * corner + 2] = z;
      i0 = Math.min(i0, Math.ceil(x));
      j0 = Math.min(j0, Math.ceil(y));
      k0 = Math.min(k0, Math.ceil(z));
      i1 = Math.max(i1, Math.floor(x));
      j1 = Math.max(j1, Math.floor(y));
      k1 = Math.max(k1, Math.floor(z));
    }
    const [ax, ay, az] = [corners[0], corners[1], corners[2]];
    const [bx, by, bz] = [corners[3] - ax, corners[4] - ay, corners[5] - az];
    const [cx, cy, cz] = [corners[6] - ax, corners[7] - ay, corners[8] - az];
    const [dx, dy, dz] = [corners[9] - ax, corners[10] - ay, corners[11] - az];
    const ux = cy * dz - cz * dy;
    const uy = cz * dx - cx * dz;
    const uz = cx * dy - cy * dx;
    const vx = dy * bz - dz * by;
    const vy = dz * bx - dx * bz;
    const vz = dx * by - dy * bx;
    const wx = by * cz - bz * cy;
    const wy = bz * cx - bx * cz;
    const wz = bx * cy - by * cx;
    const six = bx * ux + by * uy + bz * uz;
    for (let k = Math.max(k0, 0); k <= Math.min(k1, counts[2] - 1); k++) {
      for (let j = Math.max(j0, 0); j <= Math.min(j1, counts[1] - 1); j++) {
        for (let i = Math.max(i0, 0); i <= Math.min(i1, counts[0] - 1); i++) {
          const x = i - ax;
          const y = j - ay;
          const z = k - az;
          const s = (x * ux + y * uy + z * uz) / six;
          const t = (x * vx + y * vy + z * vz) / six;
          const r = (x * wx + y * wy + z * wz) / six;
          if (s < 0 || t < 0 || r < 0 || s + t + r > 1) continue;
          values[(k * counts[1] + j) * counts[0] + i] = first + tet;
        }
      }
    }
  }
}
