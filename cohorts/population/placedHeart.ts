import { type Body, DEFAULT_ANATOMY, type Electrodes, type Point } from '../../twin/anatomy/anatomy.ts';
import { parametricFibres } from '../../twin/anatomy/parametricFibres.ts';
import { meshParametricHeart, type ParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import {
  heartAxes,
  heartCentre,
  placeElectrodes,
  regionCentroid,
  rotate,
  STANDARD_TO_BASE,
  STANDARD_TO_RV,
  torsoOf,
} from '../../twin/anatomy/torso.ts';
import { REGION, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import type { SyntheticPerson } from './people.ts';

/** How hearts differ in the way they lie, standard deviations about the standard pose: ours. */
const TILT_rad = 0.1;
const SHIFT_mm = 4;

/** Where a heart lies in its torso: `x_torso = offset + rotation x_heart`. */
export interface HeartPlacement {
  /** [9] row-major */
  readonly rotation: readonly number[];
  /** mm */
  readonly offset: Point;
  /** In the frame of the torso, mm */
  readonly electrodes: Electrodes;
}

/** The placement of a person's heart: the centre of its LV muscle near the torso's heart centre, its axes tilted a little from the standard ones. */
export function placeHeart(
  person: SyntheticPerson,
  mesh: Pick<TetMesh, 'points' | 'tets' | 'regions'>,
): HeartPlacement {
  const random = openRandom(person.seed, 'pose');
  const tilted = (axis: Point): Point => [
    axis[0] + TILT_rad * random.normal(),
    axis[1] + TILT_rad * random.normal(),
    axis[2] + TILT_rad * random.normal(),
  ];
  const axes = heartAxes(tilted(STANDARD_TO_BASE), tilted(STANDARD_TO_RV));
  const rotation = Array.from({ length: 9 }, (_, at) => axes[at % 3][Math.floor(at / 3)]);
  const body = torsoBody(person);
  const standard = heartCentre(torsoOf(body));
  const turned = rotate(rotation, regionCentroid(mesh, REGION.lv));
  const place = (axis: 0 | 1 | 2) => standard[axis] + SHIFT_mm * random.normal() - turned[axis];
  return {
    rotation,
    offset: [place(0), place(1), place(2)],
    electrodes: placeElectrodes(body, { centre: standard, rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1] }),
  };
}

/** The body that a person's torso is made for: it may have the other sex's proportions. */
export const torsoBody = ({ sex, torsoSex, height_cm, weight_kg }: SyntheticPerson): Body => ({
  sex: torsoSex ?? sex,
  height_cm,
  weight_kg,
});

/** Places of the heart's frame in the torso's, [n, 3]. */
export function toTorso(
  { rotation, offset }: Pick<HeartPlacement, 'rotation' | 'offset'>,
  places: Float64Array,
): Float64Array {
  const out = new Float64Array(places.length);
  for (let at = 0; at < places.length; at += 3) {
    const turned = rotate(rotation, [places[at], places[at + 1], places[at + 2]]);
    for (let axis = 0; axis < 3; axis++) out[at + axis] = offset[axis] + turned[axis];
  }
  return out;
}

/** A parametric heart meshed in its own frame, with its fibres. */
export function meshWithFibres(heart: ParametricHeart, edge_mm: number): TetMesh {
  const mesh = meshParametricHeart(heart, edge_mm);
  return { ...mesh, fibres: parametricFibres(heart, mesh, DEFAULT_ANATOMY.helix_deg) };
}

/** The same mesh in the frame of the torso. */
export function meshInTorso(mesh: TetMesh, placement: HeartPlacement): TetMesh {
  return {
    ...mesh,
    points: toTorso(placement, mesh.points),
    fibres: toTorso({ rotation: placement.rotation, offset: [0, 0, 0] }, mesh.fibres),
  };
}
