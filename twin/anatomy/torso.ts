import { TwinError } from '../errors.ts';
import { REGION, type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { tetVolume } from '../mesh/volume.ts';
import type { Body, ElectrodeName, Electrodes, Point } from './anatomy.ts';

/**
 * Size of a torso: an upright elliptical cylinder, mm. Frame of the torso: origin on its axis at the height of the heart's centre, x to the
 * subject's left, y to the back, z to the head.
 */
export interface Torso {
  readonly halfBreadth: number;
  readonly halfDepth: number;
  readonly height: number;
}

/** Where a heart lies in its own mesh: the centre of the LV's muscle, and the axes of the torso's frame there. */
export interface HeartPose {
  /** mm, in the frame of the mesh */
  readonly centre: Point;
  /** Turns vectors of the torso's frame into the mesh's, [9] row-major; a rotation */
  readonly rotation: readonly number[];
}

/** Share of the body's mass in the trunk, and trunk length from shoulder to hip by body height (Winter, Biomechanics and Motor Control of Human Movement, segment tables). */
const TRUNK_MASS = 0.497;
const TRUNK_LENGTH = 0.288;
/** Density of the whole body, g/mL: usual middle values of densitometry; women's is lower by their share of fat. */
const BODY_DENSITY_g_mL = { female: 1.03, male: 1.06 } as const;
/** Depth over breadth of the chest: our choice; with the above an 80 kg man of 178 cm has a chest of 99 cm. */
const DEPTH_PER_BREADTH = 0.7;

/** Centre of the LV's muscle, x and y by half breadth and half depth: left of the midline, before the middle; from one imaged torso, rounded. */
const HEART_X = 0.32;
const HEART_Y = -0.28;

/** Directions in the torso of the long axis (apex to base) and from the LV to the RV: the mean of two imaged adults, rounded. */
export const STANDARD_TO_BASE: Point = [-0.55, 0.6, 0.58];
export const STANDARD_TO_RV: Point = [-0.82, -0.57, -0.05];

/**
 * Electrodes on the torso: x by half breadth, y by half depth or on the front ('skin'), z above the heart's centre by body height. V1 and V2 at the
 * sternal borders in the 4th intercostal space, V4 to V6 in the 5th at the midclavicular, anterior axillary and midaxillary lines, V3
 * between; limb electrodes where the limbs leave the trunk, as the potential hardly changes along a limb.
 */
const PLACES: Readonly<Record<Exclude<ElectrodeName, 'V3'>, { x: number; y: number | 'skin'; z: number }>> = {
  RA: { x: -0.95, y: 0, z: 0.098 },
  LA: { x: 0.95, y: 0, z: 0.098 },
  LL: { x: 0.72, y: -0.5, z: -0.138 },
  V1: { x: -0.14, y: 'skin', z: 0.005 },
  V2: { x: 0.14, y: 'skin', z: 0.005 },
  V4: { x: 0.46, y: 'skin', z: -0.018 },
  V5: { x: 0.87, y: 'skin', z: -0.018 },
  V6: { x: 1, y: 'skin', z: -0.018 },
};

/**
 * The torso of a body: its volume is the trunk's share of the body's, its height the trunk's.
 *
 *     π/4 · breadth · depth · height = trunk mass / density
 *
 * @throws TwinError BadInput when height or weight cannot be an adult's or child's, which mostly is a wrong unit
 */
export function torsoOf({ sex, height_cm, weight_kg }: Body): Torso {
  if (!(height_cm > 50 && height_cm < 250 && weight_kg > 5 && weight_kg < 350)) {
    throw new TwinError(
      'BadInput',
      `a torso is scaled by height and weight; found ${height_cm} cm and ${weight_kg} kg, expected 50–250 cm and 5–350 kg; check the units or give electrodes`,
      { height_cm, weight_kg },
    );
  }
  const height = 10 * height_cm * TRUNK_LENGTH;
  const volume_mm3 = ((weight_kg * TRUNK_MASS) / BODY_DENSITY_g_mL[sex]) * 1e6;
  const halfBreadth = Math.sqrt(volume_mm3 / (Math.PI * height * DEPTH_PER_BREADTH));
  return { halfBreadth, halfDepth: DEPTH_PER_BREADTH * halfBreadth, height };
}

/** Circumference of the chest, mm (Ramanujan's first formula for an ellipse). */
export function chestCircumference({ halfBreadth: a, halfDepth: b }: Torso): number {
  return Math.PI * (3 * (a + b) - Math.sqrt((3 * a + b) * (a + 3 * b)));
}

/** Where the centre of the LV's muscle lies in the torso's frame, mm. */
export const heartCentre = ({ halfBreadth, halfDepth }: Torso): Point => [
  HEART_X * halfBreadth,
  HEART_Y * halfDepth,
  0,
];

/** The nine electrodes of a body in the frame of its heart's mesh, mm. @throws TwinError BadInput as `torsoOf` */
export function placeElectrodes(body: Body, pose: HeartPose): Electrodes {
  const torso = torsoOf(body);
  const heart = heartCentre(torso);
  const at = (name: keyof typeof PLACES): Point => {
    const { x, y, z } = PLACES[name];
    const depth = y === 'skin' ? -Math.sqrt(1 - x * x) : y;
    return [x * torso.halfBreadth, depth * torso.halfDepth, z * 10 * body.height_cm];
  };
  const inMesh = (place: Point): Point => {
    const turned = rotate(pose.rotation, [place[0] - heart[0], place[1] - heart[1], place[2] - heart[2]]);
    return [pose.centre[0] + turned[0], pose.centre[1] + turned[1], pose.centre[2] + turned[2]];
  };
  const [v2, v4] = [at('V2'), at('V4')];
  const x3 = (v2[0] + v4[0]) / 2;
  const v3: Point = [x3, -Math.sqrt(1 - (x3 / torso.halfBreadth) ** 2) * torso.halfDepth, (v2[2] + v4[2]) / 2];
  return {
    RA: inMesh(at('RA')),
    LA: inMesh(at('LA')),
    LL: inMesh(at('LL')),
    V1: inMesh(at('V1')),
    V2: inMesh(v2),
    V3: inMesh(v3),
    V4: inMesh(v4),
    V5: inMesh(at('V5')),
    V6: inMesh(at('V6')),
  };
}

/**
 * The pose of a heart whose mesh has a frame of its own: the rotation that brings the standard long axis and LV → RV direction onto the mesh's.
 *
 * @param toBase apex → base, any length
 * @param toRv LV → RV, any length; only its part across the long axis counts
 * @throws TwinError BadAnatomy when the two are parallel
 */
export function poseOf({ centre, toBase, toRv }: { centre: Point; toBase: Point; toRv: Point }): HeartPose {
  const mesh = heartAxes(toBase, toRv);
  const torso = heartAxes(STANDARD_TO_BASE, STANDARD_TO_RV);
  const rotation = Array.from({ length: 9 }, (_, at) => {
    let sum = 0;
    for (let axis = 0; axis < 3; axis++) sum += mesh[axis][Math.floor(at / 3)] * torso[axis][at % 3];
    return sum;
  });
  return { centre, rotation };
}

/** The pose of a mesh with regions: its centre and LV → RV direction are those of the regions' centroids. @throws TwinError BadAnatomy when a region is empty */
export function poseOfMesh(mesh: Pick<TetMesh, 'points' | 'tets' | 'regions'>, toBase: Point): HeartPose {
  const lv = regionCentroid(mesh, REGION.lv);
  const rv = regionCentroid(mesh, REGION.rv);
  return poseOf({ centre: lv, toBase, toRv: [rv[0] - lv[0], rv[1] - lv[1], rv[2] - lv[2]] });
}

/** Centre of gravity of a region, mm. @throws TwinError BadAnatomy when it is empty */
export function regionCentroid(mesh: Pick<TetMesh, 'points' | 'tets' | 'regions'>, region: number): Point {
  const sum = [0, 0, 0];
  let volume = 0;
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    if (mesh.regions[tet] !== region) continue;
    const share = tetVolume(mesh, tet);
    volume += share;
    for (let corner = 0; corner < 4; corner++) {
      const node = 3 * mesh.tets[4 * tet + corner];
      for (let axis = 0; axis < 3; axis++) sum[axis] += (mesh.points[node + axis] * share) / 4;
    }
  }
  if (volume <= 0) {
    throw new TwinError(
      'BadAnatomy',
      `region ${region} has no tetrahedra; expected both ventricles, to know how the heart lies in the torso`,
      {
        region,
      },
    );
  }
  return [sum[0] / volume, sum[1] / volume, sum[2] / volume];
}

/** A vector turned by a matrix, [9] row-major. */
export function rotate(rotation: readonly number[], [x, y, z]: Point): Point {
  return [
    rotation[0] * x + rotation[1] * y + rotation[2] * z,
    rotation[3] * x + rotation[4] * y + rotation[5] * z,
    rotation[6] * x + rotation[7] * y + rotation[8] * z,
  ];
}

/** Right-handed unit axes: x away from the RV, y = z × x, z to the base; the frame of a parametric heart. @throws TwinError BadAnatomy when the two are parallel */
export function heartAxes(toBase: Point, toRv: Point): readonly [Point, Point, Point] {
  const z = unit(toBase);
  const along = toRv[0] * z[0] + toRv[1] * z[1] + toRv[2] * z[2];
  const x = unit([along * z[0] - toRv[0], along * z[1] - toRv[1], along * z[2] - toRv[2]]);
  return [x, [z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]], z];
}

function unit([x, y, z]: Point): Point {
  const length = Math.hypot(x, y, z);
  if (!(length > 1e-6)) {
    throw new TwinError(
      'BadAnatomy',
      'the long axis and the direction from LV to RV are parallel or zero; expected two ventricles side by side',
    );
  }
  return [x / length, y / length, z / length];
}
