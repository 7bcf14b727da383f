import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wasmBackend } from '../../backends/wasm.ts';
import { type SyntheticPerson, samplePopulation } from '../../cohorts/population/people.ts';
import { plantedSpeeds } from '../../cohorts/population/plantedFunction.ts';
import { FASTER } from '../../cohorts/validation/emulation.ts';
import {
  FOUND,
  type Found,
  inputsOf,
  type REFERENCE_QRS,
  type TrainingPerson,
} from '../../cohorts/validation/trainingPeople.ts';
import { simulateReference } from '../../twin/counterfactual/referenceFronts.ts';
import { TwinError } from '../../twin/errors.ts';
import { type ComputedPerson, computePerson, plantedQrs_ms } from './computePerson.ts';

/** Population that the emulation learns from; of another seed than any that it is asked about. */
const SEED = 20;
/** The first so many people are simulated once more with velocities 3 % higher, to hold the emulation against. */
export const SIMULATED_FASTER = 40;

/**
 * Computes training people one after another, from files to twins. Each is kept in a folder when done, so that a second call goes on where the first ended. People
 * who get no twin are left out and told of.
 */
export async function trainPeople(
  count: number,
  folder: string,
  tell: (line: string) => void,
): Promise<TrainingPerson[]> {
  mkdirSync(folder, { recursive: true });
  const people: TrainingPerson[] = [];
  for (const [index, person] of samplePopulation({ size: count, seed: SEED }).entries()) {
    const kept = join(folder, `${person.subject}.json`);
    if (!existsSync(kept)) writeFileSync(kept, JSON.stringify(await trainPerson(person, index < SIMULATED_FASTER)));
    const answer: TrainingPerson | { readonly refused: string } = JSON.parse(readFileSync(kept, 'utf8'));
    if ('refused' in answer) tell(`  ${person.subject}: ${answer.refused}`);
    // JSON has no NaN: what was not simulated comes back as null.
    else people.push({ ...answer, qrsFaster_ms: answer.qrsFaster_ms ?? Number.NaN });
    if ((index + 1) % 10 === 0) tell(`  ${index + 1}/${count} training people`);
  }
  return people;
}

async function trainPerson(
  person: SyntheticPerson,
  isSimulatedFaster: boolean,
): Promise<TrainingPerson | { readonly refused: string }> {
  try {
    const computed = await computePerson(person);
    const faster = isSimulatedFaster ? await plantedQrs_ms({ ...person, velocityFactor: FASTER }) : Number.NaN;
    return trainingPerson(person, computed, await referenceQrs(computed), faster);
  } catch (error) {
    if (!(error instanceof TwinError)) throw error;
    return { refused: error.message };
  }
}

type ReferenceQrs = Pick<TrainingPerson, (typeof REFERENCE_QRS)[number]>;

/** QRS durations of a twin's heart under the reference law, as the cohort's table of references has them. */
export async function referenceQrs({
  anatomy,
  study,
}: Pick<ComputedPerson, 'anatomy' | 'study'>): Promise<ReferenceQrs> {
  const { conductivity, pmjs, layer_mm } = study.calibration;
  const beats = await simulateReference({ anatomy, backend: wasmBackend, conductivity, pmjs, layer_mm });
  return {
    qrsReference_ms: beats.lawFront.qrsDuration_ms,
    qrsReferenceSlow_ms: beats.slowFront.qrsDuration_ms,
  };
}

export const trainingPerson = (
  person: SyntheticPerson,
  { truth, metrics }: Pick<ComputedPerson, 'truth' | 'metrics'>,
  reference: ReferenceQrs,
  qrsFaster_ms: number,
): TrainingPerson => ({
  subject: person.subject,
  planted: inputsOf(person, plantedSpeeds(person)),
  qrsPlanted_ms: truth.qrsDuration_ms,
  qrsFaster_ms,
  found: Object.fromEntries(FOUND.map((name) => [name, metrics[name] ?? Number.NaN])) as Record<Found, number>,
  ...reference,
});
