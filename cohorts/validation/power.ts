import { frontWeight, valueAt } from '../analyses/cohortFront.ts';
import { COLUMN } from '../analyses/columns.ts';
import { plantedSpeeds } from '../population/plantedFunction.ts';
import { ALPHA, POWER_SIZES, type PowerPoint, powerPoints, sexBeside, welchBySex } from '../statistics/power.ts';
import { type CohortPerson, drawEmulatedCohort } from './emulatedCohort.ts';
import type { Emulation } from './emulation.ts';
import { SCENARIOS } from './scenarios.ts';
import { truthOf } from './truth.ts';
import { seedOf } from './validateScenario.ts';

/** How often a question finds what is there, by the number of people with a twin. */
export interface PowerCurve {
  readonly name: string;
  /** What is found, in words of the report */
  readonly title: string;
  readonly points: readonly PowerPoint[];
}

export interface PowerSettings {
  readonly cohorts: number;
  readonly sizes: readonly number[];
  readonly seed: number;
}

export const DEFAULT_POWER: PowerSettings = { cohorts: 200, sizes: POWER_SIZES, seed: 2 };

/** The gap that is to be found, ms: about the published one. */
const GAP_ms = 5;

/** A question with a p value: which scenario it is put to, and how. NaN where there is no answer. */
interface Test {
  readonly name: string;
  readonly title: string;
  readonly scenario: string;
  /** @param gap_ms  true gap of the scenario */
  readonly pValue: (people: readonly CohortPerson[], gap_ms: number) => number;
}

const qrs = ({ found }: CohortPerson) => found[COLUMN.qrsRecorded];

const TESTS: readonly Test[] = [
  {
    name: 'gap',
    title: 'a gap of 5 ms in recorded QRS (Welch)',
    scenario: 'size',
    // What the true gap has over 5 ms is given to women, so that 5 ms are left.
    pValue: (people, gap_ms) => welch(people, (of) => qrs(of) + (isWoman(of) ? gap_ms - GAP_ms : 0)),
  },
  {
    name: 'velocityPlanted',
    title: '3 % slower conduction, were velocities known (Welch)',
    scenario: 'slower',
    pValue: (people) => welch(people, ({ person }) => Math.log(plantedSpeeds(person).lv.fibre_mm_ms)),
  },
  {
    name: 'velocity',
    title: '3 % slower conduction in calibrated LV velocity along fibres (Welch)',
    scenario: 'slower',
    pValue: (people) => welch(people, ({ found }) => found[COLUMN.lvFibreVelocity]),
  },
  {
    name: 'share',
    title: 'a share of LV mass and volume that is not 1, 3 % slower (sex in the regression, HC3)',
    scenario: 'slower',
    pValue: sexBesideSize,
  },
  {
    name: 'function',
    title: 'function’s part of the gap under one function, 3 % slower (Welch)',
    scenario: 'slower',
    pValue: (people) => welch(people, leftOfFunction(people)),
  },
];

/** Power of each question at each size of cohort; a smaller cohort is the first people of a larger one. Same settings, same bits. */
export function powerCurves(emulation: Emulation, settings: PowerSettings): PowerCurve[] {
  const { cohorts, sizes } = settings;
  const counts = TESTS.map(() => sizes.map(() => 0));
  for (const scenario of SCENARIOS.filter(({ name }) => TESTS.some((test) => test.scenario === name))) {
    const { gap } = truthOf(emulation, scenario);
    for (let cohort = 0; cohort < cohorts; cohort++) {
      const drawn = drawEmulatedCohort(emulation, scenario, {
        people: Math.max(...sizes),
        seed: seedOf(settings, cohort),
      });
      for (const [at, test] of TESTS.entries()) {
        if (test.scenario !== scenario.name) continue;
        const ofTest = counts[at] ?? [];
        for (const [place, people] of sizes.entries())
          if (test.pValue(drawn.slice(0, people), gap) < ALPHA) ofTest[place] = (ofTest[place] ?? 0) + 1;
      }
    }
  }
  return TESTS.map(({ name, title }, at) => ({
    name,
    title,
    points: powerPoints(sizes, counts[at] ?? [], cohorts),
  }));
}

const isWoman = ({ person }: CohortPerson): boolean => person.sex === 'female';

const sexOf = (people: readonly CohortPerson[]): number[] => people.map((of) => Number(isWoman(of)));

const welch = (people: readonly CohortPerson[], value: (of: CohortPerson) => number): number =>
  welchBySex(sexOf(people), people.map(value));

/** Recorded QRS less the reference's with the cohort's own front. */
function leftOfFunction(people: readonly CohortPerson[]): (of: CohortPerson) => number {
  const sexes = [people.filter(isWoman), people.filter((of) => !isWoman(of))];
  const middle = (value: (of: CohortPerson) => number) =>
    sexes.reduce((sum, some) => sum + some.reduce((all, of) => all + value(of), 0) / (2 * some.length), 0);
  const weight = frontWeight(middle(qrs), {
    lawFront: middle((of) => of.qrsReference_ms),
    slowFront: middle((of) => of.qrsReferenceSlow_ms),
  });
  return (of) => qrs(of) - valueAt(weight, { lawFront: of.qrsReference_ms, slowFront: of.qrsReferenceSlow_ms });
}

function sexBesideSize(people: readonly CohortPerson[]): number {
  return sexBeside(sexOf(people), people.map(qrs), [
    { name: COLUMN.lvMass, values: people.map(({ found }) => found[COLUMN.lvMass]) },
    { name: COLUMN.lvVolume, values: people.map(({ found }) => found[COLUMN.lvVolume]) },
  ]);
}
