import type { SyntheticPerson } from '../../cohorts/population/people.ts';
import { type PlantedFunction, plantFunction } from '../../cohorts/population/plantedFunction.ts';
import type { ParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import type { ActivationParameters, ConductionVelocity } from '../../twin/calibrate/twin.ts';
import { openRandom, type Random } from '../../twin/random.ts';

/**
 * Laws that make the truths of the study; none is the calibration's prior, and the prior was not chosen on the numbers of any.
 *
 * - `population`: the synthetic people's own law: entries in heights and angles, slow fronts, smooth and white noise.
 * - `chord`: three LV sites and one RV site 12 ms later, straight ways × 1.25 at 2.2 mm/ms, 2 ms of white noise, nothing before 0 ms.
 * - `scattered`: entries anywhere on either endocardium: two to four in the LV within 8 ms, one or two in the RV up to 15 ms later, fronts of 1–2.5 mm/ms.
 */
export const LAWS = ['population', 'chord', 'scattered'] as const;
export type Law = (typeof LAWS)[number];

const PMJS = 300;
/** Depth of planted PMJs below their endocardium, mm. */
const DEEPEST_mm = 2;
/** Median and relative spread of planted velocities of `chord` and `scattered`: the population's. */
const VELOCITY: ConductionVelocity = { fibre_mm_ms: 0.58, transverse_mm_ms: 0.24 };
const VELOCITY_SPREAD = 0.08;

type Place = readonly [number, number, number];
type IsInside = (x: number, y: number, z: number) => boolean;

/** What a law plants in a person, in the heart's own frame. @param isInside whether the mesh that carries the wave holds a place */
export function plantByLaw(
  law: Law,
  person: SyntheticPerson,
  heart: ParametricHeart,
  isInside: IsInside,
): ActivationParameters | PlantedFunction {
  if (law === 'population') return plantFunction(person, heart, isInside);
  const random = openRandom(person.seed, `law ${law}`);
  const places = scatter(heart, random, isInside);
  const timesOf = law === 'chord' ? chordTimes : scatteredTimes;
  const common = Math.exp(VELOCITY_SPREAD * random.normal());
  const velocity = {
    fibre_mm_ms: VELOCITY.fibre_mm_ms * common,
    transverse_mm_ms: VELOCITY.transverse_mm_ms * common,
  };
  return {
    pmjPositions: Float64Array.from(places.flat()),
    pmjTimes_ms: Float64Array.from(timesOf(heart, places, random)),
    lv: velocity,
    rv: velocity,
  };
}

/** Places below either endocardium, even by volume. */
function scatter(heart: ParametricHeart, random: Random, isInside: IsInside): Place[] {
  const { min, max } = heart.bounds;
  const places: Place[] = [];
  while (places.length < PMJS) {
    const place: Place = [0, 1, 2].map((axis) => min[axis] + (max[axis] - min[axis]) * random.uniform()) as never;
    if (heart.muscle(...place) > 0 || depthOf(heart, place) > DEEPEST_mm) continue;
    if (isInside(...place)) places.push(place);
  }
  return places;
}

const depthOf = (heart: ParametricHeart, place: Place): number =>
  Math.min(Math.abs(heart.lvEndo(...place)), Math.abs(heart.rvEndo(...place)));
const isLv = (heart: ParametricHeart, place: Place): boolean =>
  Math.abs(heart.lvEndo(...place)) <= Math.abs(heart.rvEndo(...place));
const distance = (a: Place, b: Place): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

function chordTimes(heart: ParametricHeart, places: readonly Place[], random: Random): number[] {
  const { lvShort, lvLong, rvAxes, rvCentreX } = heart.dimensions;
  const lv: Place[] = [
    [-0.92 * lvShort, 0, -0.26 * lvLong],
    [0.42 * lvShort, 0.62 * lvShort, -0.34 * lvLong],
    [0.42 * lvShort, -0.62 * lvShort, -0.43 * lvLong],
  ];
  const rv: Place = [rvCentreX - 0.44 * rvAxes[0], 0.65 * rvAxes[1], -0.45 * rvAxes[2]];
  return places.map((place) => {
    const way = isLv(heart, place) ? Math.min(...lv.map((site) => distance(place, site))) : distance(place, rv);
    const start = isLv(heart, place) ? 5 : 5 + (12 * 1.25) / 2.2;
    return Math.max(0, start + (1.25 * way) / 2.2 + 2 * random.normal());
  });
}

function scatteredTimes(heart: ParametricHeart, places: readonly Place[], random: Random): number[] {
  const ownOf = (inLv: boolean) => places.filter((place) => isLv(heart, place) === inLv);
  const entries = (inLv: boolean, count: number, earliest: number, latest: number) => {
    const own = ownOf(inLv);
    return Array.from({ length: count }, () => ({
      place: own[Math.floor(random.uniform() * own.length)] as Place,
      time: earliest + (latest - earliest) * random.uniform(),
    }));
  };
  const lv = entries(true, 2 + Math.floor(3 * random.uniform()), 0, 8);
  const rv = entries(false, 1 + Math.floor(2 * random.uniform()), 0, 15);
  const speed = 1 + 1.5 * random.uniform();
  return places.map((place) => {
    const own = isLv(heart, place) ? lv : rv;
    return Math.min(...own.map(({ place: from, time }) => time + distance(place, from) / speed)) + random.normal();
  });
}
