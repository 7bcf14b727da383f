import type { Point } from '../anatomy/anatomy.ts';
import { emptyGrid, type TissueGrid } from './tissueGrid.ts';

/** Edge length that is wanted at a place, mm. */
export type EdgeSize = (x: number, y: number, z: number) => number;

/** A place that wants short edges about it. */
export interface FinePlace {
  readonly place: Point;
  readonly edge_mm: number;
}

/** Most cells of the grid that carries the sizes, and how many lie along the shortest edge length. */
const MOST_CELLS = 300_000;
const CELLS_PER_EDGE = 0.5;
/** Sweeps over the grid, each up and down; three reach every cell of a convex box by the shortest ways. */
const SWEEPS = 2;

/**
 * Edge lengths that grow away from what needs short ones:
 *
 *     h(x) = min( far, min_p ( h_p + growth · |x − p| ) )
 *
 * on a coarse grid, with distances along its 26 directions (at most 9 % too long).
 *
 * @param nodes  places that want `near_mm`, mm, [nodes, 3]
 */
export function gradedEdges(
  box: { readonly min: Point; readonly max: Point },
  nodes: Float64Array,
  fine: readonly FinePlace[],
  edges: { readonly near_mm: number; readonly far_mm: number; readonly growth: number },
): EdgeSize {
  const grid = emptyGrid(box.min, box.max, edges.near_mm / CELLS_PER_EDGE, MOST_CELLS);
  const sizes = new Float64Array(grid.values.length).fill(edges.far_mm);
  const want = (x: number, y: number, z: number, edge_mm: number) => {
    const cell = cellAt(grid, x, y, z);
    if (edge_mm < sizes[cell]) sizes[cell] = edge_mm;
  };
  for (let at = 0; at < nodes.length; at += 3) want(nodes[at], nodes[at + 1], nodes[at + 2], edges.near_mm);
  for (const { place, edge_mm } of fine) want(place[0], place[1], place[2], edge_mm);
  for (let sweep = 0; sweep < SWEEPS; sweep++) spread(grid, sizes, edges.growth);
  return (x, y, z) => sizes[cellAt(grid, x, y, z)];
}

function cellAt({ origin, cell_mm, counts }: TissueGrid, x: number, y: number, z: number): number {
  const clamp = (value: number, count: number) => Math.min(Math.max(Math.floor(value + 0.5), 0), count - 1);
  const i = clamp((x - origin[0]) / cell_mm, counts[0]);
  const j = clamp((y - origin[1]) / cell_mm, counts[1]);
  const k = clamp((z - origin[2]) / cell_mm, counts[2]);
  return (k * counts[1] + j) * counts[0] + i;
}

/** Lets no cell be larger than a neighbour allows: once up the grid from the thirteen neighbours before it, once down. */
function spread({ counts, cell_mm }: TissueGrid, sizes: Float64Array, growth: number): void {
  const [nx, ny, nz] = counts;
  const steps: number[] = [];
  for (let dk = -1; dk <= 0; dk++)
    for (let dj = -1; dj <= (dk < 0 ? 1 : 0); dj++)
      for (let di = -1; di <= (dk < 0 || dj < 0 ? 1 : -1); di++) steps.push(di, dj, dk);
  for (const way of [1, -1]) {
    for (let c = 0; c < nx * ny * nz; c++) {
      const cell = way > 0 ? c : nx * ny * nz - 1 - c;
      const i = cell % nx;
      const row = (cell - i) / nx;
      const j = row % ny;
      const k = (row - j) / ny;
      let size = sizes[cell];
      for (let at = 0; at < steps.length; at += 3) {
        const di = way * steps[at];
        const dj = way * steps[at + 1];
        const dk = way * steps[at + 2];
        if (i + di < 0 || i + di >= nx || j + dj < 0 || j + dj >= ny || k + dk < 0 || k + dk >= nz) continue;
        const allowed =
          sizes[cell + (dk * ny + dj) * nx + di] + growth * cell_mm * Math.sqrt(di * di + dj * dj + dk * dk);
        if (allowed < size) size = allowed;
      }
      sizes[cell] = size;
    }
  }
}
