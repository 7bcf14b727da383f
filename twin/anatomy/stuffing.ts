import { TwinError } from '../errors.ts';
import { type CutLattice, cutLattice } from './stuffingCuts.ts';
import { cornerTets, type Lattice, position, sampleLattice } from './stuffingLattice.ts';
import { emitStencil, type StencilSink } from './stuffingStencils.ts';

/** Negative inside, positive outside, mm; must nowhere change by more than 1 mm per mm (minima and maxima of distances keep that). */
export type SignedDistance = (x: number, y: number, z: number) => number;

/** A box that holds the shape, mm. */
export interface Bounds {
  readonly min: readonly [number, number, number];
  readonly max: readonly [number, number, number];
}

/** A volume as tetrahedra, with nothing said about tissue. */
export interface Tetrahedra {
  /** mm, [nodes, 3] */
  readonly points: Float64Array;
  /** Positively oriented, [tets, 4] */
  readonly tets: Uint32Array;
}

/**
 * Mean edge length of a stuffed mesh in lattice spacings: a lattice node has 6 edges of 1 and 8 of √3/2, which makes 0.923 inside;
 * boundaries and their shorter cuts bring a heart's mesh to this (measured on parametric hearts of 1.5–3 mm edges, ±1 %).
 */
export const EDGE_PER_SPACING = 0.9;

/** Lattice spacing that gives a mean edge length. */
export const spacingOfEdge_mm = (edge_mm: number): number => edge_mm / EDGE_PER_SPACING;

/** Most lattice nodes that are sampled, so that a spacing in the wrong unit ends in a sentence and not in a full memory. */
const MAX_LATTICE_NODES = 6e7;

/**
 * Fills a shape with tetrahedra by isosurface stuffing: a body-centred cubic lattice is sampled, nodes too near to the surface are
 * warped onto it, and tetrahedra that the surface still cuts are replaced by stencils. Conforming; every dihedral angle lies between
 * 10.7° and 164.8° (Labelle and Shewchuk, SIGGRAPH 2007, uniform lattice). Features thinner than about one spacing are lost, sharp
 * edges are chamfered. Only the largest part is kept. Nodes are numbered in the order of the lattice: the same shape, the same bytes.
 *
 * @param bounds      contains the whole shape
 * @param spacing_mm  edge of the lattice's cubes; see `spacingOfEdge_mm`
 * @throws TwinError BadAnatomy when nothing of the shape is found inside the bounds, when it reaches beyond them, or when the lattice would be too large
 */
export function stuffTetrahedra(distance: SignedDistance, bounds: Bounds, spacing_mm: number): Tetrahedra {
  const lattice = sampleLattice(distance, bounds, checkSpacing(bounds, spacing_mm));
  const cuts = cutLattice(lattice, distance);
  const all = fill(lattice, cuts);
  if (all.tets.length === 0) {
    throw new TwinError(
      'BadAnatomy',
      `no tetrahedron fits into the shape at a lattice spacing of ${spacing_mm} mm; expected a shape thicker than that inside its bounds; use a smaller spacing or check units`,
      { spacing_mm, bounds },
    );
  }
  return largestPart(all);
}

function checkSpacing(bounds: Bounds, spacing_mm: number): number {
  let nodes = 2;
  for (let axis = 0; axis < 3; axis++) {
    nodes *= ((bounds.max[axis] ?? Number.NaN) - (bounds.min[axis] ?? Number.NaN)) / spacing_mm + 4;
  }
  if (!(spacing_mm > 0 && nodes < MAX_LATTICE_NODES)) {
    throw new TwinError(
      'BadAnatomy',
      `a lattice spacing of ${spacing_mm} mm asks for ${nodes} lattice nodes; expected a positive spacing and at most ${MAX_LATTICE_NODES}; use a larger one or check units`,
      { spacing_mm, bounds },
    );
  }
  return spacing_mm;
}

/** All tetrahedra of the lattice that hold inside, whole or cut. */
function fill(lattice: Lattice, cuts: CutLattice): Tetrahedra {
  const nodeOf = new Int32Array(lattice.values.length).fill(-1);
  const cutNodeOf = new Int32Array(cuts.points.length / 3).fill(-1);
  const points: number[] = [];
  const tets: number[] = [];
  const at: [number, number, number] = [0, 0, 0];
  const sink: StencilSink = {
    values: lattice.values,
    strides: lattice.strides,
    nodeOf(latticeNode) {
      let node = nodeOf[latticeNode] ?? -1;
      if (node < 0) {
        node = points.length / 3;
        nodeOf[latticeNode] = node;
        const warp = cuts.warpOf.get(latticeNode);
        if (warp === undefined) {
          position(lattice, latticeNode, at);
          points.push(at[0], at[1], at[2]);
        } else {
          points.push(cuts.points[3 * warp] ?? 0, cuts.points[3 * warp + 1] ?? 0, cuts.points[3 * warp + 2] ?? 0);
        }
      }
      return node;
    },
    cutNodeOf(a, b) {
      const cut = cuts.cutOf(a, b);
      let node = cutNodeOf[cut] ?? -1;
      if (node < 0) {
        node = points.length / 3;
        cutNodeOf[cut] = node;
        points.push(cuts.points[3 * cut] ?? 0, cuts.points[3 * cut + 1] ?? 0, cuts.points[3 * cut + 2] ?? 0);
      }
      return node;
    },
    points,
    tets,
  };
  cornerTets(lattice, (a, b, c, d) => emitStencil(sink, a, b, c, d));
  return { points: Float64Array.from(points), tets: Uint32Array.from(tets) };
}

/** The part with most tetrahedra (the first found of equals), parts being joined by shared nodes; its nodes keep their order. */
function largestPart({ points, tets }: Tetrahedra): Tetrahedra {
  const parent = Uint32Array.from({ length: points.length / 3 }, (_, node) => node);
  const root = (node: number): number => {
    let at = node;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? 0] ?? 0;
      at = parent[at] ?? 0;
    }
    return at;
  };
  for (let at = 0; at < tets.length; at++) {
    const first = root(tets[at & ~3] ?? 0);
    const other = root(tets[at] ?? 0);
    if (first < other) parent[other] = first;
    else parent[first] = other;
  }
  const size = new Uint32Array(parent.length);
  let largest = root(tets[0] ?? 0);
  for (let at = 0; at < tets.length; at += 4) {
    const part = root(tets[at] ?? 0);
    size[part] = (size[part] ?? 0) + 1;
  }
  for (let node = 0; node < size.length; node++) {
    if ((size[node] ?? 0) > (size[largest] ?? 0)) largest = node;
  }
  if (4 * (size[largest] ?? 0) === tets.length) return { points, tets };
  const newNode = new Int32Array(parent.length).fill(-1);
  const keptPoints: number[] = [];
  for (let node = 0; node < parent.length; node++) {
    if (root(node) !== largest) continue;
    newNode[node] = keptPoints.length / 3;
    keptPoints.push(points[3 * node] ?? 0, points[3 * node + 1] ?? 0, points[3 * node + 2] ?? 0);
  }
  return {
    points: Float64Array.from(keptPoints),
    tets: tets.filter((_, at) => (newNode[tets[at & ~3] ?? 0] ?? -1) >= 0).map((node) => newNode[node] ?? 0),
  };
}
