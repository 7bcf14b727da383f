import type { Point } from '../../twin/anatomy/anatomy.ts';
import type { ConductorInput } from '../../twin/conductor/conductorFields.ts';
import { DEFAULT_CONDUCTOR_SETTINGS } from '../../twin/conductor/conductorSettings.ts';
import type { ConductorConductivity, TriangleSurface } from '../../twin/conductor/torsoModel.ts';
import { ellipsoidSurface, muscleShell } from './roundBodies.ts';

/** How finely an ellipsoidal body's parts are given, and at how many electrodes it is listened to. */
export interface EllipsoidOptions {
  readonly electrodes: number;
  readonly skinParts: number;
  readonly lungParts: number;
  /** Lattice spacing of the heart's own mesh, mm */
  readonly spacing_mm: number;
}

/** Half axes of the skin, mm: breadth, depth and height of a man's chest. */
const SKIN: Point = [170, 115, 250];
/** The heart is the origin; the body's middle lies to the right, behind and above it. */
const MIDDLE: Point = [-35, 40, 30];
const HEART_RADIUS_mm = 45;

/** A body of round parts in no symmetry about its heart: two lungs of different size, a ball of muscle without a cavity, electrodes at the middles of the skin's triangles. */
export function ellipsoidBody(options: EllipsoidOptions, conductivity: ConductorConductivity): ConductorInput {
  const skin = ellipsoidSurface(SKIN, options.skinParts, MIDDLE);
  const lungs = [
    ellipsoidSurface([42, 62, 105], options.lungParts, [-120, 45, 45]),
    ellipsoidSurface([34, 60, 98], options.lungParts, [84, 62, 50]),
  ];
  return {
    heart: muscleShell(-1, HEART_RADIUS_mm, options.spacing_mm),
    torso: { skin, lungs, blood: [], origin: 'file', findings: [] },
    electrodes: spreadTriangles(skin, options.electrodes).map((triangle) => middleOf(skin, triangle)),
    conductivity,
    settings: DEFAULT_CONDUCTOR_SETTINGS,
  };
}

/** Triangles spread over a surface: each is the one farthest from those before. */
export function spreadTriangles(surface: TriangleSurface, count: number): number[] {
  const triangles = surface.triangles.length / 3;
  const distance = new Float64Array(triangles).fill(Number.POSITIVE_INFINITY);
  const chosen: number[] = [0];
  while (chosen.length < count) {
    const last = middleOf(surface, chosen[chosen.length - 1]);
    let farthest = 0;
    for (let triangle = 0; triangle < triangles; triangle++) {
      const place = middleOf(surface, triangle);
      const length = Math.hypot(place[0] - last[0], place[1] - last[1], place[2] - last[2]);
      distance[triangle] = Math.min(distance[triangle], length);
      if (distance[triangle] > distance[farthest]) farthest = triangle;
    }
    chosen.push(farthest);
  }
  return chosen;
}

function middleOf({ points, triangles }: TriangleSurface, triangle: number): Point {
  const sum = [0, 0, 0];
  for (let corner = 0; corner < 3; corner++) {
    for (let axis = 0; axis < 3; axis++) sum[axis] += points[3 * triangles[3 * triangle + corner] + axis] / 3;
  }
  return [sum[0], sum[1], sum[2]];
}
