import { solveNormalEquations } from '../statistics/moments.ts';
import { bodySurfaceArea_m2 } from '../tableColumns.ts';
import { type CohortPerson, drawEmulatedCohort } from './emulatedCohort.ts';
import type { Emulation } from './emulation.ts';
import type { Scenario } from './scenarios.ts';

/** What is true in a population, each by its own definition (docs/validation.md#truth). Gaps in ms, men − women; ratios women over men, minus one. */
export const TRUTHS = [
  'gap',
  'explainedByMass',
  'explainedByHeart',
  'explainedByAll',
  'shareOfHeart',
  'shareOfAll',
  'directPastHeart',
  'velocity',
  'anatomy',
  'function',
  'shareOfAnatomy',
  'indexedByMass',
  'indexedByVolume',
  'indexedByHeight',
] as const;
export type TruthName = (typeof TRUTHS)[number];
export type Truth = Readonly<Record<TruthName, number>>;

/** Of a gap below this no share is asked for, ms: cohorts of some hundred people can hardly tell it from none, and their reports quote no share. */
const LEAST_GAP_ms = 2;
/** People of the population in which a truth is taken, and its seed; far from those of any cohort. */
const PEOPLE = 20_000;
const SEED = 987_654_321;

/**
 * Truth of a scenario: that of a population so large that its own chance is small beside a cohort's, in which chance makes no difference between the sexes; the
 * same people in every scenario.
 */
export const truthOf = (emulation: Emulation, scenario: Scenario, people = PEOPLE): Truth =>
  truthOfPeople(drawEmulatedCohort(emulation, scenario, { people, seed: SEED, isPaired: true }), scenario);

/**
 * Truth of given people, by what was planted in them and never by what was measured. Regressions here are those of the estimands, on columns without
 * error and by an arithmetic of their own.
 */
export function truthOfPeople(people: readonly CohortPerson[], { population }: Scenario): Truth {
  const women = people.filter(({ person }) => person.sex === 'female');
  const men = people.filter(({ person }) => person.sex === 'male');
  const gapOf = (value: (of: CohortPerson) => number) => meanOf(men, value) - meanOf(women, value);
  const qrs = ({ qrsPlanted_ms }: CohortPerson) => qrsPlanted_ms;
  const gap = gapOf(qrs);
  const anatomy = gapOf(({ qrsSameFunction_ms }) => qrsSameFunction_ms);
  const explained = (sizes: readonly Size[]) => {
    const slopes = pooledSlopes(people, sizes);
    return sizes.reduce((sum, size, at) => sum + (slopes[at] ?? Number.NaN) * gapOf(size), 0);
  };
  const shareOf = (part: number) => (Math.abs(gap) < LEAST_GAP_ms ? Number.NaN : part / gap);
  const byHeart = explained(HEART);
  const byAll = explained(ALL);
  const indexed = (divisor: Size) =>
    meanOf(women, (of) => qrs(of) / divisor(of)) / meanOf(men, (of) => qrs(of) / divisor(of)) - 1;
  return {
    gap,
    explainedByMass: explained([mass]),
    explainedByHeart: byHeart,
    explainedByAll: byAll,
    shareOfHeart: shareOf(byHeart),
    shareOfAll: shareOf(byAll),
    directPastHeart: predictedAt(men, women, HEART) - meanOf(women, qrs),
    velocity: population.sexEffectOnVelocity,
    anatomy,
    function: gap - anatomy,
    shareOfAnatomy: shareOf(anatomy),
    indexedByMass: indexed(mass),
    indexedByVolume: indexed((of) => Math.cbrt(volume(of))),
    indexedByHeight: indexed(height),
  };
}

type Size = (of: CohortPerson) => number;
const mass: Size = ({ person }) => person.lvMass_g;
const volume: Size = ({ person }) => person.lvEdv_mL;
const height: Size = ({ person }) => person.height_cm;
const HEART: readonly Size[] = [mass, volume];
/** In the order of the analyses' size factors; the distance is that of mesh and electrodes, which the files hold without error */
const ALL: readonly Size[] = [
  mass,
  volume,
  height,
  ({ person }) => bodySurfaceArea_m2(person.height_cm, person.weight_kg),
  ({ found }) => found.heartElectrodeDistance_mm,
];

const meanOf = (people: readonly CohortPerson[], value: (of: CohortPerson) => number): number =>
  people.reduce((sum, of) => sum + value(of), 0) / people.length;

/** Slopes of the sizes in the regression of planted QRS on sex and sizes. */
function pooledSlopes(people: readonly CohortPerson[], sizes: readonly Size[]): number[] {
  const female: Size = ({ person }) => (person.sex === 'female' ? 1 : 0);
  return slopesOf(people, [female, ...sizes]).slice(1);
}

/** Mean QRS that the regression of one group on sizes gives at the mean sizes of another. */
function predictedAt(group: readonly CohortPerson[], at: readonly CohortPerson[], sizes: readonly Size[]): number {
  const slopes = slopesOf(group, sizes);
  return sizes.reduce(
    (sum, size, place) => sum + (slopes[place] ?? Number.NaN) * (meanOf(at, size) - meanOf(group, size)),
    meanOf(group, ({ qrsPlanted_ms }) => qrsPlanted_ms),
  );
}

/** Least squares on centred columns; the intercept is left out. */
function slopesOf(people: readonly CohortPerson[], terms: readonly Size[]): number[] {
  const means = terms.map((term) => meanOf(people, term));
  const outcomeMean = meanOf(people, ({ qrsPlanted_ms }) => qrsPlanted_ms);
  const size = terms.length;
  const a = new Float64Array(size * size);
  const b = new Float64Array(size);
  for (const of of people) {
    const row = terms.map((term, at) => term(of) - (means[at] ?? 0));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) a[i * size + j] += (row[i] ?? 0) * (row[j] ?? 0);
      b[i] += (row[i] ?? 0) * (of.qrsPlanted_ms - outcomeMean);
    }
  }
  return Array.from(solveNormalEquations(a, b) ?? new Float64Array(size).fill(Number.NaN));
}
