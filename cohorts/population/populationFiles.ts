import { csvText } from '../csv.ts';
import { LIFESTYLE_COLUMNS } from './lifestyle.ts';
import type { PopulationSettings, SyntheticPerson } from './people.ts';
import { type AtrialTruth, CHAMBER_TAGS } from './plantedAtria.ts';
import {
  DEFAULT_SYNTHESIS,
  type FileToWrite,
  jsonBytes,
  type PersonTruth,
  type SynthesisSettings,
} from './synthesizePerson.ts';

/** Folder beside the cohort's own in which the truth is kept; no path of the study leads there. */
export const TRUTH_FOLDER = 'truth';

/** Numbers of the truth that make a table, one row a person. */
const TRUTH_COLUMNS = [
  'subject',
  'sex',
  'lvMass_g',
  'lvEdv_mL',
  'chestCircumference_mm',
  'lvFibreVelocity_mm_ms',
  'lvTransverseVelocity_mm_ms',
  'rvFibreVelocity_mm_ms',
  'rvTransverseVelocity_mm_ms',
  'front_mm_ms',
  'totalActivationTime_ms',
  'lvActivationTime_ms',
  'rvActivationTime_ms',
  'qrsDuration_ms',
  'qtInterval_ms',
  'ariMean_ms',
  'ariApicobasal_ms',
  'ariTransmural_ms',
  'ariInterventricular_ms',
  'ariAnteroposterior_ms',
  'ariCoupling',
  'downstroke_ms',
] as const satisfies readonly (keyof PersonTruth)[];
/** The same of populations with atria. */
const ATRIAL_COLUMNS = [
  'laVolume_mL',
  'raVolume_mL',
  'atrialFibreVelocity_mm_ms',
  'atrialTransverseVelocity_mm_ms',
  'bachmannFactor',
  'sinusStart_ms',
  'atrialActivation_ms',
  'pOnset_ms',
  'pOffset_ms',
] as const satisfies readonly (keyof AtrialTruth)[];

/** The sample sheet and the study file of a synthetic cohort, whose people's own files are written by `synthesizePerson`. */
export function populationFiles(
  people: readonly SyntheticPerson[],
  name: string,
  settings: Partial<Pick<SynthesisSettings, 'ecgFormat' | 'atria'>> = {},
): FileToWrite[] {
  const ending = (settings.ecgFormat ?? DEFAULT_SYNTHESIS.ecgFormat) === 'csv' ? 'csv' : 'hea';
  const covariates = people.some(({ lifestyle }) => lifestyle !== undefined) ? LIFESTYLE_COLUMNS : [];
  const sheet = csvText([
    ['subject', 'sex', 'age_y', 'height_cm', 'weight_kg', 'anatomy', 'ecg', 'electrodes', ...covariates],
    ...people.map(({ subject, sex, age_y, height_cm, weight_kg, lifestyle }) => [
      subject,
      sex,
      age_y,
      height_cm,
      weight_kg,
      `${subject}/heart.pts`,
      `${subject}/ecg.${ending}`,
      `${subject}/electrodes.json`,
      ...(lifestyle ? [Number(lifestyle.isSmoker), lifestyle.activity_h_week] : []),
    ]),
  ]);
  const text = studyText(name, settings.atria ?? DEFAULT_SYNTHESIS.atria, covariates);
  return [
    { path: 'subjects.csv', bytes: new TextEncoder().encode(sheet) },
    { path: 'study.yaml', bytes: new TextEncoder().encode(text) },
  ];
}

/** What was planted, as a table over all and a file for each, below TRUTH_FOLDER. */
export function truthFiles(truths: readonly PersonTruth[], population: Partial<PopulationSettings>): FileToWrite[] {
  const atrial = truths.some(({ atria }) => atria !== undefined) ? ATRIAL_COLUMNS : [];
  const table = csvText([
    [...TRUTH_COLUMNS, ...atrial],
    ...truths.map((truth) => [
      ...TRUTH_COLUMNS.map((column) => truth[column]),
      ...atrial.map((column) => truth.atria?.[column] ?? null),
    ]),
  ]);
  return [
    { path: `${TRUTH_FOLDER}/population.json`, bytes: jsonBytes(population) },
    { path: `${TRUTH_FOLDER}/subjects.csv`, bytes: new TextEncoder().encode(table) },
    ...truths.map((truth) => ({ path: `${TRUTH_FOLDER}/${truth.subject}.json`, bytes: jsonBytes(truth) })),
  ];
}

function studyText(name: string, hasAtria: boolean, covariates: readonly string[]): string {
  const { lv, rv, la, ra } = CHAMBER_TAGS;
  const regions = `lv: [${lv}], rv: [${rv}]${hasAtria ? `, la: [${la}], ra: [${ra}]` : ''}`;
  return `# A synthetic cohort: people, hearts and ECGs were drawn from a seed. What was planted in them stands in ${TRUTH_FOLDER}/, which no run reads.
name: ${name}
sheet: subjects.csv
${covariates.length > 0 ? `covariates: [${covariates.join(', ')}]\n` : ''}anatomy:
  unit: um
  regions: { ${regions} }
torso:
  model: homogeneous # the medium that its ECGs were computed in
report:
  isSynthetic: true
`;
}
