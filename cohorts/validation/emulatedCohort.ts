import { openRandom } from '../../twin/random.ts';
import type { ColumnTable } from '../analyses/table.ts';
import { frontColumn } from '../analyses/tablesBeside.ts';
import { type SyntheticPerson, samplePerson } from '../population/people.ts';
import { plantedSpeeds } from '../population/plantedFunction.ts';
import { bodySurfaceArea_m2 } from '../tableColumns.ts';
import type { EmulatedPerson, Emulation } from './emulation.ts';
import type { Scenario } from './scenarios.ts';
import { FOUND, inputsOf } from './trainingPeople.ts';

/** A person of an emulated cohort. */
export interface CohortPerson extends EmulatedPerson {
  readonly person: SyntheticPerson;
  /** QRS duration had their sex brought no change of velocity, ms; as planted */
  readonly qrsSameFunction_ms: number;
}

/** Seeds of people are drawn below this. */
const SEEDS = 2 ** 31;

/**
 * Draws a cohort of a scenario: women and men in turn, by the population's own rules, each emulated. The same seed gives the same people in every scenario, changed by
 * what the scenario plants alone.
 *
 * @param isPaired  every man is drawn from the numbers of the woman before him, so that what differs between the sexes is what their populations differ in and not chance
 */
export function drawEmulatedCohort(
  emulation: Emulation,
  { population }: Scenario,
  { people, seed, isPaired = false }: { readonly people: number; readonly seed: number; readonly isPaired?: boolean },
): CohortPerson[] {
  const random = openRandom(seed, 'an emulated cohort');
  let own = 0;
  let donor = 0;
  return Array.from({ length: people }, (_, index) => {
    if (!isPaired || index % 2 === 0) {
      own = Math.floor(random.uniform() * SEEDS);
      donor = Math.floor(random.uniform() * emulation.donors);
    }
    // A seed for each person, as people whose numbers alone differ share the digits that their streams start from.
    const drawn = samplePerson({ ...population, seed: own }, 0, index % 2 === 0 ? 'female' : 'male', false);
    const person = { ...drawn, subject: `sub-${String(index + 1).padStart(5, '0')}` };
    const planted = inputsOf(person, plantedSpeeds(person));
    const emulated = emulation.emulate(planted, donor);
    const same = { ...person, velocityFactor: withoutSex(person, population.sexEffectOnVelocity) };
    const qrsSameFunction_ms =
      same.velocityFactor === person.velocityFactor
        ? emulated.qrsPlanted_ms
        : emulation.emulate(inputsOf(same, plantedSpeeds(same)), donor).qrsPlanted_ms;
    return { ...emulated, person, qrsSameFunction_ms };
  });
}

const withoutSex = ({ sex, velocityFactor }: SyntheticPerson, effect: number): number =>
  sex === 'female' ? velocityFactor / (1 + effect) : velocityFactor;

/** The cohort as its published table would hold it, and its hearts under the reference function beside it. Broken files are quarantined rows. */
export function emulatedTables(cohort: readonly CohortPerson[]): {
  readonly table: ColumnTable;
  readonly reference: ColumnTable;
} {
  const column = <Value>(value: (row: CohortPerson) => Value) => cohort.map(value);
  const done = cohort.filter(({ person }) => !person.isBroken);
  return {
    table: {
      rows: cohort.length,
      columns: {
        subject: column(({ person }) => person.subject),
        status: column(({ person }) => (person.isBroken ? 'quarantined' : 'done')),
        sex: column(({ person }) => person.sex),
        age_y: column(({ person }) => person.age_y),
        height_cm: column(({ person }) => person.height_cm),
        weight_kg: column(({ person }) => person.weight_kg),
        bsa_m2: column(({ person }) => bodySurfaceArea_m2(person.height_cm, person.weight_kg)),
        ...Object.fromEntries(
          FOUND.map((name) => [name, column(({ person, found }) => (person.isBroken ? null : found[name]))]),
        ),
      },
    },
    reference: {
      rows: done.length,
      columns: {
        subject: done.map(({ person }) => person.subject),
        [frontColumn('lawFront', 'qrsDuration_ms')]: done.map(({ qrsReference_ms }) => qrsReference_ms),
        [frontColumn('slowFront', 'qrsDuration_ms')]: done.map(({ qrsReferenceSlow_ms }) => qrsReferenceSlow_ms),
      },
    },
  };
}
