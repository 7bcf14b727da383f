import { TwinError } from '../errors.ts';
import { type Materials, ownerOf, runnerUpOf } from './materials.ts';

/**
 * A body-centred cubic lattice over a box with the owner of every node. Node `2 (i + nx (j + ny k)) + s` is the corner (i, j, k) of a cube for
 * s = 0 and its centre for s = 1. Its tetrahedra are all alike, with dihedral angles of 60° and 90°; tetrahedron `12 (i + nx (j + ny k)) + 4 axis + side`
 * joins the cube's edge along an axis with one of the four edges of centres around it.
 */
export interface OwnedLattice {
  readonly origin: readonly [number, number, number];
  readonly spacing_mm: number;
  readonly counts: readonly [number, number, number];
  /** Steps of the node number along x, y and z */
  readonly strides: readonly [number, number, number];
  /** [nodes] */
  readonly owners: Uint8Array;
  /** How far the next material is from owning a node: about the distance to the nearest interface, mm, [nodes] */
  readonly margins: Float32Array;
}

/** Mean edge of an undisturbed lattice in spacings: a node has 6 edges of 1 and 8 of √3/2, weighted by the tetrahedra around them. */
export const EDGE_PER_SPACING = 0.911;
/** Empty cubes around the box, so that every node of a material has all its tetrahedra. */
const MARGIN = 3;
/** Most lattice nodes, so that an edge in the wrong unit ends in a sentence and not in a full memory. */
const MAX_LATTICE_NODES = 3e7;

/** Samples the owners. @throws TwinError BadAnatomy when the lattice would be too large or a material reaches beyond its bounds */
export function ownLattice(materials: Materials, spacing_mm: number): OwnedLattice {
  const { min, max } = materials.bounds;
  const [nx, ny, nz] = [0, 1, 2].map((axis) => Math.ceil((max[axis] - min[axis]) / spacing_mm) + 2 * MARGIN + 1);
  if (!(spacing_mm > 0 && 2 * nx * ny * nz < MAX_LATTICE_NODES)) {
    throw new TwinError(
      'BadAnatomy',
      `edges of ${(EDGE_PER_SPACING * spacing_mm).toPrecision(3)} mm ask for ${2 * nx * ny * nz} lattice nodes; expected a positive length and at most ${MAX_LATTICE_NODES} nodes; use longer edges or check units`,
      { spacing_mm, bounds: materials.bounds },
    );
  }
  const [x0, y0, z0] = [nx, ny, nz].map((count, axis) => (min[axis] + max[axis] - (count - 1) * spacing_mm) / 2);
  const owners = new Uint8Array(2 * nx * ny * nz).fill(materials.names.length);
  const values = new Float64Array(materials.names.length + 1);
  const margins = new Float32Array(owners.length);
  const half = spacing_mm / 2;
  const own = (node: number, x: number, y: number, z: number): void => {
    materials.sampleAll(x, y, z, values);
    const owner = ownerOf(values);
    owners[node] = owner;
    margins[node] = (values[runnerUpOf(values, owner)] - values[owner]) / 2;
  };
  for (let k = 0, node = 0; k < nz; k++) {
    const z = z0 + k * spacing_mm;
    for (let j = 0; j < ny; j++) {
      const y = y0 + j * spacing_mm;
      for (let i = 0; i < nx; i++) {
        const x = x0 + i * spacing_mm;
        own(node++, x, y, z);
        own(node++, x + half, y + half, z + half);
      }
    }
  }
  const lattice: OwnedLattice = {
    origin: [x0, y0, z0],
    spacing_mm,
    counts: [nx, ny, nz],
    strides: [2, 2 * nx, 2 * nx * ny],
    owners,
    margins,
  };
  checkBorder(lattice, materials);
  return lattice;
}

/** Writes a lattice node's place to `out`, mm. */
export function latticePosition(lattice: OwnedLattice, node: number, out: Float64Array): void {
  const [nx, ny] = lattice.counts;
  const half = (node & 1) / 2;
  const cube = node >> 1;
  const row = Math.floor(cube / nx);
  out[0] = lattice.origin[0] + ((cube % nx) + half) * lattice.spacing_mm;
  out[1] = lattice.origin[1] + ((row % ny) + half) * lattice.spacing_mm;
  out[2] = lattice.origin[2] + (Math.floor(row / ny) + half) * lattice.spacing_mm;
}

/** Visits every tetrahedron off the lattice's border, positively oriented, by rising number. */
export function latticeTets(
  { counts: [nx, ny, nz], strides }: Pick<OwnedLattice, 'counts' | 'strides'>,
  visit: (tet: number, a: number, b: number, c: number, d: number) => void,
): void {
  for (let k = 1; k < nz - 1; k++) {
    for (let j = 1; j < ny - 1; j++) {
      for (let i = 1; i < nx - 1; i++) {
        const cube = i + nx * (j + ny * k);
        const a = 2 * cube;
        for (let axis = 0; axis < 3; axis++) {
          const up = strides[(axis + 1) % 3];
          const over = strides[(axis + 2) % 3];
          let c = a + 1;
          for (let side = 0; side < 4; side++) {
            const d = a + 1 - (side < 2 ? up : 0) - (side === 1 || side === 2 ? over : 0);
            visit(12 * cube + 4 * axis + side, a, a + strides[axis], c, d);
            c = d;
          }
        }
      }
    }
  }
}

function checkBorder({ counts: [nx, ny, nz], owners }: OwnedLattice, { names, bounds }: Materials): void {
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const isBorderRow = k < 2 || j < 2 || k >= nz - 2 || j >= ny - 2;
      for (let i = 0; i < nx; i++) {
        if (!isBorderRow && i === 2) i = nx - 2;
        const owner = owners[2 * (i + nx * (j + ny * k))];
        if (owner === names.length) continue;
        throw new TwinError(
          'BadAnatomy',
          `${names[owner]} reaches beyond the bounds given to the mesher; expected background at their border; give larger bounds`,
          { bounds },
        );
      }
    }
  }
}
