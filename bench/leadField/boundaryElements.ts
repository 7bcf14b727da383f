import type { Point } from '../../twin/anatomy/anatomy.ts';
import type { TriangleSurface } from '../../twin/conductor/torsoModel.ts';

/** A closed, outward surface between two isotropic tissues. */
export interface Interface {
  readonly surface: TriangleSurface;
  readonly inside_S_m: number;
  /** 0 beyond the skin */
  readonly outside_S_m: number;
}

/** A body solved by boundary elements. */
export interface BoundaryModel {
  /** Middles of all triangles, surface after surface, mm, [triangles, 3] */
  readonly middles: Float64Array;
  /**
   * Potentials at the triangles of a current dipole (moment in A · mm up to a unit, which the potentials share), each up to one constant, [triangles].
   */
  dipolePotentials(place: Point, moment: Point): Float64Array;
}

const TOLERANCE = 1e-10;
const MOST_ITERATIONS = 200;

/**
 * Boundary elements for a body of isotropic tissues, with one constant potential a triangle, collocated at its middle (Barr, Pilkington,
 * Boineau and Spach, IEEE Trans Biomed Eng 1966; equation of Geselowitz, Biophys J 1967):
 *
 *     (σ⁻_i + σ⁺_i)/2 φ_i = p·(x_i − x₀) / (4π |x_i − x₀|³) + 1/4π Σ_j (σ⁻_j − σ⁺_j) Ω_ij φ_j
 *
 * Ω_ij is the solid angle of triangle j from x_i (van Oosterom and Strackee, IEEE Trans Biomed Eng 1983). The constants, which the equation leaves
 * free, are taken out by asking for the mean zero over the triangles. Nothing is shared with the finite elements: no volume is meshed.
 */
export function openBoundaryModel(interfaces: readonly Interface[]): BoundaryModel {
  const corners = interfaces.flatMap(({ surface }) =>
    Array.from(surface.triangles, (node) => [...surface.points.subarray(3 * node, 3 * node + 3)]).flat(),
  );
  const count = corners.length / 9;
  const middles = new Float64Array(3 * count);
  for (let at = 0; at < corners.length; at++) middles[3 * Math.floor(at / 9) + (at % 3)] += corners[at] / 3;
  const step: number[] = [];
  const mean: number[] = [];
  for (const { surface, inside_S_m, outside_S_m } of interfaces) {
    for (let at = 0; at < surface.triangles.length; at += 3) {
      step.push(inside_S_m - outside_S_m);
      mean.push((inside_S_m + outside_S_m) / 2);
    }
  }
  const matrix = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    const place = middles.subarray(3 * i, 3 * i + 3);
    for (let j = 0; j < count; j++) {
      const angle = i === j ? 0 : solidAngle(corners, 9 * j, place);
      // Deflation: the mean over all is added to each row, so that only the solution of mean zero is left.
      matrix[i * count + j] = (i === j ? 1 : 0) - (step[j] * angle) / (4 * Math.PI * mean[i]) + 1 / count;
    }
  }
  return {
    middles,
    dipolePotentials([x, y, z], [px, py, pz]) {
      const right = new Float64Array(count);
      for (let i = 0; i < count; i++) {
        const dx = middles[3 * i] - x;
        const dy = middles[3 * i + 1] - y;
        const dz = middles[3 * i + 2] - z;
        right[i] = (px * dx + py * dy + pz * dz) / (4 * Math.PI * Math.hypot(dx, dy, dz) ** 3 * mean[i]);
      }
      return biconjugateGradients(matrix, right);
    },
  };
}

/** tan(Ω/2) = r₁·(r₂ × r₃) / (r₁r₂r₃ + (r₁·r₂) r₃ + (r₂·r₃) r₁ + (r₃·r₁) r₂); positive when the triangle's normal points away. */
function solidAngle(corners: readonly number[], at: number, place: Float64Array): number {
  const ax = corners[at] - place[0];
  const ay = corners[at + 1] - place[1];
  const az = corners[at + 2] - place[2];
  const bx = corners[at + 3] - place[0];
  const by = corners[at + 4] - place[1];
  const bz = corners[at + 5] - place[2];
  const cx = corners[at + 6] - place[0];
  const cy = corners[at + 7] - place[1];
  const cz = corners[at + 8] - place[2];
  const a = Math.sqrt(ax * ax + ay * ay + az * az);
  const b = Math.sqrt(bx * bx + by * by + bz * bz);
  const c = Math.sqrt(cx * cx + cy * cy + cz * cz);
  const triple = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  const below =
    a * b * c +
    (ax * bx + ay * by + az * bz) * c +
    (bx * cx + by * cy + bz * cz) * a +
    (cx * ax + cy * ay + cz * az) * b;
  return 2 * Math.atan2(triple, below);
}

/** Stabilised biconjugate gradients (van der Vorst, SIAM J Sci Stat Comput 1992) on a dense matrix. */
function biconjugateGradients(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, at) => sum + value * b[at], 0);
  const times = (v: Float64Array) =>
    v.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += matrix[i * n + j] * v[j];
      return sum;
    });
  const x = new Float64Array(n);
  let r = right.slice();
  const shadow = right.slice();
  let p = r.slice();
  let rho = dot(shadow, r);
  const goal = TOLERANCE * Math.sqrt(dot(right, right));
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const v = times(p);
    const alpha = rho / dot(shadow, v);
    const s = r.map((value, i) => value - alpha * v[i]);
    const t = times(s);
    const omega = dot(t, s) / dot(t, t);
    for (let i = 0; i < n; i++) x[i] += alpha * p[i] + omega * s[i];
    r = s.map((value, i) => value - omega * t[i]);
    if (Math.sqrt(dot(r, r)) <= goal) return x;
    const next = dot(shadow, r);
    const beta = (next / rho) * (alpha / omega);
    rho = next;
    p = r.map((value, i) => value + beta * (p[i] - omega * v[i]));
  }
  throw new RangeError(`boundary elements did not converge in ${MOST_ITERATIONS} iterations`);
}
