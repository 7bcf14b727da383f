import { nodeTets } from '../mesh/nodeTets.ts';
import { type BoundedTets, cutTets, cutTriangles, type Edges, measureEdges, sixVolumes } from './bisection.ts';
import type { ClosedSurface } from './signedDistance.ts';

/** A mesh whose tetrahedra lie, but for slivers, wholly inside or wholly outside a surface. */
export interface FittedTets {
  readonly mesh: BoundedTets;
  /** 1 inside, [tets] */
  readonly isInside: Uint8Array;
}

/** A node nearer to the surface than this share of an edge that crosses it is moved onto it, so that cuts leave no slivers. */
const NEAR = 0.3;
/** Nearer than this to its end an edge is not cut, where its node could not be moved: the sliver would cost more than it says. */
const NEAREST_CUT = 0.03;
/** A move may take this share of a tetrahedron's volume and no more. */
const LEAST_VOLUME = 0.3;

/**
 * Cuts a mesh along a closed surface: nodes too near to it are moved onto it where their tetrahedra bear that, and the edges that still cross
 * it get a node where they do, by which every tetrahedron about them is cut, longest edge first (as in `bisectTo`, so that it stays conforming).
 *
 * @param surfaces  their union counts
 * @param guess  whether a place is inside, about: exact within a few millimetres of the surface is not needed
 */
export function fitSurfaces(
  mesh: BoundedTets,
  surfaces: readonly ClosedSurface[],
  guess: (x: number, y: number, z: number) => boolean,
): FittedTets {
  const edges = measureEdges(mesh);
  const distance = (x: number, y: number, z: number): number => {
    let least = Number.POSITIVE_INFINITY;
    for (const surface of surfaces) least = Math.min(least, surface.signedDistance(x, y, z));
    return least;
  };
  const points = mesh.points.slice();
  const distances = distancesNear(points, edges.nodes, guess, distance);
  moveOnto(points, mesh, edges, distances, surfaces);

  const middleOf = new Int32Array(edges.squared.length).fill(-1);
  const crossings: number[] = [];
  const nodes = points.length / 3;
  for (let edge = 0; edge < middleOf.length; edge++) {
    const a = edges.nodes[2 * edge];
    const b = edges.nodes[2 * edge + 1];
    if (!(distances[a] * distances[b] < 0)) continue;
    const t = distances[a] / (distances[a] - distances[b]);
    if (t < NEAREST_CUT || t > 1 - NEAREST_CUT) continue;
    middleOf[edge] = nodes + crossings.length / 3;
    for (let axis = 0; axis < 3; axis++)
      crossings.push(points[3 * a + axis] + t * (points[3 * b + axis] - points[3 * a + axis]));
  }
  const all = new Float64Array(points.length + crossings.length);
  all.set(points);
  all.set(crossings, points.length);
  const triangles = cutTriangles(mesh.triangles, edges, middleOf);
  const { tets } = cutTets(mesh.tets, edges, middleOf);
  return { mesh: { points: all, tets, triangles }, isInside: sidesOf(all, tets, distances, distance) };
}

/** Signed distances of nodes that an edge joins across the surface; of all others only the sign, as ±Infinity. */
function distancesNear(
  points: Float64Array,
  edgeNodes: Uint32Array,
  guess: (x: number, y: number, z: number) => boolean,
  distance: (x: number, y: number, z: number) => number,
): Float64Array {
  const nodes = points.length / 3;
  const out = new Float64Array(nodes);
  const isNear = new Uint8Array(nodes);
  for (let node = 0; node < nodes; node++) {
    const isInside = guess(points[3 * node], points[3 * node + 1], points[3 * node + 2]);
    out[node] = isInside ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  for (let at = 0; at < edgeNodes.length; at += 2) {
    if (out[edgeNodes[at]] === out[edgeNodes[at + 1]]) continue;
    isNear[edgeNodes[at]] = 1;
    isNear[edgeNodes[at + 1]] = 1;
  }
  // A guess may miss a crossing beside one that it finds, so the next ring is measured too.
  const isMeasured = isNear.slice();
  for (let at = 0; at < edgeNodes.length; at += 2) {
    if (isNear[edgeNodes[at]] === 1) isMeasured[edgeNodes[at + 1]] = 1;
    if (isNear[edgeNodes[at + 1]] === 1) isMeasured[edgeNodes[at]] = 1;
  }
  for (let node = 0; node < nodes; node++) {
    if (isMeasured[node] === 1) out[node] = distance(points[3 * node], points[3 * node + 1], points[3 * node + 2]);
  }
  return out;
}

/** Moves near nodes onto the surface, one after the other; their distance becomes 0. */
function moveOnto(
  points: Float64Array,
  { tets, triangles }: BoundedTets,
  edges: Edges,
  distances: Float64Array,
  surfaces: readonly ClosedSurface[],
): void {
  const reach = new Float64Array(distances.length);
  for (let edge = 0; edge < edges.squared.length; edge++) {
    const a = edges.nodes[2 * edge];
    const b = edges.nodes[2 * edge + 1];
    if (!(distances[a] * distances[b] < 0)) continue;
    // Along the edge the surface is met at this share of its length from a.
    const share = Math.abs(distances[a]) / (Math.abs(distances[a]) + Math.abs(distances[b]));
    if (share < NEAR) reach[a] = Math.max(reach[a], 1 - share);
    if (1 - share < NEAR) reach[b] = Math.max(reach[b], share);
  }
  for (const node of triangles) reach[node] = 0; // The skin stays where it is.
  const around = nodeTets(tets, distances.length);
  const place = new Float64Array(3);
  const trial = new Float64Array(3);
  for (let node = 0; node < distances.length; node++) {
    if (reach[node] === 0) continue;
    const old = points.slice(3 * node, 3 * node + 3);
    let least = Number.POSITIVE_INFINITY;
    for (const surface of surfaces) {
      surface.nearest(old[0], old[1], old[2], trial);
      const length = Math.hypot(trial[0] - old[0], trial[1] - old[1], trial[2] - old[2]);
      if (length >= least) continue;
      least = length;
      place.set(trial);
    }
    const before: number[] = [];
    for (let i = around.starts[node]; i < around.starts[node + 1]; i++) {
      before.push(sixVolumes(points, tets, 4 * around.items[i]));
    }
    points.set(place, 3 * node);
    let isSound = true;
    for (let i = around.starts[node]; i < around.starts[node + 1] && isSound; i++) {
      const now = sixVolumes(points, tets, 4 * around.items[i]);
      isSound = now >= LEAST_VOLUME * before[i - around.starts[node]];
    }
    if (isSound) distances[node] = 0;
    else points.set(old, 3 * node);
  }
}

/** Side of each tetrahedron: that of its nodes off the surface, or of its middle when all are on it. */
function sidesOf(
  points: Float64Array,
  tets: Uint32Array,
  distances: Float64Array,
  distance: (x: number, y: number, z: number) => number,
): Uint8Array {
  const out = new Uint8Array(tets.length / 4);
  for (let tet = 0; tet < out.length; tet++) {
    let side = 0;
    for (let corner = 0; corner < 4; corner++) {
      const node = tets[4 * tet + corner];
      if (node < distances.length && distances[node] !== 0) side = distances[node];
    }
    if (side === 0) {
      const middle = [0, 0, 0];
      for (let corner = 0; corner < 4; corner++) {
        for (let axis = 0; axis < 3; axis++) middle[axis] += points[3 * tets[4 * tet + corner] + axis] / 4;
      }
      side = distance(middle[0], middle[1], middle[2]);
    }
    out[tet] = side < 0 ? 1 : 0;
  }
  return out;
}
