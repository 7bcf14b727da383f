import type { Point } from '../anatomy/anatomy.ts';
import { type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { solveAtrialWave } from './atrialWave.ts';
import { along, unit } from './openings.ts';

/** A bundle of muscle along the shortest way between two places. */
export interface AtrialBundle {
  /** How much of each tetrahedron's muscle belongs to it, 0 … 1, [tets] */
  readonly share: Float32Array;
  /** Unit vectors along it where it has a share, [tets, 3] */
  readonly direction: Float64Array;
}

const ONE_mm_ms = { fibre_mm_ms: 1, transverse_mm_ms: 1 };
/** Step of the line that stands for a way, mm; ours, a coarse mesh's edge. */
const STEP_mm = 4;
/** Nodes over which a way is longer by at most this make the line's points, mm. */
const SLACK_mm = 0.5;

/**
 * A band of the wall, through all of its thickness, along the shortest way between two places inside the muscle:
 *
 *     share = 1.5 − r / h  within 0 … 1
 *
 * with r the distance to the way, so that half of a tetrahedron's muscle belongs to it where r = h.
 *
 * @param halfWidth_mm  h
 */
export function bundleBetween(mesh: TetMesh, from: Point, to: Point, halfWidth_mm: number): AtrialBundle {
  const { points, tets } = mesh;
  const way = shortestWay(mesh, from, to);
  const share = new Float32Array(tetCount(mesh));
  const direction = new Float64Array(3 * share.length);
  for (let tet = 0; tet < share.length; tet++) {
    let x = 0;
    let y = 0;
    let z = 0;
    for (let corner = 0; corner < 4; corner++) {
      const node = 3 * tets[4 * tet + corner];
      x += points[node] / 4;
      y += points[node + 1] / 4;
      z += points[node + 2] / 4;
    }
    let least = Number.POSITIVE_INFINITY;
    let nearest = 0;
    for (let piece = 0; piece + 1 < way.length; piece++) {
      const distance = distanceToPiece(x, y, z, way[piece], way[piece + 1]);
      if (distance >= least) continue;
      least = distance;
      nearest = piece;
    }
    const part = Math.min(1, 1.5 - least / halfWidth_mm);
    if (part <= 0) continue;
    share[tet] = part;
    direction.set(unit(along(way[nearest + 1], way[nearest], -1)), 3 * tet);
  }
  return { share, direction };
}

/**
 * The shortest way inside the muscle as a line: at every step of distance from its beginning the mean of the places over which the way is hardly longer
 * than over the best of them, smoothed once.
 */
function shortestWay(mesh: TetMesh, from: Point, to: Point): Point[] {
  const { points, tets, regions } = mesh;
  const plain: TetMesh = { points, tets, regions, fibres: new Float64Array(3 * tetCount(mesh)) };
  const lengths = { la: ONE_mm_ms, ra: ONE_mm_ms };
  const dFrom = solveAtrialWave(plain, from, lengths);
  const dTo = solveAtrialWave(plain, to, lengths);
  let length = Number.POSITIVE_INFINITY;
  for (const node of tets) length = Math.min(length, dFrom[node] + dTo[node]);
  const steps = Math.max(1, Math.round(length / STEP_mm));
  // NaN, on nodes without tetrahedra, falls into no step.
  const stepOf = (node: number) => Math.round((dFrom[node] / length) * steps);
  const least = new Float64Array(steps + 1).fill(Number.POSITIVE_INFINITY);
  for (let node = 0; node < dFrom.length; node++) {
    const step = stepOf(node);
    if (step <= steps) least[step] = Math.min(least[step], dFrom[node] + dTo[node]);
  }
  const sums = new Float64Array(4 * (steps + 1));
  for (let node = 0; node < dFrom.length; node++) {
    const step = stepOf(node);
    if (!(step <= steps && dFrom[node] + dTo[node] <= least[step] + SLACK_mm)) continue;
    for (let axis = 0; axis < 3; axis++) sums[4 * step + axis] += points[3 * node + axis];
    sums[4 * step + 3]++;
  }
  const line: Point[] = [from];
  for (let step = 1; step < steps; step++) {
    const count = sums[4 * step + 3];
    if (count > 0) line.push([sums[4 * step] / count, sums[4 * step + 1] / count, sums[4 * step + 2] / count]);
  }
  line.push(to);
  return line.map((place, at) => {
    const before = line[at - 1];
    const after = line[at + 1];
    if (before === undefined || after === undefined) return place;
    return along(along([place[0] / 2, place[1] / 2, place[2] / 2], before, 0.25), after, 0.25);
  });
}

function distanceToPiece(x: number, y: number, z: number, a: Point, b: Point): number {
  const ux = b[0] - a[0];
  const uy = b[1] - a[1];
  const uz = b[2] - a[2];
  const square = ux * ux + uy * uy + uz * uz;
  const inner = ux * (x - a[0]) + uy * (y - a[1]) + uz * (z - a[2]);
  const share = square > 0 ? Math.max(0, Math.min(1, inner / square)) : 0;
  return Math.hypot(x - a[0] - share * ux, y - a[1] - share * uy, z - a[2] - share * uz);
}
