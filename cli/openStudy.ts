import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { sha256 } from '../activities/artifacts.ts';
import type { StudyPlan } from '../activities/study.ts';
import { readSampleSheet, type SampleSheet } from '../cohorts/sampleSheet.ts';
import type { Study } from '../cohorts/study.ts';
import { parseStudy } from '../cohorts/studyFile.ts';
import { TwinError } from '../twin/errors.ts';

/** A study file with the sheet that it names. */
export interface OpenStudy {
  readonly study: Study;
  readonly sheet: SampleSheet;
  readonly dataFolder: string;
  /** sha256 of the files that were read */
  readonly inputs: StudyPlan['inputs'];
}

/**
 * Reads a study file and its sample sheet.
 *
 * @param data  folder that the subjects' paths start in, where it is not the one that the study names
 * @throws TwinError BadStudy with every problem of the study file, each with its line and column
 */
export async function openStudy(path: string, data?: string): Promise<OpenStudy> {
  const text = await readNamed(path, 'study file', 'study.yaml');
  const study = parseStudy(text.toString('utf8'), basename(path));
  const sheetPath = resolve(dirname(path), study.sheet);
  const bytes = await readNamed(sheetPath, `sample sheet of ${basename(path)}`, 'subjects.csv');
  const sheet = readSampleSheet(bytes, basename(sheetPath), study);
  const folder = study.data === null ? dirname(sheetPath) : resolve(dirname(path), study.data);
  const dataFolder = data === undefined ? folder : resolve(data);
  if (!statSync(dataFolder, { throwIfNoEntry: false })?.isDirectory()) {
    const source = data === undefined ? `data in ${basename(path)}` : '--data';
    throw new TwinError(
      'BadStudy',
      `${dataFolder}: is no folder; ${source} names the one that the sheet’s paths start in`,
    );
  }
  return {
    study,
    sheet,
    dataFolder,
    inputs: { study: sha256(text), sheet: sha256(bytes) },
  };
}

async function readNamed(path: string, what: string, example: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (reason === 'EISDIR') {
      throw new TwinError('BadStudy', `${path}: is a folder; name the ${what} in it, such as ${join(path, example)}`);
    }
    throw new TwinError('BadStudy', `${path}: the ${what} cannot be read (${reason}); name a file that is there`);
  }
}
