import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { suggestion } from '../cohorts/didYouMean.ts';
import type { EcgSettings } from '../cohorts/study.ts';
import type { Body } from '../twin/anatomy/anatomy.ts';
import { STANDARD_LEADS } from '../twin/ecg/beat.ts';
import { TwinError } from '../twin/errors.ts';
import { ecgCsv, leadsOfTable } from '../twin/formats/ecgCsv.ts';
import { ecgFormats, meshFormats } from '../twin/formats/index.ts';
import { firstElement } from '../twin/formats/xmlTree.ts';
import { IMAGE_ENDINGS } from '../twin/images/readLabelImage.ts';

/** The files of one subject, as paths inside a data folder, and its body where that is known. */
export interface SubjectPaths {
  readonly subject: string;
  readonly dataFolder: string;
  readonly anatomy: string;
  readonly ecg: string;
  readonly electrodes: string | null;
  readonly torso: string | null;
  readonly body: Body | null;
}

const bodySchema: z.ZodType<Body> = z.strictObject({
  sex: z.enum(['female', 'male']),
  height_cm: z.number().min(40).max(250),
  weight_kg: z.number().min(1).max(400),
  age_y: z.number().min(0).max(120).exactOptional(),
});

/**
 * Finds a subject's files in its folder: one mesh or label map, one ECG, `electrodes*.json`, `torso*` and `body.json` where they are there. A table counts as an
 * ECG when its header names one of the twelve leads.
 *
 * @param ecg  name of the recording in the folder, where it holds several
 * @param leads  the recordings' own names of leads, as the study gives them
 * @throws TwinError BadInput where a kind is missing or stands there twice
 */
export async function findSubjectFiles(
  folder: string,
  { subject, ecg, leads }: { subject: string; ecg?: string | undefined; leads: EcgSettings['leads'] },
): Promise<SubjectPaths> {
  const names = namesIn(folder);
  const torsos = names.filter((name) => /^torso.*\.(json|obj|stl|vtp|vtu|vtk|tri)$/i.test(name));
  const meshes = names.filter((name) => endsWithOne(name, ANATOMY_ENDINGS) && !torsos.includes(name));
  const recordings = names.filter((name) => isRecording(folder, name, leads) && !isOfHeader(name, names));
  const electrodes = names.filter((name) => /electrode.*\.json$/i.test(name));
  if (ecg !== undefined && !names.includes(ecg)) {
    throw new TwinError('BadInput', `${folder}: holds no ${ecg}${suggestion(ecg, names)}; --ecg names a file in it`);
  }
  return {
    subject,
    dataFolder: folder,
    anatomy: onlyOne(folder, 'mesh or label map', meshes, ANATOMY_ENDINGS),
    ecg: ecg ?? onlyOne(folder, 'ECG', recordings, endingsOf(ecgFormats)),
    electrodes: electrodes.length === 0 ? null : onlyOne(folder, 'electrode file', electrodes, ['.json']),
    torso: torsos.length === 0 ? null : onlyOne(folder, 'torso', torsos, ['.json']),
    body: names.includes('body.json') ? await readBody(join(folder, 'body.json')) : null,
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTDIR') {
      throw new TwinError('BadInput', `${folder}: is a file; name the folder that holds the subject's files`);
    }
    if (code === 'ENOENT') throw new TwinError('BadInput', `${folder}: there is no such folder`);
    throw error;
  }
}

/** A `.mat` that holds the signals of the WFDB header of its name. */
const isOfHeader = (name: string, names: readonly string[]): boolean =>
  /\.mat$/i.test(name) && names.includes(name.replace(/\.mat$/i, '.hea'));

function isRecording(folder: string, name: string, leads: EcgSettings['leads']): boolean {
  if (endsWithOne(name, ecgCsv.extensions)) {
    const named: readonly string[] = leadsOfTable(readFileSync(join(folder, name)), leads);
    return STANDARD_LEADS.some((lead) => named.includes(lead)); // x, y and z are leads as well, and of most tables columns
  }
  const candidates = ecgFormats.filter(({ extensions }) => endsWithOne(name, extensions));
  if (candidates.every(({ rootElement }) => rootElement === undefined)) return candidates.length > 0;
  // Much is XML: only what begins as a recorder's file does is one.
  const root = firstElement(readFileSync(join(folder, name)));
  return candidates.some(({ rootElement }) => rootElement === root);
}

const endingsOf = (formats: readonly { readonly extensions: readonly string[] }[]): string[] => [
  ...new Set(formats.flatMap(({ extensions }) => extensions)),
];

const ANATOMY_ENDINGS: readonly string[] = [...endingsOf(meshFormats), ...IMAGE_ENDINGS];

const endsWithOne = (name: string, endings: readonly string[]): boolean =>
  endings.some((ending) => name.toLowerCase().endsWith(ending));

function onlyOne(folder: string, what: string, found: readonly string[], endings: readonly string[]): string {
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const detail =
    found.length === 0 ? `no ${what}` : `${found.length} files that could be its ${what} (${found.join(', ')})`;
  const advice =
    what === 'ECG' && found.length > 1 ? 'name one with --ecg' : "name the subject's files in a sample sheet";
  throw new TwinError(
    'BadInput',
    `${folder}: holds ${detail}; expected one with an ending of ${endings.join(' ')}, or ${advice}`,
  );
}

async function readBody(path: string): Promise<Body> {
  const expected =
    'expected {"sex": "female" or "male", "height_cm": 40–250, "weight_kg": 1–400} and, if known, "age_y"';
  const refuse = (found: string) => new TwinError('BadInput', `${path}: ${found}; ${expected}`);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw refuse(`is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = bodySchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw refuse(
    parsed.error.issues.map(({ path: key, message }) => `${key.join('.') || 'the file'}: ${message}`).join(', '),
  );
}
