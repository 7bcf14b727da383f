import { TwinError } from '../errors.ts';
import type { Point, Surfaces } from './anatomy.ts';
import { findRims } from './boundary.ts';

/** The left ventricle's long axis. */
export interface VentricleAxis {
  /** Centre of the LV endocardium's basal rim, mm */
  readonly baseCentre: Point;
  /** The LV endocardial node farthest from it, mm */
  readonly apex: Point;
  /** Unit vector from apex to base. */
  readonly direction: Point;
  readonly length_mm: number;
}

/**
 * The axis from the LV's endocardial apex to the centre of its basal rim.
 *
 * @throws TwinError BadAnatomy when the LV endocardium is closed and so has no rim
 */
export function findLvAxis(points: Float64Array, lvEndo: Uint32Array): VentricleAxis {
  const [rim] = findRims(points, lvEndo);
  if (rim === undefined) {
    throw new TwinError(
      'BadAnatomy',
      'The LV endocardium is closed: expected an opening at the base, as at the mitral valve.',
    );
  }
  const [x, y, z] = rim.centre;
  let farthest = -1;
  let apex: Point = rim.centre;
  for (const node of lvEndo) {
    const distance = Math.hypot(points[3 * node] - x, points[3 * node + 1] - y, points[3 * node + 2] - z);
    if (distance <= farthest) continue;
    farthest = distance;
    apex = [points[3 * node], points[3 * node + 1], points[3 * node + 2]];
  }
  return {
    baseCentre: rim.centre,
    apex,
    direction: [(x - apex[0]) / farthest, (y - apex[1]) / farthest, (z - apex[2]) / farthest],
    length_mm: farthest,
  };
}

/** The epicardial node that lies lowest along the axis: the heart's apex. */
export function findApexNode(points: Float64Array, epi: Surfaces['epi'], { direction }: VentricleAxis): number {
  let lowest = Number.POSITIVE_INFINITY;
  let apex = epi[0];
  for (const node of epi) {
    const height =
      points[3 * node] * direction[0] + points[3 * node + 1] * direction[1] + points[3 * node + 2] * direction[2];
    if (height < lowest) {
      lowest = height;
      apex = node;
    }
  }
  return apex;
}
