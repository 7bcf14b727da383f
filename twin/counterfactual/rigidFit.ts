import type { Point } from '../anatomy/anatomy.ts';
import { rotate } from '../anatomy/torso.ts';

/** Turn and shift of space: `y = to + rotation (x − from)`. */
export interface RigidMap {
  /** [9] row-major; a rotation, never a reflection */
  readonly rotation: readonly number[];
  /** mm */
  readonly from: Point;
  readonly to: Point;
}

/** Sweeps of Jacobi rotations; a 4 × 4 matrix is diagonal to rounding after five to seven. */
const SWEEPS = 12;

/**
 * The rigid map that brings places nearest to others, `min Σ |to + R (x_i − from) − y_i|²`: `from` and `to` are the means, and R is the unit quaternion that
 * is the eigenvector of the largest eigenvalue of Horn's symmetric 4 × 4 matrix (Horn, J Opt Soc Am A 1987). At least three places not on one line.
 *
 * @param places  mm, [places, 3]
 * @param onto    mm, [places, 3]
 */
export function fitRigidMap(places: Float64Array, onto: Float64Array): RigidMap {
  const from = meanOf(places);
  const to = meanOf(onto);
  const s = new Float64Array(9);
  for (let at = 0; at < places.length; at += 3) {
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) s[3 * i + j] += (places[at + i] - from[i]) * (onto[at + j] - to[j]);
  }
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s;
  const [w, x, y, z] = largestEigenvector([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ]);
  const rotation = [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
  return { rotation, from, to };
}

/** A place, moved. */
export function moveRigidly({ rotation, from, to }: RigidMap, [x, y, z]: Point): Point {
  const turned = rotate(rotation, [x - from[0], y - from[1], z - from[2]]);
  return [to[0] + turned[0], to[1] + turned[1], to[2] + turned[2]];
}

function meanOf(places: Float64Array): Point {
  const mean: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < places.length; at++) mean[at % 3] += (3 * places[at]) / places.length;
  return mean;
}

/** Of a symmetric 4 × 4 matrix, by Jacobi's method. @returns [4], of unit length */
function largestEigenvector(m: number[][]): readonly number[] {
  const v = [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => (row === column ? 1 : 0)));
  const scale = Math.hypot(...m.flat());
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let p = 0; p < 3; p++) {
      for (let q = p + 1; q < 4; q++) {
        if (Math.abs(m[p][q]) <= 1e-18 * scale) continue;
        const theta = (m[q][q] - m[p][p]) / (2 * m[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        turn(m, v, p, q, c, t * c);
      }
    }
  }
  const best = [0, 1, 2, 3].reduce((most, at) => (m[at][at] > m[most][most] ? at : most));
  const length = Math.hypot(...v.map((row) => row[best]));
  return v.map((row) => row[best] / length);
}

/** m ← Jᵀ m J, v ← v J for the rotation J in the plane of p and q. */
function turn(m: number[][], v: number[][], p: number, q: number, c: number, s: number): void {
  for (const row of m) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
  for (let k = 0; k < 4; k++) [m[p][k], m[q][k]] = [c * m[p][k] - s * m[q][k], s * m[p][k] + c * m[q][k]];
  for (const row of v) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
}
