import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSampleSheet } from '../../cohorts/sampleSheet.ts';
import { DEFAULT_SHEET, type SheetSettings } from '../../cohorts/study.ts';
import { TwinError } from '../../twin/errors.ts';
import type { CheckResult } from './checkResult.ts';

const FILES = { anatomy: '{subject}/mesh.pts', ecg: '{subject}/ecg.hea', electrodes: null, torso: null };

interface SheetCase {
  readonly folder: string;
  readonly fact: string;
  readonly settings?: Partial<SheetSettings>;
  /** The answer in short, as `answer` below writes it. */
  readonly expected: RegExp;
}

const CASES: readonly SheetCase[] = [
  {
    folder: '44_csv_bom_semicolon_comma_decimal',
    fact: 'a byte-order mark, semicolons, decimal commas and CRLF read right',
    expected: /^P001 female 54 171\.5 70\.2 \| P002 male 61 180 88 \| P003 female 47 165 59\.9 \| 0 refused$/,
  },
  {
    folder: '45_csv_na_values',
    fact: 'missing and unknown values are null, each with a reason',
    settings: { missing: ['-9', '999'] },
    expected:
      /^P001 female - 171 70 age-missing \| P002 male - - 88 age-missing height-missing \| P003 - 47 - 59\.9 sex-unknown height-missing \| P004 - - 165 - sex-unknown age-missing weight-missing \| P005 - - 165 60 sex-unknown age-missing \| 0 refused$/,
  },
  {
    folder: '45_csv_na_values',
    fact: 'codes that nobody declared are out of range, not missing',
    expected: /P004 - - 165 - sex-unknown age-out-of-range weight-out-of-range/,
  },
  {
    folder: '47_csv_path_traversal_ids',
    fact: 'six hostile ids are refused, each alone',
    expected: /^P002 male 61 180 88 \| 6 refused$/,
  },
  {
    folder: '49_csv_latin1',
    fact: 'Latin-1 bytes are an error with their line',
    expected: /^demographics\.csv:2: byte 0xfc is not UTF-8/,
  },
  {
    folder: '49_csv_latin1',
    fact: 'Latin-1 reads when declared',
    settings: { encoding: 'latin1' },
    expected: /^Müller female 54 - - \| P002 male 61 - - \| 0 refused$/,
  },
  {
    folder: '51_csv_sex_height_swapped',
    fact: 'metres, grams and an age of 540 are null, field by field',
    expected:
      /^P001 female 54 171 70 \| P002 male 61 - - height-out-of-range weight-out-of-range \| P003 female - 165 60 age-out-of-range \| 0 refused$/,
  },
  {
    folder: '67_cohort_mixed_good_bad',
    fact: 'five subjects read, whatever is in their files',
    expected: /^P01 .* \| P05 male 45 175 80 \| 0 refused$/,
  },
];

/** The broken sample sheets of `hostile/`: each is answered as its class of error is. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  return CASES.map(({ folder, fact, settings, expected }) => {
    const detail = answer(join(dataFolder, 'hostile', folder, 'demographics.csv'), settings ?? {});
    return { name: `${folder}: ${fact}`, passed: expected.test(detail), detail };
  });
}

function answer(path: string, settings: Partial<SheetSettings>): string {
  try {
    const sheet = readSampleSheet(readFileSync(path), 'demographics.csv', {
      ...DEFAULT_SHEET,
      files: FILES,
      ...settings,
    });
    const rows = sheet.rows.map(({ subject, sex, age_y, height_cm, weight_kg, findings }) =>
      [subject, sex ?? '-', age_y ?? '-', height_cm ?? '-', weight_kg ?? '-', ...findings.map(({ code }) => code)].join(
        ' ',
      ),
    );
    return [...rows, `${sheet.refused.length} refused`].join(' | ');
  } catch (error) {
    if (error instanceof TwinError) {
      return error.message;
    }
    throw error;
  }
}
