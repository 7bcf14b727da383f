import { stat } from 'node:fs/promises';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { readSampleSheet, type SampleSheet } from '../cohorts/sampleSheet.ts';
import type { Study } from '../cohorts/study.ts';
import { parseStudy } from '../cohorts/studyFile.ts';
import { TwinError } from '../twin/errors.ts';
import type { Edge } from './edge.ts';
import { putStudy, type StudyInput, type StudyPlan } from './records/study.ts';
import { readSource, type StudySource } from './sources/studySource.ts';
import { applyVisits, readVisits } from './sources/visits.ts';
import { sha256 } from './stores/artifacts.ts';
import { addressOf, isBucket, openFiles } from './stores/openStore.ts';
import { absentAsUndefined } from './stores/writeWhole.ts';

/** A study file with the sheet that it names. */
export interface OpenStudy {
  readonly study: Study;
  readonly sheet: SampleSheet;
  readonly dataFolder: string;
  /** sha256 of the files that were read */
  readonly inputs: StudyPlan['inputs'];
}

/**
 * Reads a run's study file and sample sheet again from where they lie, with what visits have named since, and stores the plan.
 *
 * @throws TwinError BadStudy with every problem of the study file, or when it is another study's by now
 */
export async function planStudy({ store }: Edge, { run }: { readonly run: string }): Promise<StudyInput> {
  const { outFolder, ...source } = await readSource(store, run);
  const { study, sheet, dataFolder, inputs } = await readStudy(source);
  if (study.name !== run) {
    throw new TwinError(
      'BadStudy',
      `${nameOf(source.studyFile)}: is the study ${study.name} and was ${run}; a run is one study’s: name it so again, or begin another`,
    );
  }
  const rows = applyVisits(sheet.rows, await readVisits(store, run));
  return putStudy(store, { study, dataFolder, outFolder, inputs, refused: sheet.refused }, rows);
}

/**
 * Reads a study file and its sample sheet.
 *
 * @throws TwinError BadStudy with every problem of the study file, each with its line and column
 */
export async function readStudy({ studyFile, data }: Omit<StudySource, 'outFolder'>): Promise<OpenStudy> {
  const name = nameOf(studyFile);
  const text = await readNamed(studyFile, 'study file', 'study.yaml');
  const study = parseStudy(new TextDecoder().decode(text), name);
  const folder = folderOf(studyFile);
  const sheetPath = addressFrom(folder, study.sheet);
  const bytes = await readNamed(sheetPath, `sample sheet of ${name}`, 'subjects.csv');
  const sheet = readSampleSheet(bytes, nameOf(sheetPath), study);
  const named = study.data === null ? folderOf(sheetPath) : addressFrom(folder, study.data);
  const dataFolder = data === undefined ? named : addressOf(data);
  if (!(await isFolder(dataFolder))) {
    const origin = data === undefined ? `data in ${name}` : '--data';
    throw new TwinError(
      'BadStudy',
      `${dataFolder}: is no folder; ${origin} names the one that the sheet’s paths start in`,
    );
  }
  return { study, sheet, dataFolder, inputs: { study: sha256(text), sheet: sha256(bytes) } };
}

async function readNamed(address: string, what: string, example: string): Promise<Uint8Array> {
  const refusal = (reason: string) =>
    new TwinError('BadStudy', `${address}: the ${what} cannot be read (${reason}); name a file that is there`);
  const files = await openFiles(folderOf(address));
  const bytes = await files.read(nameOf(address)).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
    if (error.code !== 'EISDIR') throw refusal(error.code);
    const inIt = isBucket(address) ? `${address}/${example}` : join(address, example);
    throw new TwinError('BadStudy', `${address}: is a folder; name the ${what} in it, such as ${inIt}`);
  });
  if (bytes === undefined) throw refusal('ENOENT');
  return bytes;
}

/** A bucket has no folders; that nothing lies under a prefix is seen when its files are opened. */
async function isFolder(address: string): Promise<boolean> {
  return isBucket(address) || (await absentAsUndefined(stat(address)))?.isDirectory() === true;
}

const nameOf = (address: string): string => (isBucket(address) ? posix.basename(address) : basename(address));
const folderOf = (address: string): string =>
  isBucket(address) ? address.replace(/\/[^/]*$/, '') : dirname(resolve(address));

/** A path that starts at an address; one that is an address by itself stays as it is. */
export function addressFrom(folder: string, path: string): string {
  if (isBucket(path)) return path.replace(/\/+$/, '');
  if (!isBucket(folder)) return resolve(folder, path);
  const [bucket = '', ...prefix] = folder.slice('s3://'.length).split('/');
  const place = posix.normalize(posix.join(...prefix, path)).replace(/\/+$/, '');
  return place === '.' || place === '' ? `s3://${bucket}` : `s3://${bucket}/${place}`;
}
