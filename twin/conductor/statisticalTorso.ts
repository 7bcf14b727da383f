import type { Body, Point } from '../anatomy/anatomy.ts';
import type { SignedDistance } from '../anatomy/stuffing.ts';
import { hullDistance, standardHeart } from './torsoHeartPlace.ts';
import { lungsOf, residualCapacity_L } from './torsoLungs.ts';
import { doubtBody, measuresOf } from './torsoMeasures.ts';
import type { TorsoModel } from './torsoModel.ts';
import { type TorsoShape, torsoShape } from './torsoSections.ts';
import { skinOf } from './torsoSkin.ts';

/** What a statistical torso may know beside sex, height and weight. */
export interface StatisticalTorsoOptions {
  /** Measured round the chest at the nipples, mm */
  readonly chestCircumference_mm?: number;
  /** For the lungs' volume; 40 where it is not known */
  readonly age_y?: number;
  /** Distance from the whole heart in the torso's frame, negative inside, mm; a standard heart in its place otherwise */
  readonly heart?: SignedDistance;
  /** Edge of the skin's triangles, mm */
  readonly edge_mm?: number;
}

/** A torso in its own frame (`twin/anatomy/torso.ts`), and the sections that it was made from. */
export interface StatisticalTorso {
  readonly torso: TorsoModel;
  readonly shape: TorsoShape;
  /** Where the centre of the LV's muscle belongs */
  readonly heartCentre: Point;
}

const AGE_y = 40;
const EDGE_mm = 12;

/** The heart's centre by half breadth and half depth of the section at its height: as on the elliptical cylinder (`heartCentre` in `twin/anatomy/torso.ts`). */
const HEART_X = 0.32;
const HEART_Y = -0.28;

/**
 * The torso of a body from the measures of a survey: skin, and two lungs that hold its residual capacity; no blood (docs/decisions/0056-statistical-torso.md).
 *
 * @throws TwinError BadInput when height, weight or chest cannot be a body's
 */
export function statisticalTorso(body: Body, options: StatisticalTorsoOptions = {}): StatisticalTorso {
  const shape = torsoShape(measuresOf(body, options.chestCircumference_mm));
  const torso = torsoOfShape(shape, body, options);
  return {
    torso: { ...torso, findings: [...doubtBody(body), ...torso.findings] },
    shape,
    heartCentre: centreOfHeart(shape),
  };
}

/**
 * Skin and lungs of a shape, in its frame. The body says how much the lungs hold and how large a standard heart is.
 *
 * @param chest volume of the chest by that of the body's usual one, by which the lungs' gas is scaled
 */
export function torsoOfShape(shape: TorsoShape, body: Body, options: StatisticalTorsoOptions, chest = 1): TorsoModel {
  const heart = options.heart ?? hullDistance(standardHeart(body, centreOfHeart(shape)));
  const lungs = lungsOf(shape, chest * residualCapacity_L(body, options.age_y ?? AGE_y), heart);
  return {
    skin: skinOf(shape, options.edge_mm ?? EDGE_mm),
    lungs: lungs.surfaces,
    blood: [],
    origin: 'statistical',
    findings: lungs.findings,
  };
}

/** Where the centre of the LV's muscle belongs in a torso, mm. */
export function centreOfHeart(shape: TorsoShape): Point {
  const { halfBreadth, halfDepth, middle } = shape.at(0);
  return [HEART_X * halfBreadth, middle + HEART_Y * halfDepth, 0];
}
