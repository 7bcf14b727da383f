import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import type { SampleSheetRow } from '../../cohorts/row.ts';
import type { Study } from '../../cohorts/study.ts';
import type { Body } from '../../twin/anatomy/anatomy.ts';
import type { CalibrationSettings } from '../../twin/calibrate/twin.ts';
import type { Science } from '../edge.ts';
import { openInputFile, type TracedFile } from '../sources/inputFile.ts';
import { type Records, sha256 } from '../stores/artifacts.ts';
import { stageSettings } from './study.ts';

/** Stands for the hash of an input that the sheet does not name. */
export const NO_INPUT = 'none';

/** The files of a subject, opened and not yet read into anything. */
export interface SubjectFiles {
  readonly anatomy: TracedFile;
  readonly ecg: TracedFile;
  readonly electrodes: TracedFile | null;
  readonly torso: TracedFile | null;
}

/** @throws TwinError BadInput where a file is missing */
export async function openSubjectFiles(records: Records, folder: string, row: SampleSheetRow): Promise<SubjectFiles> {
  const openOptional = async (path: string | null) => (path === null ? null : openInputFile(records, folder, path));
  return {
    anatomy: await openInputFile(records, folder, row.anatomy),
    ecg: await openInputFile(records, folder, row.ecg),
    electrodes: await openOptional(row.electrodes),
    torso: await openOptional(row.torso),
  };
}

/** What a torso is scaled by; null where the sheet does not say all of it. */
export function bodyOf({ sex, age_y, height_cm, weight_kg }: SampleSheetRow): Body | null {
  if (sex === null || height_cm === null || weight_kg === null) return null;
  return { sex, height_cm, weight_kg, ...(age_y === null ? {} : { age_y }) };
}

type Versions = Science['versions'];

/** All that decides a beat. */
export const beatParts = async (versions: Versions, study: Study, { ecg }: Pick<SubjectFiles, 'ecg'>) => ({
  stage: 'beat' as const,
  version: versions.beat,
  ecgInput: await ecg.hash(),
  settings: hashOf(stageSettings(study).beat),
});

/** All that decides an anatomy. */
export const anatomyParts = async (versions: Versions, study: Study, files: SubjectFiles, row: SampleSheetRow) => ({
  stage: 'anatomy' as const,
  version: versions.anatomy,
  anatomyInput: await files.anatomy.hash(),
  electrodesInput: (await files.electrodes?.hash()) ?? NO_INPUT,
  torsoInput: (await files.torso?.hash()) ?? NO_INPUT,
  body: hashOf(bodyOf(row)),
  settings: hashOf(stageSettings(study).anatomy),
});

/** Settings of a calibration's start: each start after a failure to converge takes the next seed. */
export const settingsOfStart = ({ calibration }: Study, start: number): CalibrationSettings => ({
  ...calibration,
  seed: calibration.seed + start,
});

/** Raised when an ensemble comes to keep other numbers; it is part of the version of twins that have one. */
const ENSEMBLE_VERSION = '2';

/** All that decides a twin, with the hashes of what it is made of. */
export const calibrateParts = (
  versions: Versions,
  settings: CalibrationSettings,
  made: { readonly anatomy: string; readonly beat: string },
) => ({
  stage: 'calibrate' as const,
  version: settings.ensembleMembers > 0 ? `${versions.calibrate} ensemble/${ENSEMBLE_VERSION}` : versions.calibrate,
  anatomy: made.anatomy,
  beat: made.beat,
  settings: hashOf(settings),
});

/** All that decides the metrics of a twin. */
export const measureParts = (
  versions: Versions,
  made: { readonly anatomy: string; readonly beat: string; readonly twin: string },
) => ({
  stage: 'measure' as const,
  version: versions.measure,
  anatomy: made.anatomy,
  beat: made.beat,
  twin: made.twin,
});

/** Versions of everything that shaped a row, in one line: `twinfold/0.1.0 anatomy/4 beat/4 calibrate/4+wasm measure/3`. */
export const codeVersion = ({ program, versions }: Pick<Science, 'program' | 'versions'>): string =>
  [
    program,
    ...(['anatomy', 'beat', 'calibrate', 'measure'] as const).map((stage) => `${stage}/${versions[stage]}`),
  ].join(' ');

export const hashOf = (value: unknown): string => sha256(canonicalJson(value));
