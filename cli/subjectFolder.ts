import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Body } from '../twin/anatomy/anatomy.ts';
import { TwinError } from '../twin/errors.ts';
import { ecgFormats, meshFormats } from '../twin/formats/index.ts';

/** The files of one subject, as paths inside a data folder, and its body where that is known. */
export interface SubjectPaths {
  readonly subject: string;
  readonly dataFolder: string;
  readonly anatomy: string;
  readonly ecg: string;
  readonly electrodes: string | null;
  readonly body: Body | null;
}

const bodySchema: z.ZodType<Body> = z.strictObject({
  sex: z.enum(['female', 'male']),
  height_cm: z.number().min(40).max(250),
  weight_kg: z.number().min(1).max(400),
});

/**
 * Finds a subject's files in its folder: one mesh, one ECG, `electrodes*.json` and `body.json` where they are there.
 *
 * @throws TwinError BadInput where a kind is missing or stands there twice
 */
export async function findSubjectFiles(folder: string, subject: string): Promise<SubjectPaths> {
  const names = readdirSync(folder).sort();
  const meshes = names.filter((name) => meshFormats.some(({ extensions }) => endsWithOne(name, extensions)));
  const recordings = names.filter((name) => ecgFormats.some(({ extensions }) => endsWithOne(name, extensions)));
  const electrodes = names.filter((name) => /electrode.*\.json$/i.test(name));
  return {
    subject,
    dataFolder: folder,
    anatomy: onlyOne(
      folder,
      'mesh',
      meshes,
      meshFormats.flatMap(({ extensions }) => extensions),
    ),
    ecg: onlyOne(
      folder,
      'ECG',
      recordings,
      ecgFormats.flatMap(({ extensions }) => extensions),
    ),
    electrodes: electrodes.length === 0 ? null : onlyOne(folder, 'electrode file', electrodes, ['.json']),
    body: names.includes('body.json') ? await readBody(join(folder, 'body.json')) : null,
  };
}

const endsWithOne = (name: string, endings: readonly string[]): boolean =>
  endings.some((ending) => name.toLowerCase().endsWith(ending));

function onlyOne(folder: string, what: string, found: readonly string[], endings: readonly string[]): string {
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const detail =
    found.length === 0 ? `no ${what}` : `${found.length} files that could be its ${what} (${found.join(', ')})`;
  throw new TwinError(
    'BadInput',
    `${folder}: holds ${detail}; expected one with an ending of ${endings.join(' ')}, or name the subject's files in a sample sheet`,
  );
}

async function readBody(path: string): Promise<Body> {
  const parsed = bodySchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new TwinError(
    'BadInput',
    `${path}: ${z.prettifyError(parsed.error)}; expected {"sex", "height_cm", "weight_kg"}`,
  );
}
