import type { Point } from '../anatomy/anatomy.ts';
import { stuffTetrahedra } from '../anatomy/stuffing.ts';
import { boundaryTriangles } from '../mesh/faces.ts';
import { type BoundedTets, bisectTo } from './bisection.ts';
import { type FinePlace, gradedEdges } from './edgeSize.ts';
import { type FittedTets, fitSurfaces } from './fitSurface.ts';
import type { ClosedSurface } from './signedDistance.ts';

/** Edge lengths of the conductor's mesh, mm. */
export interface ConductorEdges {
  /** In the heart's muscle: no tetrahedron that begins there has a longer edge */
  readonly heartEdge_mm: number;
  /** Far from the heart and the electrodes */
  readonly farEdge_mm: number;
  /** Growth of edge lengths with the distance from muscle and electrodes, mm per mm */
  readonly growth: number;
  /** An electrode this many edges from the heart's muscle is meshed so finely that its own singularity is resolved there */
  readonly electrodeEdges: number;
}

/** What the mesh is made from. */
export interface ConductorShape {
  readonly skin: ClosedSurface;
  readonly box: { readonly min: Point; readonly max: Point };
  /** Nodes of the muscle, mm, [nodes, 3] */
  readonly muscle: Float64Array;
  readonly electrodes: readonly FinePlace[];
  readonly lungs: readonly ClosedSurface[];
  /** Whether a place lies in a lung, to a few millimetres */
  readonly isLung: (x: number, y: number, z: number) => boolean;
  /** Boundaries of muscle, and whether a place lies in it, to a millimetre */
  readonly walls: readonly ClosedSurface[];
  readonly isMuscle: (x: number, y: number, z: number) => boolean;
}

/** Most tetrahedra of a conductor: beyond, memory goes before patience does. */
const MOST_TETS = 4e6;

/**
 * Tetrahedra of a body, short in the heart and long far from it: isosurface stuffing of the skin at the longest edge length, then bisection
 * of longest edges down to the lengths asked for; nodes on the skin are moved onto it. Nodes are numbered along a space-filling curve, so
 * that neighbours in space are neighbours in memory.
 *
 * @throws TwinError BadAnatomy when the body cannot be meshed or would need too many tetrahedra
 */
export function meshConductor(shape: ConductorShape, edges: ConductorEdges): FittedTets {
  const { skin, box } = shape;
  const { points, tets } = stuffTetrahedra(skin.signedDistance, box, edges.farEdge_mm);
  const size = gradedEdges(box, shape.muscle, shape.electrodes, {
    near_mm: edges.heartEdge_mm,
    far_mm: edges.farEdge_mm * LONGEST,
    growth: edges.growth,
  });
  const coarse: BoundedTets = { points, tets, triangles: boundaryTriangles(tets, points.length / 3) };
  const toSkin = (place: Float64Array) => {
    skin.nearest(place[0], place[1], place[2], place);
  };
  const graded = alongCurve(bisectTo(coarse, size, toSkin, MOST_TETS));
  const atWalls = fitSurfaces(graded, shape.walls, shape.isMuscle).mesh;
  return fitSurfaces(atWalls, shape.lungs, shape.isLung);
}

/** Longest edges of a stuffed mesh in lattice spacings: warped boundary tetrahedra are larger than the lattice's own, and are left. */
const LONGEST = 1.3;

/** The same mesh with its nodes in the order of a Morton curve, and its tetrahedra in the order of their lowest nodes. */
function alongCurve({ points, tets, triangles }: BoundedTets): BoundedTets {
  const nodes = points.length / 3;
  const low = [0, 1, 2].map((axis) => {
    let least = Number.POSITIVE_INFINITY;
    for (let at = axis; at < points.length; at += 3) least = Math.min(least, points[at]);
    return least;
  });
  const [lx, ly, lz] = low;
  const codes = new Float64Array(nodes);
  for (let node = 0; node < nodes; node++) {
    // Half millimetres in 11 bits a coordinate reach a metre; equal codes keep their order by number.
    const code =
      spreadBits((points[3 * node] - lx) * 2) +
      2 * spreadBits((points[3 * node + 1] - ly) * 2) +
      4 * spreadBits((points[3 * node + 2] - lz) * 2);
    codes[node] = code * 2 ** 20 + node;
  }
  codes.sort();
  const newOf = new Uint32Array(nodes);
  const newPoints = new Float64Array(points.length);
  for (let place = 0; place < nodes; place++) {
    const node = codes[place] % 2 ** 20;
    newOf[node] = place;
    for (let axis = 0; axis < 3; axis++) newPoints[3 * place + axis] = points[3 * node + axis];
  }
  return {
    points: newPoints,
    tets: byLowestNode(
      tets.map((node) => newOf[node]),
      nodes,
    ),
    triangles: triangles.map((node) => newOf[node]),
  };
}

/** The lowest 11 bits of a number with two zeros before each. */
function spreadBits(value: number): number {
  let rest = Math.min(Math.max(Math.floor(value), 0), 2047);
  let out = 0;
  let weight = 1;
  while (rest > 0) {
    out += (rest & 1) * weight;
    weight *= 8;
    rest >>= 1;
  }
  return out;
}

function byLowestNode(tets: Uint32Array, nodes: number): Uint32Array {
  const starts = new Uint32Array(nodes + 1);
  const lowest = (at: number) => Math.min(tets[at], tets[at + 1], tets[at + 2], tets[at + 3]);
  for (let at = 0; at < tets.length; at += 4) starts[lowest(at) + 1]++;
  for (let node = 0; node < nodes; node++) starts[node + 1] += starts[node];
  const out = new Uint32Array(tets.length);
  for (let at = 0; at < tets.length; at += 4) {
    const to = 4 * starts[lowest(at)]++;
    for (let corner = 0; corner < 4; corner++) out[to + corner] = tets[at + corner];
  }
  return out;
}
