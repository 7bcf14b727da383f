import { openRandom, type Random } from '../../twin/random.ts';
import { COLUMN } from '../analyses/columns.ts';
import type { ColumnTable } from '../analyses/table.ts';
import { ALPHA, POWER_SIZES, type PowerPoint, powerPoints, sexBeside, welchBySex } from '../statistics/power.ts';
import { summarise } from '../statistics/twoGroups.ts';
import type { OpenEmulator } from './openEmulator.ts';
import {
  type EffectSize,
  type EmulatedPeople,
  emulatePeople,
  type FoundFront,
  halfwayBetween,
  type LeftOut,
  meansBySex,
} from './plantedEffect.ts';
import { correctBySimulation, type SimulateQrs } from './simulatedEffect.ts';

export interface CohortPowerSettings {
  /** Of women's four velocities, −0.03 for 3 % slower */
  readonly effects: readonly number[];
  /** People of the cohorts drawn, women and men in turn */
  readonly sizes: readonly number[];
  /** Cohorts drawn of each size */
  readonly cohorts: number;
  /** Women on whose hearts the change is simulated too, see `correctBySimulation`; 0: the emulator is believed */
  readonly simulated: number;
  readonly seed: number;
}

export const DEFAULT_COHORT_POWER: CohortPowerSettings = {
  effects: [-0.03],
  sizes: POWER_SIZES,
  cohorts: 500,
  simulated: 24,
  seed: 1,
};

/** Power of one question under one effect. */
export interface CohortPowerCurve {
  readonly question: string;
  readonly title: string;
  /** 0: nothing planted, so that the share of finds is what anatomy alone or chance makes */
  readonly effect: number;
  readonly points: readonly PowerPoint[];
  /** People with whom four cohorts of five find it, by straight lines over log people; NaN where no size tried reaches it */
  readonly peopleFor80: number;
}

/** How many people a run's like would need. */
export interface CohortPower {
  readonly women: number;
  readonly men: number;
  readonly left: LeftOut;
  readonly front: FoundFront;
  /** Men's mean QRS less women's, ms: as recorded, and of their hearts under one law */
  readonly recordedGap_ms: number;
  readonly anatomyGap_ms: number;
  /** Standard deviation within a sex of QRS less that under one law, ms */
  readonly scatter_ms: number;
  readonly sizes: readonly EffectSize[];
  readonly curves: readonly CohortPowerCurve[];
  readonly settings: CohortPowerSettings;
}

/** Power that a study is commonly planned for. */
const PLANNED = 0.8;

/** A cohort drawn: numbers of its people, [people] each. */
interface Drawn {
  readonly isWoman: Float64Array;
  readonly qrs_ms: Float64Array;
  readonly sameLaw_ms: Float64Array;
  readonly lvMass_g: Float64Array;
  readonly lvVolume_mL: Float64Array;
}

const QUESTIONS: readonly {
  readonly name: string;
  readonly title: string;
  readonly pValue: (drawn: Drawn) => number;
}[] = [
  { name: 'gap', title: 'gap of QRS (Welch)', pValue: ({ isWoman, qrs_ms }) => welchBySex(isWoman, qrs_ms) },
  {
    name: 'besideSize',
    title: 'sex beside LV mass and volume (HC3)',
    pValue: ({ isWoman, qrs_ms, lvMass_g, lvVolume_mL }) =>
      sexBeside(isWoman, qrs_ms, [
        { name: COLUMN.lvMass, values: lvMass_g },
        { name: COLUMN.lvVolume, values: lvVolume_mL },
      ]),
  },
  {
    name: 'function',
    title: 'QRS less that under one function (Welch)',
    pValue: ({ isWoman, qrs_ms, sameLaw_ms }) =>
      welchBySex(
        isWoman,
        qrs_ms.map((qrs, at) => qrs - sameLaw_ms[at]),
      ),
  },
];

/**
 * Power curves of a run: people are drawn with replacement from its own, women and men in turn, each with their heart, scatter and what their sex is given,
 *
 *     QRS_i = recorded_i − mean_sex(recorded − E(heart, one law)) + mean + [woman] (E(heart_i, (1 + e) own law_i) − E(heart_i, own law_i))
 *
 * E the emulator, its mean change held against simulations: without an effect nothing but anatomy and chance is between the sexes. A smaller cohort is the first people of a larger one, and the same
 * people are drawn for every effect and question. Same emulator, table and settings, same bits.
 *
 * @throws TwinError BadStudy with too few people of one sex, see `emulatePeople`
 */
export async function powerOfCohort(
  emulator: OpenEmulator,
  table: ColumnTable,
  settings: CohortPowerSettings,
  simulate: SimulateQrs,
): Promise<CohortPower> {
  const { effects, sizes, cohorts, simulated, seed } = settings;
  const emulated = emulatePeople(emulator, table, effects);
  const people = simulated > 0 ? await correctBySimulation(emulated, simulated, seed, simulate) : emulated;
  const outcomes = [0, ...effects].map((effect, at) => ({
    effect,
    qrs_ms: outcomeOf(people, people.changes_ms[at - 1]),
  }));
  const found = outcomes.map(() => QUESTIONS.map(() => sizes.map(() => 0)));
  const bySex = [0, 1].map((sex) => [...people.isWoman.keys()].filter((at) => people.isWoman[at] === sex));
  for (let cohort = 0; cohort < cohorts; cohort++) {
    const rows = drawRows(openRandom(seed, `cohort ${cohort} of a power curve`), bySex, Math.max(...sizes));
    for (const [of, { qrs_ms }] of outcomes.entries()) {
      const whole = pick(people, qrs_ms, rows);
      for (const [place, size] of sizes.entries()) {
        const drawn = firstOf(whole, size);
        for (const [question, { pValue }] of QUESTIONS.entries())
          if (pValue(drawn) < ALPHA) found[of][question][place]++;
      }
    }
  }
  const women = bySex[1].length;
  const gapOf = (values: Float64Array) => {
    const [ofMen, ofWomen] = meansBySex(people.isWoman, values);
    return ofMen - ofWomen;
  };
  return {
    women,
    men: people.isWoman.length - women,
    left: people.left,
    front: people.front,
    recordedGap_ms: gapOf(people.recorded_ms),
    anatomyGap_ms: gapOf(people.sameLaw_ms),
    scatter_ms: Math.sqrt(
      bySex.reduce(
        (sum, rows) => sum + summarise(rows.map((at) => people.recorded_ms[at] - people.sameLaw_ms[at])).sd ** 2 / 2,
        0,
      ),
    ),
    sizes: people.sizes,
    curves: QUESTIONS.flatMap(({ name, title }, question) =>
      outcomes.map(({ effect }, of) => {
        const points = powerPoints(sizes, found[of][question], cohorts);
        return { question: name, title, effect, points, peopleFor80: peopleFor(PLANNED, points) };
      }),
    ),
    settings,
  };
}

/** What is observed of each person, ms: what is beyond anatomy has one mean for both sexes but for the change. */
function outcomeOf({ isWoman, recorded_ms, sameLaw_ms }: EmulatedPeople, change_ms: Float64Array | undefined) {
  const beyond = recorded_ms.map((recorded, at) => recorded - sameLaw_ms[at]);
  const means = meansBySex(isWoman, beyond);
  const middle = halfwayBetween(isWoman, beyond);
  return recorded_ms.map((recorded, at) => recorded - means[isWoman[at]] + middle + (change_ms?.[at] ?? 0));
}

/** Women first, then men, in turn. @param bySex  people by sex, men first */
function drawRows(random: Random, bySex: readonly (readonly number[])[], count: number): number[] {
  return Array.from({ length: count }, (_, at) => {
    const own = bySex[(at + 1) % 2];
    return own[Math.floor(random.uniform() * own.length)];
  });
}

function pick(
  { isWoman, sameLaw_ms, lvMass_g, lvVolume_mL }: EmulatedPeople,
  qrs: Float64Array,
  rows: number[],
): Drawn {
  const of = (values: ArrayLike<number>) => Float64Array.from(rows, (row) => values[row]);
  return {
    isWoman: of(isWoman),
    qrs_ms: of(qrs),
    sameLaw_ms: of(sameLaw_ms),
    lvMass_g: of(lvMass_g),
    lvVolume_mL: of(lvVolume_mL),
  };
}

const firstOf = ({ isWoman, qrs_ms, sameLaw_ms, lvMass_g, lvVolume_mL }: Drawn, size: number): Drawn => ({
  isWoman: isWoman.subarray(0, size),
  qrs_ms: qrs_ms.subarray(0, size),
  sameLaw_ms: sameLaw_ms.subarray(0, size),
  lvMass_g: lvMass_g.subarray(0, size),
  lvVolume_mL: lvVolume_mL.subarray(0, size),
});

/** Where a curve first reaches a power. */
function peopleFor(wanted: number, points: readonly PowerPoint[]): number {
  const at = points.findIndex(({ power }) => power.share >= wanted);
  if (at < 0) return Number.NaN;
  if (at === 0) return points[0].people;
  const [before, after] = [points[at - 1], points[at]];
  const share = (wanted - before.power.share) / (after.power.share - before.power.share);
  return Math.ceil(before.people * (after.people / before.people) ** share);
}
