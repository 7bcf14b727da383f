import { TwinError } from '../errors.ts';
import type { Bounds, SignedDistance } from './stuffing.ts';

/**
 * A body-centred cubic lattice over a box and a signed distance on it. Node `2 (i + nx (j + ny k)) + s` is the corner (i, j, k)
 * for s = 0 and the centre of the cube above that corner for s = 1. Edges join corners (or centres) one cube apart (long, one spacing)
 * and centres with their eight corners (short, √3/2 spacings).
 */
export interface Lattice {
  readonly origin: readonly [number, number, number];
  readonly spacing_mm: number;
  readonly counts: readonly [number, number, number];
  /** Steps of the node number along x, y and z. */
  readonly strides: readonly [number, number, number];
  /** Negative inside, mm; exact within two spacings of the surface, elsewhere of the right sign, [nodes]. Warping sets zeros. */
  readonly values: Float64Array;
}

/** Empty cubes around the box, so that every node with a neighbour inside has all its neighbours. */
const MARGIN = 2;
/** Cubes along the edge of the largest block that one sample can settle. */
const BLOCK = 8;

/** Samples the distance, skipping blocks that lie as a whole deep inside or far outside. @throws TwinError BadAnatomy when the shape reaches beyond its bounds */
export function sampleLattice(distance: SignedDistance, bounds: Bounds, spacing_mm: number): Lattice {
  const count = (axis: 0 | 1 | 2) => Math.ceil((bounds.max[axis] - bounds.min[axis]) / spacing_mm) + 2 * MARGIN + 1;
  const low = (axis: 0 | 1 | 2) => (bounds.min[axis] + bounds.max[axis]) / 2 - ((count(axis) - 1) / 2) * spacing_mm;
  const [nx, ny, nz] = [count(0), count(1), count(2)];
  const [x0, y0, z0] = [low(0), low(1), low(2)];
  const values = new Float64Array(2 * nx * ny * nz);
  const settle = (i0: number, j0: number, k0: number, size: number): void => {
    if (i0 >= nx || j0 >= ny || k0 >= nz) return;
    const i1 = Math.min(i0 + size, nx);
    const j1 = Math.min(j0 + size, ny);
    const k1 = Math.min(k0 + size, nz);
    if (size > 1) {
      const half = (size - 0.5) / 2;
      const middle = distance(
        x0 + (i0 + half) * spacing_mm,
        y0 + (j0 + half) * spacing_mm,
        z0 + (k0 + half) * spacing_mm,
      );
      if (Math.abs(middle) > (half * Math.sqrt(3) + 2) * spacing_mm) {
        for (let k = k0; k < k1; k++)
          for (let j = j0; j < j1; j++) {
            const row = 2 * nx * (j + ny * k);
            values.fill(middle, row + 2 * i0, row + 2 * i1);
          }
        return;
      }
      const part = size / 2;
      for (let octant = 0; octant < 8; octant++) {
        settle(i0 + (octant & 1) * part, j0 + ((octant >> 1) & 1) * part, k0 + (octant >> 2) * part, part);
      }
      return;
    }
    const node = 2 * (i0 + nx * (j0 + ny * k0));
    const x = x0 + i0 * spacing_mm;
    const y = y0 + j0 * spacing_mm;
    const z = z0 + k0 * spacing_mm;
    values[node] = distance(x, y, z);
    values[node + 1] = distance(x + spacing_mm / 2, y + spacing_mm / 2, z + spacing_mm / 2);
  };
  for (let k = 0; k < nz; k += BLOCK)
    for (let j = 0; j < ny; j += BLOCK) for (let i = 0; i < nx; i += BLOCK) settle(i, j, k, BLOCK);
  const lattice: Lattice = {
    origin: [x0, y0, z0],
    spacing_mm,
    counts: [nx, ny, nz],
    strides: [2, 2 * nx, 2 * nx * ny],
    values,
  };
  checkBorder(lattice, bounds);
  return lattice;
}

/** Writes a lattice node's place to `out`, mm. */
export function position(lattice: Lattice, node: number, out: [number, number, number]): void {
  const [nx, ny] = lattice.counts;
  const half = (node & 1) / 2;
  const cube = node >> 1;
  const row = Math.floor(cube / nx);
  out[0] = lattice.origin[0] + ((cube % nx) + half) * lattice.spacing_mm;
  out[1] = lattice.origin[1] + ((row % ny) + half) * lattice.spacing_mm;
  out[2] = lattice.origin[2] + (Math.floor(row / ny) + half) * lattice.spacing_mm;
}

/**
 * Visits every lattice tetrahedron that has a node inside or all four on the surface, once and in a fixed order: a long edge a–b of
 * corners and one of the four long edges c–d of centres around it, positively oriented.
 */
export function cornerTets(
  lattice: Lattice,
  visit: (a: number, b: number, c: number, d: number, isOnSurface: boolean) => void,
): void {
  const { values, strides } = lattice;
  const [nx, ny, nz] = lattice.counts;
  for (let k = 1; k < nz - 1; k++)
    for (let j = 1; j < ny - 1; j++)
      for (let i = 1; i < nx - 1; i++) {
        const a = 2 * (i + nx * (j + ny * k));
        for (let axis = 0; axis < 3; axis++) {
          const b = a + strides[axis];
          const up = strides[(axis + 1) % 3];
          const over = strides[(axis + 2) % 3];
          const hasInside = values[a] < 0 || values[b] < 0;
          const isOnSurface = values[a] === 0 && values[b] === 0;
          let c = a + 1;
          for (let side = 0; side < 4; side++) {
            const d = a + 1 - (side < 2 ? up : 0) - (side === 1 || side === 2 ? over : 0);
            if (hasInside || values[c] < 0 || values[d] < 0) visit(a, b, c, d, false);
            else if (isOnSurface && values[c] === 0 && values[d] === 0) visit(a, b, c, d, true);
            c = d;
          }
        }
      }
}

function checkBorder(lattice: Lattice, bounds: Bounds): void {
  const [nx, ny, nz] = lattice.counts;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const isBorderRow = k < MARGIN || j < MARGIN || k >= nz - MARGIN || j >= ny - MARGIN;
      for (let i = 0; i < nx; i++) {
        if (!isBorderRow && i === MARGIN) i = nx - MARGIN;
        const node = 2 * (i + nx * (j + ny * k));
        if (lattice.values[node] >= 0) continue;
        throw new TwinError(
          'BadAnatomy',
          `the shape reaches beyond the bounds given to the mesher (inside was found near the border, expected empty space); give larger bounds`,
          { bounds },
        );
      }
    }
}
