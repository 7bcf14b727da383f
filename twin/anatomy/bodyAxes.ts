import type { Electrodes, Point } from './anatomy.ts';

/** The body's directions in the frame of a heart's mesh, unit vectors at right angles. */
export interface BodyAxes {
  readonly left: Point;
  readonly back: Point;
  readonly head: Point;
}

/**
 * The body's directions as its electrodes tell them: left from RA to LA, head from LL to the middle of the arms at right angles to it. LL lies on
 * the left, which the right angle takes out; what it lies in front of the arms is left in, some degrees.
 */
export function bodyAxes({ RA, LA, LL }: Pick<Electrodes, 'RA' | 'LA' | 'LL'>): BodyAxes {
  const left = unit([LA[0] - RA[0], LA[1] - RA[1], LA[2] - RA[2]]);
  const up: Point = [(RA[0] + LA[0]) / 2 - LL[0], (RA[1] + LA[1]) / 2 - LL[1], (RA[2] + LA[2]) / 2 - LL[2]];
  const along = up[0] * left[0] + up[1] * left[1] + up[2] * left[2];
  const head = unit([up[0] - along * left[0], up[1] - along * left[1], up[2] - along * left[2]]);
  const back: Point = [
    head[1] * left[2] - head[2] * left[1],
    head[2] * left[0] - head[0] * left[2],
    head[0] * left[1] - head[1] * left[0],
  ];
  return { left, back, head };
}

function unit([x, y, z]: Point): Point {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
