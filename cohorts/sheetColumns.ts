import { TwinError } from '../twin/errors.ts';
import { suggestion } from './didYouMean.ts';
import type { RawSheet } from './rawSheet.ts';
import type { SheetSettings } from './study.ts';

/** Columns that every sheet may have, by Twinfold's names. */
export const KNOWN_COLUMNS = [
  'subject',
  'sex',
  'age_y',
  'height_cm',
  'weight_kg',
  'anatomy',
  'ecg',
  'electrodes',
  'torso',
] as const;
export type KnownColumn = (typeof KNOWN_COLUMNS)[number];

/** Other names under which sheets bring them. A name without its unit (`height`) is not among them. */
const ALIASES: Readonly<Record<string, KnownColumn>> = {
  subject_id: 'subject',
  participant_id: 'subject',
  age: 'age_y',
  gender: 'sex',
};

/** Where each column stands in the sheet; −1 when it has none. */
export interface SheetColumns {
  readonly known: Readonly<Record<KnownColumn, number>>;
  /** In the order of the study */
  readonly covariates: readonly { readonly name: string; readonly index: number }[];
}

/**
 * Finds the columns. Letter case and spaces around a name do not count. A column that is neither known, nor a covariate, nor ignored
 * by the study is an error: a misspelt column would otherwise be lost in silence, and a personal one carried along.
 *
 * @throws TwinError BadStudy with one line for each unknown, doubled or missing column
 */
export function findColumns(sheet: RawSheet, fileName: string, settings: SheetSettings): SheetColumns {
  const ours = sheet.names.map((name) => ourName(name, settings));
  const line = sheet.place === 'line' ? `${fileName}:1` : fileName;
  const problems = [
    ...unknownColumns(sheet.names, ours, settings),
    ...doubledColumns(sheet.names, ours),
    ...missingColumns(sheet.names, ours, settings),
  ];
  if (problems.length > 0) {
    throw new TwinError('BadStudy', problems.map((problem) => `${line}: ${problem}`).join('\n'), { problems });
  }
  const indexOf = (name: string) => ours.indexOf(name);
  return {
    known: {
      subject: indexOf('subject'),
      sex: indexOf('sex'),
      age_y: indexOf('age_y'),
      height_cm: indexOf('height_cm'),
      weight_kg: indexOf('weight_kg'),
      anatomy: indexOf('anatomy'),
      ecg: indexOf('ecg'),
      electrodes: indexOf('electrodes'),
      torso: indexOf('torso'),
    },
    covariates: settings.covariates.map((name) => ({ name, index: indexOf(name) })),
  };
}

/** Twinfold's name of a sheet's column, or null when it has none. */
function ourName(name: string, { columns, covariates, ignore }: SheetSettings): string | null {
  const plain = plainName(name);
  if (ignore !== '*' && ignore.some((ignored) => plainName(ignored) === plain)) {
    return null;
  }
  const renamed = Object.entries(columns).find(([, theirs]) => plainName(theirs) === plain);
  if (renamed) {
    return [...KNOWN_COLUMNS, ...covariates].includes(renamed[0]) ? renamed[0] : null;
  }
  const known = [...covariates, ...KNOWN_COLUMNS].find((column) => column.toLowerCase() === plain);
  const alias = Object.hasOwn(ALIASES, plain) ? ALIASES[plain] : undefined;
  const found = known ?? alias ?? null;
  return found !== null && Object.hasOwn(columns, found) ? null : found;
}

function unknownColumns(
  names: readonly string[],
  ours: readonly (string | null)[],
  { ignore, covariates, columns }: SheetSettings,
): string[] {
  if (ignore === '*') {
    return [];
  }
  const ignored = new Set(ignore.map(plainName));
  const candidates = [...KNOWN_COLUMNS, ...Object.keys(ALIASES), ...covariates, ...Object.values(columns), ...ignore];
  return names.flatMap((name, index) => {
    if (ours[index] !== null || ignored.has(plainName(name))) {
      return [];
    }
    if (name === '') {
      return [`column ${index + 1} has no name; name it, or take it out of the sheet`];
    }
    const guess = suggestion(name, candidates);
    return [
      `unknown column "${name}"${guess ? `${guess} Otherwise` : ';'} name it under covariates or ignore in the study file`,
    ];
  });
}

function doubledColumns(names: readonly string[], ours: readonly (string | null)[]): string[] {
  return ours.flatMap((name, index) => {
    const first = ours.indexOf(name);
    return name === null || first === index
      ? []
      : [
          `the columns "${names[first]}" and "${names[index]}" are both ${name}; keep one, or ignore one in the study file`,
        ];
  });
}

function missingColumns(names: readonly string[], ours: readonly (string | null)[], settings: SheetSettings): string[] {
  const { columns, covariates, files } = settings;
  const named = names.map(plainName);
  const renamed = Object.entries(columns)
    .filter(([, theirs]) => !named.includes(plainName(theirs)))
    .map(
      ([name, theirs]) => `no column "${theirs}", which the study file gives for ${name}${suggestion(theirs, names)}`,
    );
  const isAbsent = (name: string) => !ours.includes(name) && !Object.hasOwn(columns, name);
  const required = [
    ...(isAbsent('subject') ? ['no column subject; it names each row'] : []),
    ...(isAbsent('anatomy') && files.anatomy === null
      ? ['no column anatomy; give each row’s path, or one pattern under files.anatomy in the study file']
      : []),
    ...(isAbsent('ecg') && files.ecg === null
      ? ['no column ecg; give each row’s path, or one pattern under files.ecg in the study file']
      : []),
  ];
  const further = covariates
    .filter(isAbsent)
    .map((name) => `no column "${name}", which the study file names as covariate${suggestion(name, names)}`);
  return [...renamed, ...required, ...further];
}

const plainName = (name: string): string => name.trim().toLowerCase();
