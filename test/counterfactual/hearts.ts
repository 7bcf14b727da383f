import { meshWithFibres } from '../../cohorts/population/placedHeart.ts';
import type { Anatomy, Electrodes, Point } from '../../twin/anatomy/anatomy.ts';
import { consistentCoordinates } from '../../twin/anatomy/consistentCoordinates.ts';
import { ventricularCoordinates } from '../../twin/anatomy/coordinates.ts';
import { endocardialDistance } from '../../twin/anatomy/endocardialDistance.ts';
import { solveHarmonicFields } from '../../twin/anatomy/harmonicFields.ts';
import { type HeartSize, heartOfSize } from '../../twin/anatomy/parametricHeart.ts';
import { findSurfaces } from '../../twin/anatomy/surfaces.ts';
import { rotate } from '../../twin/anatomy/torso.ts';
import { openLayer } from '../../twin/calibrate/calibrateLevel.ts';
import { placePmjs } from '../../twin/calibrate/startPmjs.ts';
import type { SwapPerson } from '../../twin/counterfactual/swapPair.ts';
import type { TwinFunction } from '../../twin/counterfactual/transportFunction.ts';
import { openRandom } from '../../twin/random.ts';
import { TEST_HEART_ELECTRODES } from '../helpers/electrodes.ts';
import { PLANTED } from '../helpers/plantedT.ts';

export const LAYER_mm = 4;

/** An idealised heart with fibres and all its coordinates, among electrodes. Tetrahedra of 4 mm need walls of 6 mm. */
export function anatomyOf(size: Partial<HeartSize> = {}, electrodes: Electrodes = TEST_HEART_ELECTRODES): Anatomy {
  const heart = heartOfSize({ lvMass_g: 134, lvEdv_mL: 132, rvWall_mm: 6, ...size });
  const mesh = meshWithFibres(heart, 4);
  const { surfaces } = findSurfaces(mesh);
  const fields = solveHarmonicFields(mesh, surfaces);
  const consistent = consistentCoordinates(mesh, surfaces, fields);
  return {
    mesh,
    surfaces,
    coordinates: ventricularCoordinates(mesh, surfaces, fields, mesh.regions),
    ...(consistent && { consistent }),
    endocardialDistance: endocardialDistance(mesh, surfaces),
    electrodes,
    findings: [],
    origin: { fibres: 'rule', regions: 'geometry', electrodes: 'file' },
  };
}

/** PMJs spread over a heart's layer, with a front's times and a few ms of their own, and a T wave. */
export function functionOf(anatomy: Anatomy, seed: number, velocity = 1): TwinFunction {
  const { positions, timesOf } = placePmjs(anatomy, openLayer(anatomy, { layer_mm: LAYER_mm }), 80, seed);
  const random = openRandom(seed, 'own times');
  return {
    parameters: {
      pmjPositions: positions,
      pmjTimes_ms: timesOf(0, 1.3).map((time) => time + 2 * random.uniform()),
      lv: { fibre_mm_ms: 0.6 * velocity, transverse_mm_ms: 0.25 * velocity },
      rv: { fibre_mm_ms: 0.65 * velocity, transverse_mm_ms: 0.22 * velocity },
    },
    repolarisation: { ...PLANTED, ari_ms: PLANTED.ari_ms + 5 * seed },
  };
}

/** A person whose files are in another frame: everything turned about the z axis and shifted. */
export function turned({ anatomy, function: own }: SwapPerson, angle_rad: number, shift: Point): SwapPerson {
  const [c, s] = [Math.cos(angle_rad), Math.sin(angle_rad)];
  const rotation = [c, -s, 0, s, c, 0, 0, 0, 1];
  const moved = (places: Float64Array, by: Point) => {
    const out = new Float64Array(places.length);
    for (let at = 0; at < out.length; at += 3) {
      const [x, y, z] = rotate(rotation, [places[at], places[at + 1], places[at + 2]]);
      out.set([x + by[0], y + by[1], z + by[2]], at);
    }
    return out;
  };
  const electrodes = Object.fromEntries(
    Object.entries(anatomy.electrodes).map(([name, place]) => [name, [...moved(Float64Array.from(place), shift)]]),
  ) as unknown as Electrodes;
  const { mesh } = anatomy;
  return {
    anatomy: {
      ...anatomy,
      mesh: { ...mesh, points: moved(mesh.points, shift), fibres: moved(mesh.fibres, [0, 0, 0]) },
      electrodes,
    },
    function: {
      ...own,
      parameters: { ...own.parameters, pmjPositions: moved(own.parameters.pmjPositions, shift) },
    },
  };
}
