import { parse } from 'csv-parse/sync';
import { torsoOf } from '../../twin/anatomy/torso.ts';
import { TwinError } from '../../twin/errors.ts';
import { csvText } from '../csv.ts';
import type { SyntheticPerson } from '../population/people.ts';
import { torsoBody } from '../population/placedHeart.ts';
import type { PlantedSpeeds } from '../population/plantedFunction.ts';

/** What a person's QRS and everything that is measured of them are emulated from; all positive. */
export const INPUTS = [
  'lvMass_g',
  'lvEdv_mL',
  'height_cm',
  'chestHalfBreadth_mm',
  'lvFibreVelocity_mm_ms',
  'lvTransverseVelocity_mm_ms',
  'rvFibreVelocity_mm_ms',
  'rvTransverseVelocity_mm_ms',
  'front_mm_ms',
] as const;

/** What the pipeline finds, named as in the cohort table. */
export const FOUND = [
  'lvMass_g',
  'lvVolume_mL',
  'heartElectrodeDistance_mm',
  'qrsDurationRecorded_ms',
  'qrsDuration_ms',
  'lvFibreVelocity_mm_ms',
  'lvTransverseVelocity_mm_ms',
  'rvFibreVelocity_mm_ms',
  'rvTransverseVelocity_mm_ms',
] as const;
export type Found = (typeof FOUND)[number];

/** A synthetic person who was really computed: what was planted, and what the pipeline found in their files. */
export interface TrainingPerson {
  readonly subject: string;
  readonly planted: Readonly<Record<(typeof INPUTS)[number], number>>;
  /** QRS duration of the noise-free ECG, ms */
  readonly qrsPlanted_ms: number;
  /** The same with both ventricles' velocities 3 % higher, simulated anew; NaN where it was not */
  readonly qrsFaster_ms: number;
  readonly found: Readonly<Record<Found, number>>;
  /** QRS duration of the heart under the reference function, ms, with each of its fronts */
  readonly qrsReference_ms: number;
  readonly qrsReferenceSlow_ms: number;
}

/** The inputs of a person: sizes and speeds as planted. */
export const inputsOf = (
  person: SyntheticPerson,
  { lv, rv, front_mm_ms }: PlantedSpeeds,
): TrainingPerson['planted'] => ({
  lvMass_g: person.lvMass_g,
  lvEdv_mL: person.lvEdv_mL,
  height_cm: person.height_cm,
  chestHalfBreadth_mm: torsoOf(torsoBody(person)).halfBreadth,
  lvFibreVelocity_mm_ms: lv.fibre_mm_ms,
  lvTransverseVelocity_mm_ms: lv.transverse_mm_ms,
  rvFibreVelocity_mm_ms: rv.fibre_mm_ms,
  rvTransverseVelocity_mm_ms: rv.transverse_mm_ms,
  front_mm_ms,
});

/** QRS durations under the reference function, with the law's own front and the slow one. */
export const REFERENCE_QRS = ['qrsReference_ms', 'qrsReferenceSlow_ms'] as const;
const OWN = ['qrsPlanted_ms', 'qrsFaster_ms', ...REFERENCE_QRS] as const;
const HEADER = [
  'subject',
  ...INPUTS.map((name) => `planted_${name}`),
  ...OWN,
  ...FOUND.map((name) => `found_${name}`),
] as const;

/** Training people as a small table, five digits each. */
export function writeTrainingPeople(people: readonly TrainingPerson[]): string {
  const short = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(5)) : null);
  return csvText([
    [...HEADER],
    ...people.map((person) => [
      person.subject,
      ...INPUTS.map((name) => short(person.planted[name])),
      ...OWN.map((name) => short(person[name])),
      ...FOUND.map((name) => short(person.found[name])),
    ]),
  ]);
}

/** @throws TwinError BadInput for another header, or a cell that is no positive number where one must be */
export function readTrainingPeople(text: string): TrainingPerson[] {
  const rows: Record<string, string>[] = parse(text, { columns: true, skip_empty_lines: true });
  return rows.map((row, at) => {
    const cell = (name: string) => {
      const value = Number(row[name] || Number.NaN);
      if (value > 0 || (name === 'qrsFaster_ms' && row[name] === '')) return value;
      throw new TwinError(
        'BadInput',
        `training people: row ${at + 1} has "${row[name]}" under ${name}, expected a positive number; make the table anew with scripts/validate.ts --train`,
        { row: at + 1, name },
      );
    };
    const pick = <Name extends string>(names: readonly Name[], prefix: string) =>
      Object.fromEntries(names.map((name) => [name, cell(`${prefix}_${name}`)])) as Record<Name, number>;
    return {
      subject: row.subject ?? '',
      planted: pick(INPUTS, 'planted'),
      qrsPlanted_ms: cell('qrsPlanted_ms'),
      qrsFaster_ms: cell('qrsFaster_ms'),
      qrsReference_ms: cell('qrsReference_ms'),
      qrsReferenceSlow_ms: cell('qrsReferenceSlow_ms'),
      found: pick(FOUND, 'found'),
    };
  });
}
