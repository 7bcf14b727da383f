import { type Body, ELECTRODES, type ElectrodeName, type Electrodes, type Point } from '../anatomy/anatomy.ts';
import { product, rotationBy } from '../anatomy/rotation.ts';
import { poseOfMesh, rotate } from '../anatomy/torso.ts';
import { findLvAxis } from '../anatomy/ventricleAxis.ts';
import { type Finding, TwinError } from '../errors.ts';
import { standardOnSkin, standardPlaces } from './skinElectrodes.ts';
import { centreOfHeart } from './statisticalTorso.ts';
import { type HeartInside, LEAST_WALL_mm, outsideOf, type PlacedTorso, placeShape } from './torsoAround.ts';
import { type TorsoFrame, toTorso } from './torsoFrame.ts';
import { leastSquares } from './torsoLeastSquares.ts';
import { measuresOf } from './torsoMeasures.ts';
import { skinDistance, stretched, torsoShape } from './torsoSections.ts';

/** What a torso is fitted to. */
export interface TorsoFitInput {
  readonly heart: HeartInside;
  /** In the frame of the mesh, mm */
  readonly electrodes: Electrodes;
  /** Where it is known, the torso starts from it and keeps near to it */
  readonly body?: Body;
  readonly age_y?: number;
  /** Turns the torso's frame into the mesh's where that is known, as of an image, [9] row-major; found from the electrodes otherwise */
  readonly rotation?: readonly number[];
}

/** A torso that passes through given electrodes. */
export interface FittedTorso extends PlacedTorso {
  /** From each given electrode to the skin, where it was moved to, mm */
  readonly distances: Readonly<Record<ElectrodeName, number>>;
  /** Factors on the starting torso's breadth, depth and height */
  readonly factors: { readonly breadth: number; readonly depth: number; readonly height: number };
}

const CHEST: readonly ElectrodeName[] = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const LIMBS: readonly ElectrodeName[] = ['RA', 'LA', 'LL'];

/** Who stands in for a subject of unknown size: between the mean woman and the mean man of the survey. */
const UNKNOWN: Body = { sex: 'male', height_cm: 172, weight_kg: 76 };

/**
 * How far off things are expected to be, in standard deviations; all our choice. The chest's electrodes lie on the skin; along it they are placed to some
 * centimetres; limb electrodes of meshes stand anywhere about the limbs' roots, and still say best how the body is turned; hearts lie and tilt as they like.
 */
const SIGMA = {
  chestToSkin_mm: 1.5,
  chestPlace_mm: 30,
  limbToSkin_mm: 15,
  limbPlace_mm: 60,
  heartPlace_mm: 40,
  heartTilt_rad: 0.5,
  turn_rad: 0.07,
  wall_mm: 2,
} as const;
/** Logarithms of the factors: of a body of known size, and of none. */
const KNOWN_SIZE = { breadth: 0.07, depth: 0.07, height: 0.04 };
const UNKNOWN_SIZE = { breadth: 0.15, depth: 0.15, height: 0.08 };
/** Beyond these a factor says that electrodes and heart do not belong to one body. */
const LEAST_FACTOR = 0.65;
const MOST_FACTOR = 1.6;
/** A chest electrode farther than this from the fitted skin is told of, mm. */
const TOLD_mm = 5;
/** Units of the parameters: radians, millimetres, logarithms. */
const UNIT = [0.1, 0.1, 0.1, 10, 10, 10, 0.1, 0.1, 0.1] as const;

/**
 * The statistical torso around a heart whose electrodes are known: pose, breadth, depth and height by least squares, so that the skin passes through V1–V6, the limb
 * electrodes come near the limbs' roots, the heart lies about where hearts lie, and a chest wall is left before it. The electrodes are then
 * moved onto the skin; how far is a finding (docs/decisions/0057-torso-around-electrodes.md).
 *
 * @throws TwinError BadInput when no torso passes near the electrodes
 */
export function fitTorso({ heart, electrodes, body, age_y, rotation }: TorsoFitInput): FittedTorso {
  const starting = body ?? UNKNOWN;
  const spread = body ? KNOWN_SIZE : UNKNOWN_SIZE;
  const base = torsoShape(measuresOf(starting));
  const axis = findLvAxis(heart.mesh.points, heart.surfaces.lvEndo);
  const pose = poseOfMesh(heart.mesh, axis.direction);
  const start = frameOfElectrodes(standardPlaces(base), electrodes, rotation);
  const support = supportPoints(outsideOf(heart));

  const open = (parameters: Float64Array) => {
    const p = parameters.map((value, at) => value * UNIT[at]);
    const frame: TorsoFrame = {
      rotation: product(start.rotation, rotationBy([p[0], p[1], p[2]])),
      origin: [start.origin[0] + p[3], start.origin[1] + p[4], start.origin[2] + p[5]],
    };
    const factors = { breadth: Math.exp(p[6]), depth: Math.exp(p[7]), height: Math.exp(p[8]) };
    return { frame, factors, shape: stretched(base, factors) };
  };
  const residuals = (parameters: Float64Array): Float64Array => {
    const { frame, shape } = open(parameters);
    const places = standardPlaces(shape);
    const out: number[] = [];
    for (const name of ELECTRODES) {
      const isChest = CHEST.includes(name);
      const place = toTorso(frame, electrodes[name]);
      const toSkin = isChest ? SIGMA.chestToSkin_mm : SIGMA.limbToSkin_mm;
      out.push(skinDistance(shape, ...place).distance / toSkin);
      const toPlace = isChest ? SIGMA.chestPlace_mm : SIGMA.limbPlace_mm;
      for (let i = 0; i < 3; i++) out.push((place[i] - places[name][i]) / toPlace);
    }
    const centre = toTorso(frame, pose.centre);
    const expected = centreOfHeart(shape);
    for (let i = 0; i < 3; i++) out.push((centre[i] - expected[i]) / SIGMA.heartPlace_mm);
    for (const tilt of turnBetween(frame.rotation, pose.rotation)) out.push(tilt / SIGMA.heartTilt_rad);
    for (const axis of [0, 1, 2]) out.push((parameters[axis] * UNIT[axis]) / SIGMA.turn_rad);
    for (const place of support) {
      const inside = -skinDistance(shape, ...toTorso(frame, place)).distance;
      out.push(Math.max(0, LEAST_WALL_mm - inside) / SIGMA.wall_mm);
    }
    out.push(
      (parameters[6] * UNIT[6]) / spread.breadth,
      (parameters[7] * UNIT[7]) / spread.depth,
      (parameters[8] * UNIT[8]) / spread.height,
    );
    return Float64Array.from(out);
  };
  const { frame, factors, shape } = open(leastSquares(new Float64Array(UNIT.length), residuals));
  checkFactors(factors);
  const placed = placeShape({
    heart,
    shape,
    frame,
    body: starting,
    options: age_y === undefined ? {} : { age_y },
    chest: factors.breadth * factors.depth * factors.height,
  });
  const onSkin = standardOnSkin(placed.torso.skin, electrodes);
  return {
    ...placed,
    electrodes: onSkin.electrodes,
    distances: onSkin.distances,
    factors,
    torso: { ...placed.torso, findings: [...tell(onSkin.distances, body === undefined), ...placed.torso.findings] },
  };
}

function checkFactors(factors: FittedTorso['factors']): void {
  for (const [name, factor] of Object.entries(factors)) {
    if (factor > LEAST_FACTOR && factor < MOST_FACTOR) continue;
    throw new TwinError(
      'BadInput',
      `a torso through the electrodes would need ${factor.toFixed(2)} times the ${name} of a usual one; expected ${LEAST_FACTOR}–${MOST_FACTOR}; check the unit and the frame of the electrodes against the mesh`,
      factors,
    );
  }
}

function tell(distances: FittedTorso['distances'], isUnknown: boolean): Finding[] {
  const list = (names: readonly ElectrodeName[]) =>
    names.map((name) => `${name} ${distances[name].toFixed(1)}`).join(', ');
  const far = CHEST.filter((name) => distances[name] > TOLD_mm);
  const size = isUnknown ? ' of an adult of unknown size' : '';
  const message = `The torso${size} was fitted to the electrodes, which were then moved onto its skin, by mm: ${list([...CHEST, ...LIMBS])}.`;
  const fitted: Finding = { code: 'torso-fitted', severity: 'warning', message };
  if (far.length === 0) return [fitted];
  return [
    fitted,
    {
      code: 'electrodes-off-torso',
      severity: 'warning',
      message: `No torso passes through all chest electrodes: ${list(far)} mm away; check these electrodes.`,
      count: far.length,
    },
  ];
}

/** A body lies along its scanner's axes to within this; a mesh in a frame of its own does not. */
const SCANNED_rad = 0.6;
/** Where the image's frame is known, limb electrodes may say otherwise by this; more is another frame. */
const ASKEW_rad = 1;

/**
 * Where a torso lies by its electrodes: turned as the limb electrodes are, or along the frame's axes where these are near, since images and their meshes lie
 * along the body and limb electrodes stand anywhere about the limbs; their means in one place.
 */
function frameOfElectrodes(places: Electrodes, electrodes: Electrodes, known?: readonly number[]): TorsoFrame {
  const from = axesOf(places);
  const to = axesOf(electrodes);
  const turned = Array.from({ length: 9 }, (_, at) => {
    let sum = 0;
    for (let axis = 0; axis < 3; axis++) sum += to[axis][Math.floor(at / 3)] * from[axis][at % 3];
    return sum;
  });
  const along = known ?? alongAxes(turned);
  const rotation = along && isNear(along, turned, known ? ASKEW_rad : SCANNED_rad) ? along : turned;
  if (known && rotation !== known) {
    throw new TwinError(
      'BadInput',
      "the limb electrodes say that the body lies otherwise than its image; expected electrodes in the image's frame: x to the subject's left, y to the back, z to the head",
    );
  }
  const mean = (set: Electrodes): Point => {
    const sum = [0, 0, 0];
    for (const name of ELECTRODES) for (let i = 0; i < 3; i++) sum[i] += set[name][i] / ELECTRODES.length;
    return [sum[0], sum[1], sum[2]];
  };
  const [mx, my, mz] = rotate(rotation, mean(places));
  const [ex, ey, ez] = mean(electrodes);
  return { rotation, origin: [ex - mx, ey - my, ez - mz] };
}

/** Whether two rotations are within an angle: the trace of the turn between them is 1 + 2 cos angle. */
function isNear(a: readonly number[], b: readonly number[], angle_rad: number): boolean {
  const trace = a.reduce((sum, value, at) => sum + value * b[at], 0);
  return trace > 1 + 2 * Math.cos(angle_rad);
}

/** The nearest rotation that only swaps and turns about axes; undefined when two columns would share one. */
function alongAxes(rotation: readonly number[]): number[] | undefined {
  const out = rotation.map((value, at) => {
    const column = at % 3;
    const largest = Math.max(...[0, 3, 6].map((row) => Math.abs(rotation[row + column])));
    return Math.abs(value) === largest ? Math.sign(value) : 0;
  });
  const isRotation = [0, 1, 2].every(
    (row) => Math.abs(out[3 * row]) + Math.abs(out[3 * row + 1]) + Math.abs(out[3 * row + 2]) === 1,
  );
  return isRotation ? out : undefined;
}

/** Left, back and head of electrodes: from arm to arm, from the leg to the arms, and across both. */
function axesOf({ RA, LA, LL }: Electrodes): readonly [Point, Point, Point] {
  const left = unit(minus(LA, RA));
  const middle: Point = [(LA[0] + RA[0]) / 2, (LA[1] + RA[1]) / 2, (LA[2] + RA[2]) / 2];
  const up = minus(middle, LL);
  const back = unit(cross(up, left));
  return [left, back, cross(left, back)];
}

const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a: Point, b: Point): Point => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
function unit([x, y, z]: Point): Point {
  const length = Math.hypot(x, y, z);
  if (length > 1) return [x / length, y / length, z / length];
  throw new TwinError('BadInput', 'the limb electrodes stand in one line or place; expected two shoulders and a leg');
}

/** Half the antisymmetric part of aᵀ b: the sines of the turn from one rotation to another about each axis. */
function turnBetween(a: readonly number[], b: readonly number[]): Point {
  const of = (i: number, j: number) => a[i] * b[j] + a[3 + i] * b[3 + j] + a[6 + i] * b[6 + j];
  return [(of(2, 1) - of(1, 2)) / 2, (of(0, 2) - of(2, 0)) / 2, (of(1, 0) - of(0, 1)) / 2];
}

/** Places of a surface that lie farthest in one of many directions: those that a chest wall must clear. */
function supportPoints(points: Float64Array): Point[] {
  const chosen = new Set<number>();
  for (let i = 0; i < 26; i++) {
    const polar = (Math.PI * ((i % 5) + 0.5)) / 5;
    const angle = (2 * Math.PI * i) / 26;
    const direction = [Math.sin(polar) * Math.cos(angle), Math.sin(polar) * Math.sin(angle), Math.cos(polar)];
    let farthest = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < points.length; at += 3) {
      const along = direction[0] * points[at] + direction[1] * points[at + 1] + direction[2] * points[at + 2];
      if (along <= most) continue;
      most = along;
      farthest = at;
    }
    chosen.add(farthest);
  }
  return [...chosen].sort((a, b) => a - b).map((at) => [points[at], points[at + 1], points[at + 2]]);
}
