import type { Point, Surfaces } from '../anatomy/anatomy.ts';
import { TwinError } from '../errors.ts';

/**
 * The heart's own frame, right-handed: `right` from the RV to the LV, `up` from apex to base, `front` towards a viewer who has the
 * RV on the left and the LV on the right, as in a view from the chest.
 */
export interface HeartFrame {
  readonly centre: Point;
  readonly right: Point;
  readonly up: Point;
  readonly front: Point;
}

/**
 * Finds the frame from the surfaces alone: `up` out of the base at right angles to it, `right` from the middle of the
 * RV endocardium to that of the LV's.
 *
 * @throws TwinError BadAnatomy when a surface is empty or the middles fall together
 */
export function findHeartFrame(points: Float64Array, surfaces: Surfaces): HeartFrame {
  const [lv, rv, epi] = [surfaces.lvEndo, surfaces.rvEndo, surfaces.epi].map((triangles) =>
    areaCentre(points, triangles),
  );
  const up = unit(areaVector(points, surfaces.base));
  const across = subtract(lv, rv);
  const right = unit(add(across, scale(up, -dot(across, up))));
  if ([...up, ...right].some(Number.isNaN)) {
    throw new TwinError(
      'BadAnatomy',
      'The heart has no frame to be drawn in: a surface of base, epicardium, LV or RV endocardium is empty, or their middles fall together.',
    );
  }
  return { centre: epi, right, up, front: cross(right, up) };
}

/** Middle of a surface, each triangle weighing its area; NaN of none. */
function areaCentre(points: Float64Array, triangles: Uint32Array): Point {
  let area = 0;
  let sum: Point = [0, 0, 0];
  for (let at = 0; at < triangles.length; at += 3) {
    const normal = twiceArea(points, triangles, at);
    const weight = Math.sqrt(dot(normal, normal));
    for (let corner = 0; corner < 3; corner++) {
      sum = add(sum, scale(pointOf(points, triangles[at + corner]), weight / 3));
    }
    area += weight;
  }
  return scale(sum, 1 / area);
}

/** Sum of a surface's areas as vectors, outward. */
function areaVector(points: Float64Array, triangles: Uint32Array): Point {
  let sum: Point = [0, 0, 0];
  for (let at = 0; at < triangles.length; at += 3) sum = add(sum, twiceArea(points, triangles, at));
  return sum;
}

/** Normal of the triangle that starts at an entry, as long as twice its area. */
function twiceArea(points: Float64Array, triangles: Uint32Array, at: number): Point {
  const a = pointOf(points, triangles[at]);
  return cross(subtract(pointOf(points, triangles[at + 1]), a), subtract(pointOf(points, triangles[at + 2]), a));
}

const pointOf = (points: Float64Array, node: number): Point => [
  points[3 * node],
  points[3 * node + 1],
  points[3 * node + 2],
];
const add = (a: Point, b: Point): Point => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const scale = (a: Point, by: number): Point => [a[0] * by, a[1] * by, a[2] * by];
const subtract = (a: Point, b: Point): Point => add(a, scale(b, -1));
const cross = (a: Point, b: Point): Point => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: Point): Point => scale(a, 1 / Math.sqrt(dot(a, a)));

/** Scalar product. */
export const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
