import type { Body } from '../../twin/anatomy/anatomy.ts';
import { factorCholesky } from '../../twin/calibrate/cholesky.ts';
import { TwinError } from '../../twin/errors.ts';
import { openRandom, type Random } from '../../twin/random.ts';
import { drawLifestyle, type Lifestyle } from './lifestyle.ts';
import { isBrokenByChance, type Selection } from './selection.ts';

/** How a synthetic population is drawn. */
export interface PopulationSettings {
  readonly size: number;
  readonly seed: number;
  /** Exactly this share of the people are women, rounded; women and men alternate as evenly as the share allows. */
  readonly femaleShare: number;
  /** Women's conduction velocities are men's times 1 + this; 0 plants no difference of function between the sexes. */
  readonly sexEffectOnVelocity: number;
  /** Women's mean activation–recovery interval is men's and this, ms; QT intervals are told to be longer in women, by about as much as the default. */
  readonly sexEffectOnAri_ms: number;
  /** People added at the end whose mesh file is cut short on purpose. */
  readonly broken: number;
  /** Off: women's hearts are drawn as men's are, from the same volumes and masses; bodies stay. */
  readonly sizeEffect: boolean;
  /** Off: women's bodies and torsos are drawn as men's are, from the same heights, weights and proportions; hearts stay. */
  readonly torsoEffect: boolean;
  /** Share of the people, besides `broken`, whose mesh file is cut short, and what that goes by. */
  readonly brokenShare: number;
  readonly brokenBy: Selection;
  /** Whether people smoke and move is drawn and stands in the sheet. */
  readonly lifestyle: boolean;
  /** Smokers' conduction velocities are others' times 1 + this. */
  readonly smokingEffectOnVelocity: number;
}

export const DEFAULT_POPULATION: PopulationSettings = {
  size: 24,
  seed: 1,
  femaleShare: 0.5,
  sexEffectOnVelocity: 0,
  sexEffectOnAri_ms: 10,
  broken: 0,
  sizeEffect: true,
  torsoEffect: true,
  brokenShare: 0,
  brokenBy: 'none',
  lifestyle: false,
  smokingEffectOnVelocity: 0,
};

/** One person who does not exist: body, heart size, and the seed of everything else about them. */
export interface SyntheticPerson extends Body {
  readonly subject: string;
  readonly age_y: number;
  readonly lvMass_g: number;
  readonly lvEdv_mL: number;
  /** Sex whose proportions the torso has, where it is not their own */
  readonly torsoSex?: Body['sex'];
  /** Factor on both conduction velocities that their sex, and smoking where it is drawn, bring */
  readonly velocityFactor: number;
  /** What their sex adds to the mean activation–recovery interval, ms */
  readonly ariDelay_ms: number;
  /** Opens their own random streams. */
  readonly seed: number;
  /** Their mesh file is cut short on purpose. */
  readonly isBroken: boolean;
  /** Absent where it is not drawn */
  readonly lifestyle?: Lifestyle;
}

interface Spread {
  readonly mean: number;
  readonly sd: number;
}

/**
 * Marginal distributions. LV mass and volume: Kawel-Boehm et al., J Cardiovasc Magn Reson 2015 (papillary muscle in the mass). Heights, body mass
 * index and age are ours, near those of middle-aged Europeans.
 */
const MARGINALS: Readonly<
  Record<Body['sex'], Readonly<Record<'height_cm' | 'bmi' | 'lvEdv_mL' | 'lvMass_g', Spread>>>
> = {
  female: {
    height_cm: { mean: 163, sd: 6.2 },
    bmi: { mean: 26, sd: 4.2 },
    lvEdv_mL: { mean: 132, sd: 23 },
    lvMass_g: { mean: 98, sd: 21 },
  },
  male: {
    height_cm: { mean: 176, sd: 6.6 },
    bmi: { mean: 27, sd: 3.8 },
    lvEdv_mL: { mean: 160, sd: 27 },
    lvMass_g: { mean: 134, sd: 21 },
  },
};
const YOUNGEST_y = 45;
const OLDEST_y = 80;

/**
 * Correlations within a sex, in the order age, height, body mass index, LV volume, LV mass. Assumed, not taken from a cohort: bigger people have
 * bigger hearts, heavier ones more mass than volume, older ones smaller volumes.
 */
const CORRELATIONS = [
  [1, -0.1, 0.05, -0.2, -0.05],
  [-0.1, 1, 0, 0.45, 0.35],
  [0.05, 0, 1, 0.2, 0.35],
  [-0.2, 0.45, 0.2, 1, 0.6],
  [-0.05, 0.35, 0.35, 0.6, 1],
] as const;
/** Draws beyond this many standard deviations are pulled back to it: no heart of 40 mL. */
const MOST_SD = 2.5;

/** Draws a population. The same settings give the same people; person n does not depend on the population's size. @throws TwinError BadStudy for settings out of range */
export function samplePopulation(settings: Partial<PopulationSettings> = {}): SyntheticPerson[] {
  const all = checkSettings({ ...DEFAULT_POPULATION, ...settings });
  const count = all.size + all.broken;
  return Array.from({ length: count }, (_, index) => {
    // A woman wherever the rounded number of women among the first people grows.
    const isFemale = Math.floor((index + 1) * all.femaleShare + 0.5) > Math.floor(index * all.femaleShare + 0.5);
    return samplePerson(all, index, isFemale ? 'female' : 'male', index >= all.size);
  });
}

/**
 * Draws one person of a population.
 *
 * @param index  of the person in it
 * @param isBroken  whether the mesh file is cut short whatever the settings' chance says
 */
export function samplePerson(
  settings: PopulationSettings,
  index: number,
  sex: Body['sex'],
  isBroken: boolean,
): SyntheticPerson {
  const number = String(index + 1).padStart(4, '0');
  const random = openRandom(settings.seed, `person ${number}`);
  const [age, height, bmi, volume, mass] = correlatedNormals(random);
  const torsoSex = settings.torsoEffect ? sex : 'male';
  const body = MARGINALS[torsoSex];
  const heart = MARGINALS[settings.sizeEffect ? sex : 'male'];
  const height_cm = round(drawn(body.height_cm, height), 1);
  const lvMass_g = drawn(heart.lvMass_g, mass);
  const lifestyle = settings.lifestyle ? drawLifestyle(settings.seed, number, sex) : undefined;
  const smoking = lifestyle?.isSmoker ? 1 + settings.smokingEffectOnVelocity : 1;
  return {
    subject: `sub-${number}`,
    sex,
    age_y: Math.round(YOUNGEST_y + (OLDEST_y - YOUNGEST_y) * normalShare(age)),
    height_cm,
    weight_kg: round(logNormal(body.bmi, bmi) * (height_cm / 100) ** 2, 1),
    lvEdv_mL: drawn(heart.lvEdv_mL, volume),
    lvMass_g,
    ...(torsoSex !== sex && { torsoSex }),
    velocityFactor: (sex === 'female' ? 1 + settings.sexEffectOnVelocity : 1) * smoking,
    ariDelay_ms: sex === 'female' ? settings.sexEffectOnAri_ms : 0,
    seed: Math.floor(random.uniform() * 2 ** 31),
    isBroken: isBroken || isBrokenByChance(settings, number, { sex, lvMass_g }),
    ...(lifestyle && { lifestyle }),
  };
}

/** Five standard normals with CORRELATIONS, each within MOST_SD. */
function correlatedNormals(random: Random): number[] {
  const size = CORRELATIONS.length;
  const factor = Float64Array.from(CORRELATIONS.flat());
  factorCholesky(factor, size);
  const free = CORRELATIONS.map(() => random.normal());
  return free.map((_, row) => {
    let sum = 0;
    for (let column = 0; column <= row; column++) sum += factor[row * size + column] * free[column];
    return Math.min(MOST_SD, Math.max(-MOST_SD, sum));
  });
}

const drawn = ({ mean, sd }: Spread, z: number): number => mean + sd * z;

/** Log-normal with a given mean and standard deviation. */
function logNormal({ mean, sd }: Spread, z: number): number {
  const variance = Math.log(1 + (sd / mean) ** 2);
  return mean * Math.exp(Math.sqrt(variance) * z - variance / 2);
}

/** Share of a standard normal below z, to 2e-4 (a logistic curve): here only to spread ages evenly. */
const normalShare = (z: number): number => 1 / (1 + Math.exp(-1.5976 * z - 0.07056 * z ** 3));

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function checkSettings(settings: PopulationSettings): PopulationSettings {
  const { size, femaleShare, sexEffectOnVelocity, sexEffectOnAri_ms, broken } = settings;
  const { brokenShare, smokingEffectOnVelocity } = settings;
  if (!(brokenShare >= 0 && brokenShare <= 0.5 && Math.abs(smokingEffectOnVelocity) <= 0.5)) {
    throw new TwinError(
      'BadStudy',
      `population: found a share of ${brokenShare} broken and an effect of smoking of ${smokingEffectOnVelocity}; expected a share from 0 to 0.5 and an effect from -0.5 to 0.5`,
      { brokenShare, smokingEffectOnVelocity },
    );
  }
  const isSound =
    Number.isInteger(size) &&
    size >= 1 &&
    size <= 9999 - broken &&
    Number.isInteger(broken) &&
    broken >= 0 &&
    femaleShare >= 0 &&
    femaleShare <= 1 &&
    Math.abs(sexEffectOnVelocity) <= 0.5 &&
    Math.abs(sexEffectOnAri_ms) <= 100;
  if (isSound) return settings;
  throw new TwinError(
    'BadStudy',
    `population: found ${size} people with ${broken} broken, a share of women of ${femaleShare} and sex effects of ${sexEffectOnVelocity} on velocity and ${sexEffectOnAri_ms} ms on recovery; expected 1 to 9999 people in all, a share from 0 to 1, effects from -0.5 to 0.5 and from -100 to 100 ms`,
    { ...settings },
  );
}
