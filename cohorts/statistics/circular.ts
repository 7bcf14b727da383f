import { studentTwoSided } from './distributions.ts';
import type { Undetermined } from './leastSquares.ts';

const DEGREES = 180 / Math.PI;
/** Below this mean resultant length angles are so scattered that the test of Watson and Williams does not hold (Mardia & Jupp, Directional Statistics, 2000). */
const LEAST_RESULTANT = 0.45;

/** Angles of one group. */
export interface AngleSummary {
  readonly n: number;
  /** Direction of the sum of unit vectors, −180 to 180; NaN without angles */
  readonly mean_deg: number;
  /** Length of the mean of unit vectors: 1 when all are equal, near 0 when they lie all around */
  readonly resultant: number;
}

/** Difference of two mean directions by the test of Watson and Williams. */
export interface AngleComparison {
  readonly a: AngleSummary;
  readonly b: AngleSummary;
  /** mean(a) − mean(b) the short way, −180 to 180 */
  readonly difference_deg: number;
  /** With 1 and n − 2 degrees of freedom */
  readonly f: number;
  readonly p_value: number;
  /** Concentration of the angles about their group's mean: κ of von Mises' distribution */
  readonly concentration: number;
}

/** The turn that leads from one direction to another the short way, −180 (excluded) to 180. */
export function shortTurn_deg(turn_deg: number): number {
  const turn = turn_deg - 360 * Math.round(turn_deg / 360);
  return turn === -180 ? 180 : turn;
}

/** Cosines and sines of angles in degrees: what directions are averaged by. NaN stays NaN. */
export function unitVectors(angles_deg: ArrayLike<number>): { cosines: Float64Array; sines: Float64Array } {
  const angles = Float64Array.from(angles_deg, (angle) => angle / DEGREES);
  return { cosines: angles.map(Math.cos), sines: angles.map(Math.sin) };
}

/** Direction of a sum of unit vectors, −180 to 180. */
export const directionOf_deg = (cosines: number, sines: number): number => Math.atan2(sines, cosines) * DEGREES;

/** Mean direction and mean resultant length (Mardia & Jupp, Directional Statistics, 2000). */
export function summariseAngles(angles_deg: ArrayLike<number>): AngleSummary {
  const n = angles_deg.length;
  const { cosines, sines } = unitVectors(angles_deg);
  const [c, s] = [cosines, sines].map((values) => values.reduce((sum, value) => sum + value, 0));
  if (n === 0 || c === undefined || s === undefined) return { n, mean_deg: Number.NaN, resultant: Number.NaN };
  return { n, mean_deg: directionOf_deg(c, s), resultant: Math.hypot(c, s) / n };
}

/**
 * Test of Watson and Williams of two mean directions (Biometrika 43:344–352, 1956), with the factor for angles that are not very concentrated.
 *
 *     F = (1 + 3/(8κ)) (n − 2)(R_a + R_b − R)/(n − R_a − R_b),   F ~ F(1, n − 2),   κ: A(κ) = (R_a + R_b)/n
 *
 * with R the lengths of the sums of unit vectors. Both groups are taken for equally concentrated.
 */
export function compareAngles(a_deg: ArrayLike<number>, b_deg: ArrayLike<number>): AngleComparison | Undetermined {
  const [a, b] = [summariseAngles(a_deg), summariseAngles(b_deg)];
  if (a.n < 2 || b.n < 2) {
    return { undetermined: `groups of ${a.n} and ${b.n} angles are too small: each needs at least 2` };
  }
  const n = a.n + b.n;
  const resultant = (a.n * a.resultant + b.n * b.resultant) / n;
  if (resultant < LEAST_RESULTANT) {
    return {
      undetermined: `the angles are too scattered for a test of their means (mean resultant length ${resultant.toFixed(2)}, at least ${LEAST_RESULTANT} is needed)`,
    };
  }
  if (resultant > 1 - 1e-12) {
    return { undetermined: 'neither group of angles varies at all, so that there is nothing to compare with' };
  }
  const together = summariseAngles([...Array.from(a_deg), ...Array.from(b_deg)]).resultant;
  const concentration = concentrationOf(resultant);
  const f = ((1 + 3 / (8 * concentration)) * (n - 2) * (resultant - together)) / (1 - resultant);
  return {
    a,
    b,
    difference_deg: shortTurn_deg(a.mean_deg - b.mean_deg),
    f,
    p_value: studentTwoSided(Math.sqrt(Math.max(0, f)), n - 2),
    concentration,
  };
}

const MAX_STEPS = 100;
const CONVERGED = 1e-13;

/** κ of von Mises' distribution whose mean resultant length is given, by Newton's method on A(κ) = I₁(κ)/I₀(κ), A′ = 1 − A² − A/κ. */
export function concentrationOf(resultant: number): number {
  let kappa = (resultant * (2 - resultant ** 2)) / (1 - resultant ** 2);
  for (let step = 0; step < MAX_STEPS; step++) {
    const a = besselRatio(kappa);
    const next = kappa - (a - resultant) / (1 - a * a - a / kappa);
    const change = Math.abs(next - kappa);
    kappa = next > 0 ? next : kappa / 2;
    if (change < CONVERGED * kappa) break;
  }
  return kappa;
}

/** I₁(κ)/I₀(κ) = 1/(2/κ + 1/(4/κ + 1/(6/κ + …))), from far enough out inwards. */
function besselRatio(kappa: number): number {
  let fraction = 0;
  for (let k = Math.ceil(kappa) + 60; k >= 1; k--) fraction = 1 / ((2 * k) / kappa + fraction);
  return fraction;
}
