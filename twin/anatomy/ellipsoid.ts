/** Newton steps after which the distance is exact to rounding for any ellipsoid that a heart is made of. */
const MAX_STEPS = 40;
/** Smallest coordinate used, in semi-axes: keeps the point off the planes of symmetry, where the foot may not be unique. */
const OFF_PLANE = 1e-9;

/**
 * Signed distance to the ellipsoid (x/a)² + (y/b)² + (z/c)² = 1, mm, negative inside; exact, so that its offsets are walls of even thickness.
 *
 *     foot_i = e_i² y_i / (t + e_i²),   F(t) = Σ (e_i y_i / (t + e_i²))² − 1 = 0
 *
 * F falls and is convex right of its largest pole, so Newton's method from a point where F ≥ 0 climbs to the root without overshoot
 * (Eberly, Distance from a Point to an Ellipse, an Ellipsoid, or a Hyperellipsoid, Geometric Tools).
 */
export function ellipsoidDistance(a: number, b: number, c: number, x: number, y: number, z: number): number {
  const u = Math.max(Math.abs(x), OFF_PLANE * a);
  const v = Math.max(Math.abs(y), OFF_PLANE * b);
  const w = Math.max(Math.abs(z), OFF_PLANE * c);
  const aa = a * a;
  const bb = b * b;
  const cc = c * c;
  let t = Math.max(a * u - aa, b * v - bb, c * w - cc);
  for (let step = 0; step < MAX_STEPS; step++) {
    const da = 1 / (t + aa);
    const db = 1 / (t + bb);
    const dc = 1 / (t + cc);
    const fa = (a * u * da) ** 2;
    const fb = (b * v * db) ** 2;
    const fc = (c * w * dc) ** 2;
    const excess = fa + fb + fc - 1;
    if (excess < 1e-13) break;
    t += (0.5 * excess) / (fa * da + fb * db + fc * dc);
  }
  const distance = Math.hypot((t * u) / (t + aa), (t * v) / (t + bb), (t * w) / (t + cc));
  return t < 0 ? -distance : distance;
}

/** Minimum of two distances whose edge is rounded off over `width`; never changes faster than its arguments (polynomial blend). */
export function smoothMin(p: number, q: number, width: number): number {
  const overlap = Math.max(width - Math.abs(p - q), 0);
  return Math.min(p, q) - (overlap * overlap) / (4 * width);
}

/** Maximum of two distances with its edge rounded off over `width`. */
export const smoothMax = (p: number, q: number, width: number): number => -smoothMin(-p, -q, width);
