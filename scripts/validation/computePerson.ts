import { stageSettings } from '../../activities/records/study.ts';
import { referenceBackend } from '../../backends/reference.ts';
import { wasmBackend } from '../../backends/wasm.ts';
import type { SyntheticPerson } from '../../cohorts/population/people.ts';
import { populationFiles } from '../../cohorts/population/populationFiles.ts';
import { DEFAULT_RECORDING } from '../../cohorts/population/recording.ts';
import { type FileToWrite, type PersonTruth, synthesizePerson } from '../../cohorts/population/synthesizePerson.ts';
import type { Study } from '../../cohorts/study.ts';
import { parseStudy } from '../../cohorts/studyFile.ts';
import type { Anatomy } from '../../twin/anatomy/anatomy.ts';
import type { Twin } from '../../twin/calibrate/twin.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import { openScience } from '../../workers/science.ts';

/**
 * Coarse, but calibrated: half of the junctions of a study's default and one mesh. What a run does at its default settings it does here too, from the
 * files to the metrics.
 */
export const COARSE = { edge_mm: 3.2, truthEdge_mm: 2.5 } as const;
export const COARSE_CALIBRATION = 'calibration:\n  pmjs: 150\n  maxIterations: 20\n  coarseEdges_mm: []\n';

/** A person with a twin: what was planted, and what the pipeline made of their files. */
export interface ComputedPerson {
  readonly truth: PersonTruth;
  readonly metrics: Readonly<Record<string, number>>;
  readonly anatomy: Anatomy;
  readonly beat: Beat;
  readonly twin: Twin;
  readonly study: Study;
}

const science = openScience(wasmBackend);

/** Writes a person's files in memory, reads them as a run does, calibrates and measures. @throws TwinError as the stages */
export async function computePerson(person: SyntheticPerson): Promise<ComputedPerson> {
  const { files, truth } = await synthesizePerson(person, wasmBackend, { ...COARSE, recording: DEFAULT_RECORDING });
  const study = coarseStudy(person);
  const settings = stageSettings(study);
  const open = (name: string) => inputOf(files, `${person.subject}/${name}`);
  const beat = await science.prepareBeat({ ecg: open('ecg.hea'), settings: settings.beat });
  const anatomy = await science.prepareAnatomy({
    anatomy: open('heart.pts'),
    electrodes: open('electrodes.json'),
    torso: null,
    body: person,
    settings: settings.anatomy,
  });
  const twin = await science.calibrate({
    anatomy,
    beat,
    settings: settings.calibrate,
    resumeFrom: undefined,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  return { truth, metrics: science.measure({ anatomy, beat, twin }), anatomy, beat, twin, study };
}

/** QRS duration of the noise-free ECG of a person, as planted; nothing is calibrated. */
export async function plantedQrs_ms(person: SyntheticPerson): Promise<number> {
  return (await synthesizePerson(person, referenceBackend, COARSE)).truth.qrsDuration_ms;
}

/** The study that a synthetic cohort comes with, with the coarse calibration. */
function coarseStudy(person: SyntheticPerson): Study {
  const file = populationFiles([person], 'validation').find(({ path }) => path === 'study.yaml');
  return parseStudy(`${new TextDecoder().decode(file?.bytes)}${COARSE_CALIBRATION}`, 'study.yaml');
}

function inputOf(files: readonly FileToWrite[], path: string) {
  const bytesOf = (wanted: string) => files.find((file) => file.path === wanted)?.bytes;
  const bytes = bytesOf(path);
  if (bytes === undefined) throw new RangeError(`${path}: not among the files of the synthetic person`);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return { name: path.slice(folder.length), bytes, beside: (name: string) => bytesOf(folder + name) };
}
