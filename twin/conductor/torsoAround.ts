import type { Body, Electrodes, Point, Surfaces } from '../anatomy/anatomy.ts';
import { poseOfMesh } from '../anatomy/torso.ts';
import { findLvAxis } from '../anatomy/ventricleAxis.ts';
import { type Finding, TwinError } from '../errors.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import { bloodPools } from './bloodPools.ts';
import { standardOnSkin, standardPlaces } from './skinElectrodes.ts';
import { centreOfHeart, type StatisticalTorsoOptions, torsoOfShape } from './statisticalTorso.ts';
import { moveAll, surfaceToMesh, type TorsoFrame, toMesh, toTorso } from './torsoFrame.ts';
import { givenHeart } from './torsoHeartPlace.ts';
import { doubtBody, measuresOf } from './torsoMeasures.ts';
import type { TorsoModel } from './torsoModel.ts';
import { skinDistance, type TorsoShape, torsoShape } from './torsoSections.ts';

/** The heart that a torso is put around. */
export interface HeartInside {
  readonly mesh: TetMesh;
  readonly surfaces: Surfaces;
}

/** What is known of a torso beside its size. */
export interface TorsoAroundOptions extends Omit<StatisticalTorsoOptions, 'heart'> {
  /** Turns the torso's frame into the mesh's where that is known, as of an image, [9] row-major; otherwise hearts lie as they usually do */
  readonly rotation?: readonly number[];
}

/** A torso around a heart, in the frame of the heart's mesh. */
export interface PlacedTorso {
  readonly torso: TorsoModel;
  readonly frame: TorsoFrame;
  /** The sections that the skin was made from */
  readonly shape: TorsoShape;
  /** On the skin */
  readonly electrodes: Electrodes;
}

/** Least thickness of the chest wall before the heart, mm: our choice, about the thinnest of adults. */
export const LEAST_WALL_mm = 10;

/**
 * The statistical torso of a body around its heart, which lies in the standard pose (`poseOfMesh`) where its own is not known, with the ventricles' blood and the nine electrodes in
 * their usual places on the skin. A heart that reaches too near to the skin is moved inwards.
 *
 * @throws TwinError BadInput when height, weight or chest cannot be a body's, BadAnatomy when the heart does not fit into the body
 */
export function torsoAround(
  heart: HeartInside,
  body: Body,
  { rotation, ...options }: TorsoAroundOptions = {},
): PlacedTorso {
  const shape = torsoShape(measuresOf(body, options.chestCircumference_mm));
  const usual = poseOfMesh(heart.mesh, findLvAxis(heart.mesh.points, heart.surfaces.lvEndo).direction);
  const pose = { centre: usual.centre, rotation: rotation ?? usual.rotation };
  const centre = centreOfHeart(shape);
  const wanted: TorsoFrame = {
    rotation: pose.rotation,
    origin: toMesh({ rotation: pose.rotation, origin: pose.centre }, [-centre[0], -centre[1], -centre[2]]),
  };
  const { frame, findings } = moveInside(heart, shape, wanted);
  const placed = placeShape({ heart, shape, frame, body, options });
  return {
    ...placed,
    torso: { ...placed.torso, findings: [...doubtBody(body), ...findings, ...placed.torso.findings] },
  };
}

/** A shape with its lungs, blood and usual electrodes, in the mesh's frame. */
export function placeShape({
  heart,
  shape,
  frame,
  body,
  options,
  chest = 1,
}: {
  readonly heart: HeartInside;
  readonly shape: TorsoShape;
  readonly frame: TorsoFrame;
  readonly body: Body;
  readonly options: Omit<StatisticalTorsoOptions, 'heart'>;
  /** Volume of the chest by that of the body's usual one */
  readonly chest?: number;
}): PlacedTorso {
  const { mesh, surfaces } = heart;
  const points = moveAll(outsideOf(heart), (place) => toTorso(frame, place));
  const axis = findLvAxis(mesh.points, surfaces.lvEndo);
  const base = toTorso(frame, axis.baseCentre);
  const above = toTorso(
    frame,
    [0, 1, 2].map((i) => axis.baseCentre[i] + axis.direction[i]) as [number, number, number],
  );
  const toBase: Point = [above[0] - base[0], above[1] - base[1], above[2] - base[2]];
  const own = torsoOfShape(shape, body, { ...options, heart: givenHeart(points, { toBase, base }, body) }, chest);
  const skin = surfaceToMesh(frame, own.skin);
  const places = standardPlaces(shape);
  const inMesh = Object.fromEntries(
    Object.entries(places).map(([name, place]) => [name, toMesh(frame, place)]),
  ) as Record<keyof Electrodes, Point>;
  return {
    torso: {
      skin,
      lungs: own.lungs.map((lung) => surfaceToMesh(frame, lung)),
      blood: bloodPools(mesh.points, surfaces),
      origin: 'statistical',
      frame,
      findings: own.findings,
    },
    frame,
    shape,
    electrodes: standardOnSkin(skin, inMesh).electrodes,
  };
}

/** Nodes of the epicardium and the base, mm, [nodes, 3]. */
export function outsideOf({ mesh, surfaces: { epi, base } }: HeartInside): Float64Array {
  const isOutside = new Uint8Array(mesh.points.length / 3);
  for (const node of epi) isOutside[node] = 1;
  for (const node of base) isOutside[node] = 1;
  return mesh.points.filter((_, at) => isOutside[Math.floor(at / 3)] === 1);
}

/** Steps by which a heart too near to the skin is moved inwards, and the farthest that it may go, mm. */
const MOST_STEPS = 40;
const FARTHEST_mm = 60;

function moveInside(
  heart: HeartInside,
  shape: TorsoShape,
  wanted: TorsoFrame,
): { frame: TorsoFrame; findings: Finding[] } {
  const places = moveAll(outsideOf(heart), (place) => toTorso(wanted, place));
  const shift: [number, number, number] = [0, 0, 0];
  for (let step = 0; step < MOST_STEPS; step++) {
    let least = Number.POSITIVE_INFINITY;
    let worst = 0;
    for (let at = 0; at < places.length; at += 3) {
      const inside = -skinDistance(shape, places[at] + shift[0], places[at + 1] + shift[1], places[at + 2]).distance;
      if (inside >= least) continue;
      least = inside;
      worst = at;
    }
    if (least >= LEAST_WALL_mm) break;
    const outward = skinDistance(shape, places[worst] + shift[0], places[worst + 1] + shift[1], places[worst + 2]);
    const missing = LEAST_WALL_mm - least + 0.5;
    for (const axis of [0, 1] as const) shift[axis] -= missing * outward.direction[axis];
    if (step === MOST_STEPS - 1 || Math.hypot(...shift) > FARTHEST_mm) {
      throw new TwinError(
        'BadAnatomy',
        `the heart does not fit into the torso of the subject's sex, height and weight: it comes within ${least.toFixed(0)} mm of the skin wherever it is put; expected a chest wall of ${LEAST_WALL_mm} mm; check the mesh's unit and the sample sheet`,
      );
    }
  }
  const moved = Math.hypot(...shift);
  if (moved === 0) return { frame: wanted, findings: [] };
  const frame = { rotation: wanted.rotation, origin: toMesh(wanted, [-shift[0], -shift[1], 0]) };
  const message = `The heart was moved ${moved.toFixed(0)} mm inwards from its usual place, to leave a chest wall of ${LEAST_WALL_mm} mm: it is large for the subject's sex, height and weight.`;
  return { frame, findings: [{ code: 'heart-moved-inwards', severity: 'repaired', message }] };
}
