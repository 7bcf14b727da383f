import type { Body, Point } from '../anatomy/anatomy.ts';
import { evenDirections } from '../anatomy/enclosure.ts';
import type { SignedDistance } from '../anatomy/stuffing.ts';
import { heartAxes, STANDARD_TO_BASE, STANDARD_TO_RV } from '../anatomy/torso.ts';

/**
 * Distance from the convex hull of places, negative inside: the largest distance over planes that touch it in 72 directions. Outside it is a lower bound, so
 * that what keeps clear of it keeps clear of the heart.
 *
 * @param points mm, [nodes, 3]
 */
export function hullDistance(points: Float64Array): SignedDistance {
  const directions = evenDirections();
  const offsets = new Float64Array(directions.length / 3).fill(Number.NEGATIVE_INFINITY);
  for (let plane = 0; plane < offsets.length; plane++) {
    const [dx, dy, dz] = directions.subarray(3 * plane, 3 * plane + 3);
    for (let at = 0; at < points.length; at += 3) {
      const along = dx * points[at] + dy * points[at + 1] + dz * points[at + 2];
      if (along > offsets[plane]) offsets[plane] = along;
    }
  }
  return (x, y, z) => {
    let distance = Number.NEGATIVE_INFINITY;
    for (let plane = 0; plane < offsets.length; plane++) {
      const at = 3 * plane;
      const along = directions[at] * x + directions[at + 1] * y + directions[at + 2] * z - offsets[plane];
      if (along > distance) distance = along;
    }
    return distance;
  };
}

/** Half axes of a whole heart in its sac, mm, in an adult of 75 kg: 600 mL; they grow with the cube root of weight. Our choice. */
const HEART_HALF_LENGTH = 62;
const HEART_HALF_WIDTH = 48;
/** From the centre of the LV's muscle to the whole heart's, mm, towards the base and towards the RV: our choice. */
const TOWARDS_BASE = 24;
const TOWARDS_RV = 14;

/** Nodes of the ellipsoid's hull. */
const RINGS = 12;

/** Surface places of the whole heart of a body, when no heart is given: an ellipsoid about the standard pose, mm, [nodes, 3]. */
export function standardHeart({ weight_kg }: Pick<Body, 'weight_kg'>, lvCentre: Point): Float64Array {
  const scale = Math.cbrt(weight_kg / 75);
  const [x, y, z] = heartAxes(STANDARD_TO_BASE, STANDARD_TO_RV);
  const points: number[] = [];
  for (let ring = 0; ring <= RINGS; ring++) {
    const polar = (Math.PI * ring) / RINGS;
    for (let i = 0; i < 2 * RINGS; i++) {
      const angle = (Math.PI * i) / RINGS;
      const across = HEART_HALF_WIDTH * Math.sin(polar) * scale;
      const [u, v] = [across * Math.cos(angle) - TOWARDS_RV * scale, across * Math.sin(angle)];
      const w = (HEART_HALF_LENGTH * Math.cos(polar) + TOWARDS_BASE) * scale;
      for (let axis = 0; axis < 3; axis++) points.push(lvCentre[axis] + u * x[axis] + v * y[axis] + w * z[axis]);
    }
  }
  return Float64Array.from(points);
}

/** Radius of the atria and great vessels above a base, mm, in an adult of 75 kg, and how far above it their middle lies: our choice. */
const ATRIA_RADIUS = 38;
const ATRIA_ABOVE = 22;

/** The place of a given heart: the hull of its ventricles, and a ball for the atria and great vessels above their base. */
export function givenHeart(
  points: Float64Array,
  { toBase, base }: { toBase: Point; base: Point },
  { weight_kg }: Pick<Body, 'weight_kg'>,
): SignedDistance {
  const hull = hullDistance(points);
  const scale = Math.cbrt(weight_kg / 75);
  const length = Math.hypot(...toBase);
  const [bx, by, bz] = [0, 1, 2].map((axis) => base[axis] + (ATRIA_ABOVE * scale * toBase[axis]) / length);
  return (x, y, z) => Math.min(hull(x, y, z), Math.hypot(x - bx, y - by, z - bz) - ATRIA_RADIUS * scale);
}
