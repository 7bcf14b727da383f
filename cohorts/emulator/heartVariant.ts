import type { Anatomy, Point } from '../../twin/anatomy/anatomy.ts';
import { endocardialDistance } from '../../twin/anatomy/endocardialDistance.ts';
import { product, rotationBy } from '../../twin/anatomy/rotation.ts';
import { regionCentroid } from '../../twin/anatomy/torso.ts';
import { findLvAxis } from '../../twin/anatomy/ventricleAxis.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { radians } from '../../twin/units.ts';

/** How a heart is changed and moved among its electrodes. */
export interface HeartChange {
  /** Factor along the LV's long axis, and across it */
  readonly long: number;
  readonly short: number;
  /** mm, in the frame of the mesh */
  readonly shift: Point;
  /** About its own centre, a vector along the axis of the turn, degrees */
  readonly turn_deg: Point;
}

/** Numbers that a change is made of, each drawn between these bounds; about as far as people differ from each other. Ours. */
const SCALE = 0.1;
const SHIFT_mm = 8;
const TURN_deg = 10;
export const CHANGE_DIMENSIONS = 8;

/** The change that a point of the unit cube stands for, [8]. */
export function changeOf(point: ArrayLike<number>): HeartChange {
  const within = (at: number, half: number) => (2 * point[at] - 1) * half;
  return {
    long: 1 + within(0, SCALE),
    short: 1 + within(1, SCALE),
    shift: [within(2, SHIFT_mm), within(3, SHIFT_mm), within(4, SHIFT_mm)],
    turn_deg: [within(5, TURN_deg), within(6, TURN_deg), within(7, TURN_deg)],
  };
}

export type VariedAnatomy = Pick<
  Anatomy,
  'mesh' | 'surfaces' | 'coordinates' | 'endocardialDistance' | 'electrodes' | 'electrodeFields'
>;

/** Whether a heart can be changed without solving its volume conductor anew. */
export const canVary = ({ electrodeFields }: Pick<Anatomy, 'electrodeFields'>): boolean =>
  electrodeFields === undefined;

/**
 * A heart made longer, wider, and moved: `x′ = c + s + R (k_s I + (k_l − k_s) a aᵀ)(x − c)`, a the LV's long axis and c its centre of gravity; fibres follow
 * as material lines. Electrodes stay, and so do ventricular coordinates, which are carried by the muscle. Only in a homogeneous medium (`canVary`).
 */
export function varyHeart(anatomy: VariedAnatomy, { long, short, shift, turn_deg }: HeartChange): VariedAnatomy {
  const { mesh, surfaces } = anatomy;
  const centre = regionCentroid(mesh, REGION.lv);
  const { direction: a } = findLvAxis(mesh.points, surfaces.lvEndo);
  const [x, y, z] = turn_deg;
  const turned = rotationBy([radians(x), radians(y), radians(z)]);
  const map = product(turned, stretch(a, long, short));
  const points = new Float64Array(mesh.points.length);
  for (let at = 0; at < points.length; at += 3) {
    const moved = apply(
      map,
      mesh.points[at] - centre[0],
      mesh.points[at + 1] - centre[1],
      mesh.points[at + 2] - centre[2],
    );
    for (let axis = 0; axis < 3; axis++) points[at + axis] = centre[axis] + shift[axis] + moved[axis];
  }
  const fibres = new Float64Array(mesh.fibres.length);
  for (let at = 0; at < fibres.length; at += 3) {
    const moved = apply(map, mesh.fibres[at], mesh.fibres[at + 1], mesh.fibres[at + 2]);
    const length = Math.hypot(...moved);
    if (length > 0) fibres.set([moved[0] / length, moved[1] / length, moved[2] / length], at);
  }
  const changed = { ...mesh, points, fibres };
  return { ...anatomy, mesh: changed, endocardialDistance: endocardialDistance(changed, surfaces) };
}

/** 3 × 3, row-major */
type Matrix = readonly number[];

const stretch = (a: Point, long: number, short: number): Matrix =>
  Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [Math.floor(at / 3), at % 3];
    return (row === column ? short : 0) + (long - short) * a[row] * a[column];
  });

const apply = (m: Matrix, x: number, y: number, z: number): [number, number, number] => [
  m[0] * x + m[1] * y + m[2] * z,
  m[3] * x + m[4] * y + m[5] * z,
  m[6] * x + m[7] * y + m[8] * z,
];
