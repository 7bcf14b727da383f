import type { LayerPlace } from './carriedPlaces.ts';

/** By how much a place may lie outside a tetrahedron by rounding, as a share of its coordinates. */
export const ROUNDING = 1e-7;

/**
 * Where in a tetrahedron height, angle and depth are a name's, by linear coordinates; outside it, the nearest by clipped shares.
 *
 * @param out  barycentric coordinates, none negative, [4]
 * @returns whether the name lies inside
 */
export function sharesOf(
  height: Float64Array,
  angle: Float64Array,
  depth: Float64Array,
  at: number,
  name: LayerPlace,
  out: Float64Array,
): boolean {
  const a0 = wrap(angle[at] - name.rotational);
  const h0 = height[at] - name.apicobasal;
  const d0 = depth[at] - name.depth;
  const a1 = wrap(angle[at + 1] - name.rotational) - a0;
  const a2 = wrap(angle[at + 2] - name.rotational) - a0;
  const a3 = wrap(angle[at + 3] - name.rotational) - a0;
  const h1 = height[at + 1] - name.apicobasal - h0;
  const h2 = height[at + 2] - name.apicobasal - h0;
  const h3 = height[at + 3] - name.apicobasal - h0;
  const d1 = depth[at + 1] - name.depth - d0;
  const d2 = depth[at + 2] - name.depth - d0;
  const d3 = depth[at + 3] - name.depth - d0;
  // Cramer's rule for h, a, d = 0.
  const m23 = a2 * d3 - a3 * d2;
  const m13 = a1 * d3 - a3 * d1;
  const m12 = a1 * d2 - a2 * d1;
  const determinant = h1 * m23 - h2 * m13 + h3 * m12;
  // A tetrahedron across the back of the circle, or with one coordinate constant, holds no place of its own.
  const isWhole = Math.abs(a1) < Math.PI && Math.abs(a2) < Math.PI && Math.abs(a3) < Math.PI;
  if (!isWhole || determinant === 0 || !Number.isFinite(determinant)) {
    out.fill(0.25);
    return false;
  }
  out[1] = (-h0 * m23 - h2 * (-a0 * d3 + a3 * d0) + h3 * (-a0 * d2 + a2 * d0)) / determinant;
  out[2] = (h1 * (-a0 * d3 + a3 * d0) + h0 * m13 + h3 * (-a1 * d0 + a0 * d1)) / determinant;
  out[3] = (h1 * (-a2 * d0 + a0 * d2) - h2 * (-a1 * d0 + a0 * d1) - h0 * m12) / determinant;
  out[0] = 1 - out[1] - out[2] - out[3];
  let isHeld = true;
  let sum = 0;
  for (let corner = 0; corner < 4; corner++) {
    if (out[corner] < -ROUNDING) isHeld = false;
    out[corner] = Math.max(out[corner], 0);
    sum += out[corner];
  }
  for (let corner = 0; corner < 4; corner++) out[corner] /= sum;
  return isHeld;
}

/** An angle as the same one within −π … π. */
export const wrap = (angle: number): number =>
  angle > Math.PI || angle < -Math.PI ? angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI)) : angle;
