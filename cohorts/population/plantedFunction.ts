import type { ParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import type { ActivationParameters, ConductionVelocity } from '../../twin/calibrate/twin.ts';
import { openRandom, type Random } from '../../twin/random.ts';
import { radians } from '../../twin/units.ts';
import type { SyntheticPerson } from './people.ts';

/** Population medians of planted velocities and their relative spread between people: ours, and not those of the calibration's start. */
const VELOCITY: ConductionVelocity = { fibre_mm_ms: 0.58, transverse_mm_ms: 0.24 };
const VELOCITY_SPREAD = 0.07;
/** Further relative spread between fibre and transverse, and between the ventricles, of one person. */
const OWN_SPREAD = 0.03;

/** PMJs of each ventricle; together the 300 of the published method (Grandits et al., Med Image Anal 2025). */
const LV_PMJS = 190;
const RV_PMJS = 110;
/** Depth below the endocardium, mm: inside any calibration's 2.5 mm layer and inside the polyhedra that stand for curved surfaces. */
const SHALLOWEST_mm = 0.3;
const DEEPEST_mm = 2;
/** No PMJs above this share of the LV cavity's height: the Purkinje network leaves the base free, in the LV more of it. */
const HIGHEST = { lv: 0.92, rv: 0.93 } as const;

/**
 * Where the wave enters the LV: fraction of the cavity's height, angle about the long axis (0 mid-septum, positive to the anterior wall), time. Three
 * early areas within some ms, as Durrer et al. (Circulation 1970) found; their places are ours, chosen so that the frontal axis is a normal one.
 */
const LV_ENTRIES = [
  { height: 0.75, angle_deg: 65, time_ms: 1 },
  { height: 0.68, angle_deg: -5, time_ms: 0 },
  { height: 0.58, angle_deg: -60, time_ms: 2 },
] as const;
/** Spread of the entries between people. */
const ENTRY_SPREAD = { height: 0.05, angle_deg: 10, time_ms: 1 } as const;
/**
 * RV entries: the foot of the anterior papillary muscle on the free wall 5–10 ms after the LV (Durrer et al. 1970), by fraction of height and angle
 * about the RV's axis (0 to the right, negative to the front), and the septum where the right bundle's moderator band leaves it, a little later.
 */
const RV_ENTRY = { height: 0.4, side_deg: -25, earliest_ms: 5, latest_ms: 10 } as const;
const RV_SEPTAL_DELAY_ms = 2;

/** Speed of the front from PMJ to PMJ along the endocardium, mm/ms: median and relative spread between people; slower than the network alone, chosen so that QRS lasts 70–105 ms. */
const FRONT_mm_ms = 1;
const FRONT_SPREAD = 0.1;
/** The RV's front by the LV's: faster, so that the LV's posterior base and not the RV's is mostly last, as Durrer et al. found. */
const RV_FRONT = 1.3;
/** Times leave the front by a smooth field over the ventricle and by themselves, ms (standard deviations). */
const SMOOTH_NOISE_ms = 1.5;
const OWN_NOISE_ms = 1.2;

/** What was planted in one person, in the heart's own frame. */
export interface PlantedFunction extends ActivationParameters, PlantedSpeeds {}

/** Conduction velocities, and the speed of the front from PMJ to PMJ. */
export interface PlantedSpeeds {
  readonly lv: ConductionVelocity;
  readonly rv: ConductionVelocity;
  readonly front_mm_ms: number;
}

/**
 * The function planted in a person: conduction velocities, and PMJs whose times follow a front that is stated in coordinates of the heart. In the LV,
 *
 *     t(x) = min over entries e:  t_e + √((L Δheight)² + (R Δangle)²) / v + noise,
 *
 * L the cavity's length and R its mean radius; in the RV the straight way from its entry. The first PMJ fires at 0 ms.
 *
 * @param isInside  whether a place lies in the mesh that will carry the wave
 */
export function plantFunction(
  person: SyntheticPerson,
  heart: ParametricHeart,
  isInside: (x: number, y: number, z: number) => boolean,
): PlantedFunction {
  const random = openFunction(person);
  const { lv, rv, front_mm_ms } = plantSpeeds(person, random);
  const lvPlaces = scatter(heart, random, isInside, 'lv', LV_PMJS);
  const rvPlaces = scatter(heart, random, isInside, 'rv', RV_PMJS);
  const lvTimes = lvFront(heart, random, front_mm_ms, lvPlaces);
  const rvTimes = rvFront(heart, random, RV_FRONT * front_mm_ms, rvPlaces);
  const times = [...lvTimes, ...rvTimes];
  const first = times.reduce((least, time) => Math.min(least, time));
  return {
    pmjPositions: Float64Array.from([...lvPlaces, ...rvPlaces].flat()),
    pmjTimes_ms: Float64Array.from(times, (time) => time - first),
    lv,
    rv,
    front_mm_ms,
  };
}

/** The speeds alone of what is planted in a person; nothing of it needs a mesh. */
export const plantedSpeeds = (person: SyntheticPerson): PlantedSpeeds => plantSpeeds(person, openFunction(person));

const openFunction = ({ seed }: SyntheticPerson): Random => openRandom(seed, 'function');

function plantSpeeds({ velocityFactor }: SyntheticPerson, random: Random): PlantedSpeeds {
  const common = velocityFactor * spread(random, VELOCITY_SPREAD);
  const lv = velocity(random, common);
  const rv = velocity(random, common);
  return { lv, rv, front_mm_ms: FRONT_mm_ms * spread(random, FRONT_SPREAD) };
}

type Place = readonly [number, number, number];

const spread = (random: Random, relative: number): number => Math.exp(relative * random.normal());

const velocity = (random: Random, common: number): ConductionVelocity => ({
  fibre_mm_ms: VELOCITY.fibre_mm_ms * common * spread(random, OWN_SPREAD),
  transverse_mm_ms: VELOCITY.transverse_mm_ms * common * spread(random, OWN_SPREAD),
});

/** Places below one endocardium, even by volume, by trial in the box of the heart. */
function scatter(
  heart: ParametricHeart,
  random: Random,
  isInside: (x: number, y: number, z: number) => boolean,
  ventricle: 'lv' | 'rv',
  count: number,
): Place[] {
  const { min, max } = heart.bounds;
  const surface = ventricle === 'lv' ? heart.lvEndo : heart.rvEndo;
  const places: Place[] = [];
  while (places.length < count) {
    const x = min[0] + (max[0] - min[0]) * random.uniform();
    const y = min[1] + (max[1] - min[1]) * random.uniform();
    const z = min[2] + (max[2] - min[2]) * random.uniform();
    if (heightOf(heart, z) > HIGHEST[ventricle]) continue;
    const depth = surface(x, y, z);
    if (depth < SHALLOWEST_mm || depth > DEEPEST_mm || heart.muscle(x, y, z) > -SHALLOWEST_mm) continue;
    if (isInside(x, y, z)) places.push([x, y, z]);
  }
  return places;
}

/** 0 at the LV cavity's apex, 1 at the base plane. */
const heightOf = ({ dimensions: { lvLong, base } }: ParametricHeart, z: number): number =>
  (z + lvLong) / (base + lvLong);
/** Angle about the long axis: 0 towards the RV, positive to the anterior wall (−y). */
const angleOf = (x: number, y: number): number => Math.atan2(-y, -x);
const turn = (angle: number): number => Math.atan2(Math.sin(angle), Math.cos(angle));

function lvFront(heart: ParametricHeart, random: Random, speed: number, places: readonly Place[]): number[] {
  const { lvShort, lvLong, base } = heart.dimensions;
  const length = base + lvLong;
  const entries = LV_ENTRIES.map(({ height, angle_deg, time_ms }) => ({
    height: height + ENTRY_SPREAD.height * random.normal(),
    angle: radians(angle_deg + ENTRY_SPREAD.angle_deg * random.normal()),
    time: time_ms + ENTRY_SPREAD.time_ms * random.normal(),
  }));
  const wobble = openWobble(random);
  return places.map(([x, y, z]) => {
    const height = heightOf(heart, z);
    const angle = angleOf(x, y);
    let arrival = Number.POSITIVE_INFINITY;
    for (const entry of entries) {
      const middle = ((height + entry.height) / 2) * length - lvLong;
      const radius = lvShort * Math.sqrt(Math.max(0.05, 1 - (middle / lvLong) ** 2));
      const way = Math.hypot(length * (height - entry.height), radius * turn(angle - entry.angle));
      arrival = Math.min(arrival, entry.time + way / speed);
    }
    return arrival + wobble(height, angle) + OWN_NOISE_ms * random.normal();
  });
}

function rvFront(heart: ParametricHeart, random: Random, speed: number, places: readonly Place[]): number[] {
  const { rvAxes, rvCentreX, lvShort, lvLong, lvWall, base } = heart.dimensions;
  const side = radians(RV_ENTRY.side_deg + ENTRY_SPREAD.angle_deg * random.normal());
  const z = (RV_ENTRY.height + ENTRY_SPREAD.height * random.normal()) * (base + lvLong) - lvLong;
  const narrow = Math.sqrt(Math.max(0.05, 1 - (z / rvAxes[2]) ** 2));
  const entry = [rvCentreX - rvAxes[0] * narrow * Math.cos(side), rvAxes[1] * narrow * Math.sin(side), z];
  const septal = [-(lvShort + lvWall) * Math.sqrt(Math.max(0.05, 1 - (z / (lvLong + lvWall)) ** 2)), 0, z];
  const start = RV_ENTRY.earliest_ms + (RV_ENTRY.latest_ms - RV_ENTRY.earliest_ms) * random.uniform();
  const wobble = openWobble(random);
  return places.map((place) => {
    const arrival = Math.min(
      start + distance(place, entry) / speed,
      start + RV_SEPTAL_DELAY_ms + distance(place, septal) / speed,
    );
    return arrival + wobble(heightOf(heart, place[2]), angleOf(place[0], place[1])) + OWN_NOISE_ms * random.normal();
  });
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** A smooth random field over height and angle with standard deviation SMOOTH_NOISE_ms: four waves of one to two periods. */
function openWobble(random: Random): (height: number, angle: number) => number {
  const waves = Array.from({ length: 4 }, (_, at) => ({
    around: 1 + (at % 2),
    along: (2 * random.uniform() - 1) * 2 * Math.PI,
    phase: 2 * Math.PI * random.uniform(),
    amplitude: (SMOOTH_NOISE_ms / Math.SQRT2) * random.normal(),
  }));
  return (height, angle) => {
    let sum = 0;
    for (const { around, along, phase, amplitude } of waves)
      sum += amplitude * Math.cos(around * angle + along * height + phase);
    return sum;
  };
}
