import { REFERENCE_LAW } from '../../twin/counterfactual/simulateLaw.ts';
import { TwinError } from '../../twin/errors.ts';
import { COLUMN } from '../analyses/columns.ts';
import { type ColumnTable, finishedRows, numbersOf, sexesOf, textOf } from '../analyses/table.ts';
import { EMULATOR_INPUTS, FUNCTION_INPUTS, valuesOfLaw } from './inputs.ts';
import { ANATOMY, type EmulatorModel, INPUTS } from './model.ts';
import { standardise } from './novelty.ts';
import { answerRows, type OpenEmulator } from './openEmulator.ts';

/** The run's people as the emulator answers for them, in the table's order. Durations in ms, [people] each. */
export interface EmulatedPeople {
  readonly subjects: readonly string[];
  /** 1 or 0 */
  readonly isWoman: Uint8Array;
  /** Their own calibrated laws by FUNCTION_INPUTS, with the front below, [function inputs] each */
  readonly laws: readonly Float64Array[];
  readonly lvMass_g: Float64Array;
  readonly lvVolume_mL: Float64Array;
  readonly recorded_ms: Float64Array;
  /** Emulated QRS of their hearts under one law, the reference's with the front below */
  readonly sameLaw_ms: Float64Array;
  /** What each effect adds to QRS by their own calibrated law; 0 for men. [effects][people] */
  readonly changes_ms: readonly Float64Array[];
  readonly sizes: readonly EffectSize[];
  readonly front: FoundFront;
  readonly left: LeftOut;
}

/** What a change of women's four velocities does to their QRS, mean over the women, ms. */
export interface EffectSize {
  /** −0.03: 3 % slower */
  readonly effect: number;
  readonly change_ms: number;
  /** Where it was simulated: its 95 % interval. Where not: the least and most that one member of the emulator alone says */
  readonly low_ms: number;
  readonly high_ms: number;
  /** As the emulator alone has it */
  readonly emulated_ms: number;
  /** Women whose hearts it was simulated on */
  readonly simulated: number;
}

/** The front with which the hearts under one law have the cohort's mean QRS, halfway between the sexes. */
export interface FoundFront {
  readonly speed_mm_ms: number;
  /** False where no front that was learned from gives that mean: it is the nearest one then */
  readonly isCohorts: boolean;
}

/** Finished twins that are not among the people. */
export interface LeftOut {
  /** Without sex, recorded QRS duration, or a heart that the emulator knows */
  readonly incomplete: number;
  readonly refusedWomen: number;
  readonly refusedMen: number;
  /** Input that refused most often; undefined where nobody was refused */
  readonly mostOften: string | undefined;
}

/** Fewer people of one sex than this are no cohort to draw from. Ours. */
const FEWEST = 5;
const FRONT = EMULATOR_INPUTS.findIndex(({ name }) => name === 'front_mm_ms');
const VELOCITIES = [
  COLUMN.lvFibreVelocity,
  COLUMN.lvTransverseVelocity,
  COLUMN.rvFibreVelocity,
  COLUMN.rvTransverseVelocity,
].map((column) => EMULATOR_INPUTS.findIndex(({ name }) => name === column));
/** Halvings of the span in which the front is looked for. */
const HALVINGS = 30;

/**
 * Emulates a run's finished twins: each heart under one law, and each woman's by her own calibrated velocities, as they are and multiplied by 1 + effect. What
 * of a law no column tells is the reference law's; the front is found, see `FoundFront`.
 *
 * @param table  the run's cohort table
 * @throws TwinError BadStudy with fewer than five women or men whom the emulator answers for
 */
export function emulatePeople(emulator: OpenEmulator, table: ColumnTable, effects: readonly number[]): EmulatedPeople {
  const { model } = emulator;
  const { rows, incomplete } = completeRows(model, table);
  const laws = FUNCTION_INPUTS.map(({ name }) => numbersOf(table, name));
  const reference = valuesOfLaw(REFERENCE_LAW);
  const sexes = sexesOf(table);
  const same: Float64Array[] = [];
  const own: Float64Array[] = [];
  const kept: number[] = [];
  const refused = { female: 0, male: 0 };
  const blamed = new Map<string, number>();
  for (const { row, heart } of rows) {
    const underOne = Float64Array.from([...heart, ...reference]);
    const byOwn = Float64Array.from([
      ...heart,
      ...laws.map((values, at) => (Number.isNaN(values[row]) ? reference[at] : values[row])),
    ]);
    const sex = sexes[row] === 'female' ? 'female' : 'male';
    const asked = sex === 'female' ? [underOne, byOwn, ...effects.map((effect) => changed(byOwn, effect))] : [underOne];
    const refusal = asked.map((of) => emulator.refusal(of)).find((found) => found !== undefined);
    if (refusal !== undefined) {
      refused[sex]++;
      blamed.set(refusal.input, (blamed.get(refusal.input) ?? 0) + 1);
      continue;
    }
    kept.push(row);
    same.push(underOne);
    own.push(byOwn);
  }
  const [mostOften] = [...blamed].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  const isWoman = Uint8Array.from(kept, (row) => Number(sexes[row] === 'female'));
  const women = isWoman.reduce((sum, one) => sum + one, 0);
  if (women < FEWEST || kept.length - women < FEWEST) {
    throw new TwinError(
      'BadStudy',
      `power: found ${women} women and ${kept.length - women} men with a twin whom the emulator answers for (${refused.female} and ${refused.male} are refused${mostOften === undefined ? '' : `, most often for ${mostOften[0]}`}; ${incomplete} lack sex, recorded QRS or a heart that it knows), expected at least ${FEWEST} of each`,
    );
  }
  const column = (name: string) => {
    const values = numbersOf(table, name);
    return Float64Array.from(kept, (row) => values[row]);
  };
  const recorded_ms = column(COLUMN.qrsRecorded);
  const front = findFront(model, same, halfwayBetween(isWoman, recorded_ms), (qrs) => halfwayBetween(isWoman, qrs));
  const changes = (of: QrsModel): Float64Array[] => {
    const before = qrsOf(of, withFront(own, front.speed_mm_ms));
    return effects.map((effect) => {
      const after = qrsOf(
        of,
        withFront(
          own.map((row) => changed(row, effect)),
          front.speed_mm_ms,
        ),
      );
      return after.map((value, at) => (isWoman[at] === 1 ? value - before[at] : 0));
    });
  };
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / women;
  const changes_ms = changes(model);
  const byMember = model.trends.map((_, member) => changes(memberOf(model, member)).map(meanOf));
  return {
    subjects: kept.map((row) => textOf(table, COLUMN.subject, row)),
    isWoman,
    laws: withFront(own, front.speed_mm_ms).map((row) => row.subarray(ANATOMY)),
    lvMass_g: column(COLUMN.lvMass),
    lvVolume_mL: column(COLUMN.lvVolume),
    recorded_ms,
    sameLaw_ms: qrsOf(model, withFront(same, front.speed_mm_ms)),
    changes_ms,
    sizes: effects.map((effect, at) => ({
      effect,
      change_ms: meanOf(changes_ms[at]),
      low_ms: Math.min(...byMember.map((found) => found[at])),
      high_ms: Math.max(...byMember.map((found) => found[at])),
      emulated_ms: meanOf(changes_ms[at]),
      simulated: 0,
    })),
    front,
    left: { incomplete, refusedWomen: refused.female, refusedMen: refused.male, mostOften: mostOften?.[0] },
  };
}

/** Finished twins with all that is needed, and their hearts as the emulator takes them. */
function completeRows({ subjects, hearts }: EmulatorModel, table: ColumnTable) {
  const needed = [COLUMN.qrsRecorded, COLUMN.lvMass, COLUMN.lvVolume].map((name) => numbersOf(table, name));
  const sexes = sexesOf(table);
  const placeOf = new Map(subjects.map((subject, place) => [subject, place]));
  const rows: { readonly row: number; readonly heart: Float64Array }[] = [];
  let incomplete = 0;
  for (const [row, isFinished] of finishedRows(table).entries()) {
    if (!isFinished) continue;
    const place = placeOf.get(textOf(table, COLUMN.subject, row));
    if (place === undefined || sexes[row] === null || needed.some((values) => Number.isNaN(values[row]))) incomplete++;
    else rows.push({ row, heart: hearts.subarray(place * ANATOMY, (place + 1) * ANATOMY) });
  }
  return { rows, incomplete };
}

/** A row, or a law alone, whose four velocities are multiplied by 1 + effect. */
export function changed(row: Float64Array, effect: number): Float64Array {
  const out = row.slice();
  const first = row.length === INPUTS ? 0 : ANATOMY;
  for (const at of VELOCITIES) out[at - first] *= 1 + effect;
  return out;
}

const withFront = (rows: readonly Float64Array[], speed_mm_ms: number): Float64Array[] =>
  rows.map((row) => row.with(FRONT, speed_mm_ms));

type QrsModel = Pick<EmulatorModel, 'networks' | 'trends' | 'rest' | 'outputMean' | 'outputSd' | 'scaling'>;

/** Emulated QRS durations, ms; it is the first of the outputs. */
function qrsOf(model: QrsModel, rows: readonly Float64Array[]): Float64Array {
  const flat = new Float64Array(rows.length * INPUTS);
  for (const [at, row] of rows.entries()) flat.set(row, at * INPUTS);
  return answerRows(model, standardise(model.scaling, flat), 1).mean;
}

/** One member of the ensembles alone. */
function memberOf(model: QrsModel, member: number): QrsModel {
  return {
    ...model,
    trends: [model.trends[member]],
    networks: model.networks.map((networks) => {
      const [first, second, third] = networks.weights.map((weights) => {
        const size = weights.length / networks.members;
        return weights.subarray(member * size, (member + 1) * size);
      });
      return { ...networks, members: 1, weights: [first, second, third] };
    }),
  };
}

/** Halfway between the women's mean and the men's. */
export function halfwayBetween(isWoman: Uint8Array, values: Float64Array): number {
  const [men, women] = meansBySex(isWoman, values);
  return (men + women) / 2;
}

/** The men's mean and the women's. */
export function meansBySex(isWoman: Uint8Array, values: Float64Array): [number, number] {
  const sums = [0, 0];
  const counts = [0, 0];
  for (const [at, sex] of isWoman.entries()) {
    sums[sex] += values[at];
    counts[sex]++;
  }
  return [sums[0] / counts[0], sums[1] / counts[1]];
}

/** By halving the span of 1/speed that was learned from, in which QRS durations are nearly straight. */
function findFront(
  model: EmulatorModel,
  rows: readonly Float64Array[],
  wanted_ms: number,
  middleOf: (qrs_ms: Float64Array) => number,
): FoundFront {
  const middle = (slowness: number) => middleOf(qrsOf(model, withFront(rows, 1 / slowness)));
  let [fast, slow] = [1 / model.known.high[FRONT], 1 / model.known.low[FRONT]];
  if (wanted_ms <= middle(fast)) return { speed_mm_ms: model.known.high[FRONT], isCohorts: false };
  if (wanted_ms >= middle(slow)) return { speed_mm_ms: model.known.low[FRONT], isCohorts: false };
  for (let halving = 0; halving < HALVINGS; halving++) {
    const between = (fast + slow) / 2;
    if (middle(between) < wanted_ms) fast = between;
    else slow = between;
  }
  return { speed_mm_ms: 2 / (fast + slow), isCohorts: true };
}
