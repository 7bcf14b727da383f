import { z } from 'zod';
import { DEFAULT_CALIBRATION } from '../twin/calibrate/calibrate.ts';
import { DEFAULT_BEAT, STANDARD_LEADS } from '../twin/ecg/beat.ts';
import { anatomy, images, torso } from './anatomySchema.ts';
import { calibration } from './calibrationSchema.ts';
import { LICENSE, LICENSE_EXPECTED } from './provenance/license.ts';
import { mapping, realNumber, relativePath, text, wholeNumber, word } from './schemaParts.ts';
import { KNOWN_COLUMNS } from './sheetColumns.ts';
import { DEFAULT_COUNTERFACTUALS, DEFAULT_PUBLISH, DEFAULT_REPORT, DEFAULT_SHEET } from './study.ts';
import { OWN_COLUMNS } from './tableColumns.ts';

const columnName = z
  .string('a column name')
  .regex(
    /^[A-Za-z][A-Za-z0-9_]{0,62}$/,
    'a column name of letters, digits and _, starting with a letter, at most 63; use `columns` to rename the sheet’s',
  );
const code = z.union([z.string(), z.number()], 'a code: text or a number').transform((value) => String(value).trim());
const codes = z.array(code, 'a list of codes such as [-9, 999]').max(100, 'at most 100 codes');

const beat = z.strictObject(
  {
    interval_ms: realNumber(0.25, 5, 'ms')
      .default(DEFAULT_BEAT.interval_ms)
      .describe('Sampling of the fitted beat, ms.'),
    margin_ms: realNumber(0, 100, 'ms')
      .default(DEFAULT_BEAT.margin_ms)
      .describe('Kept before the QRS onset and after its offset, ms.'),
    gain: word(['recording', 'fit'])
      .default(DEFAULT_BEAT.gain)
      .describe('recording: the file’s mV are right; fit: the calibration finds one scale.'),
  },
  mapping,
);

/** Columns of every cohort table that it can be divided by. */
const PARTITION_COLUMNS: readonly string[] = ['sex', 'status'];
const partitionColumn = text(63, 'a column name');

const leadNames = Object.fromEntries(
  STANDARD_LEADS.map((lead) => [lead, text(60, 'the recordings’ name of the lead').optional()]),
);

const files = z.strictObject(
  {
    anatomy: relativePath('a path such as "{subject}/heart.pts"').optional(),
    ecg: relativePath('a path such as "{subject}/ecg.hea"').optional(),
    electrodes: relativePath('a path such as "{subject}/electrodes.json"').optional(),
    torso: relativePath('a path such as "{subject}/torso.json"').optional(),
  },
  'a mapping of anatomy, ecg, electrodes and torso',
);

const margins = z.record(
  columnName,
  z
    .record(text(100, 'a level'), realNumber(0, 1), 'a mapping of levels to shares')
    .refine(addUpToOne, 'shares of levels that add up to 1'),
  'a mapping of columns to shares of their levels',
);

/** The study file as it may be written; defaults are those of the kernels. */
export const studySchema = z
  .strictObject(
    {
      name: z
        .string('a name of letters, digits, "-" and "_"')
        .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'a name of letters, digits, "-" and "_", at most 63')
        .describe('Short name of the study; runs and folders are named after it.'),
      sheet: text(1000, 'a path to the sample sheet').describe('Sample sheet (CSV or Parquet), relative to this file.'),
      data: text(1000, 'a path to a folder')
        .optional()
        .describe('Folder that subjects’ paths are relative to; the sheet’s own by default.'),
      columns: z
        .record(columnName, text(200, 'the sheet’s name of the column'), 'a mapping such as {age_y: "Age at scan"}')
        .default({})
        .describe('The sheet’s names of columns, by Twinfold’s.'),
      covariates: z
        .array(
          columnName.refine(isFree, 'a name other than the sheet’s known columns and the cohort table’s own'),
          'a list of column names',
        )
        .max(500, 'at most 500 covariates')
        .refine(areUnlike, 'each covariate once (letter case does not count)')
        .default([])
        .describe('Further columns of the sheet that go into the cohort table.'),
      units: z
        .record(columnName, text(20, 'a unit'), 'a mapping such as {crp: mg/L}')
        .default({})
        .describe('Units of covariates whose name does not end in one.'),
      ignore: z
        .union([z.literal('*'), z.array(text(200, 'a column name'))], 'a list of column names, or "*" for all others')
        .default([])
        .describe('Columns of the sheet that stay where they are.'),
      missing: codes.default([]).describe('Further codes of a missing value; empty, NA, N/A, NaN and - always are.'),
      sexCodes: z
        .strictObject({ female: codes.default([]), male: codes.default([]) }, 'a mapping of female and male')
        .prefault({})
        .describe('The sheet’s own codes of sex, such as female: [2]; words are known.'),
      encoding: word(['utf-8', 'latin1']).default(DEFAULT_SHEET.encoding),
      ids: word(['pseudonymous', 'any'])
        .default(DEFAULT_SHEET.ids)
        .describe('Whether ids that read like a name, a date or a national number are refused.'),
      files: files
        .prefault({})
        .describe('Paths of files where the sheet has no such column; {subject} stands for the id.'),
      anatomy: anatomy.prefault({}).describe('How meshes become anatomies.'),
      images: images.prefault({}).describe('How label maps become anatomies.'),
      torso: torso.prefault({}).describe('What surrounds the hearts electrically.'),
      beat: beat.prefault({}).describe('How recordings become beats.'),
      calibration: calibration.prefault({}).describe('How twins are calibrated.'),
      ecg: z
        .strictObject(
          {
            unit: word(['mV', 'uV']).optional().describe('Voltages of CSV files that do not name theirs.'),
            sampleRate_Hz: realNumber(20, 100_000, 'Hz')
              .optional()
              .describe('Sampling rate of CSV files that have neither times nor a rate.'),
            leads: z
              .strictObject(leadNames, 'a mapping such as {I: E1}')
              .prefault({})
              .describe('The recordings’ own names of leads, by ours; the usual ones are known.'),
          },
          mapping,
        )
        .prefault({})
        .describe('What ECG files do not say about themselves.'),
      counterfactuals: z
        .strictObject(
          {
            reference: z
              .boolean('true or false')
              .default(DEFAULT_COUNTERFACTUALS.reference)
              .describe('Every finished heart under one reference function.'),
            pairs: wholeNumber(0, 10_000)
              .default(DEFAULT_COUNTERFACTUALS.pairs)
              .describe('Most pairs of a woman and a man whose parts are exchanged; 0 for none.'),
            times: word(['scaled', 'kept'])
              .default(DEFAULT_COUNTERFACTUALS.times)
              .describe('Whether PMJ times grow with the heart that a function moves to, or stay.'),
          },
          mapping,
        )
        .prefault({})
        .describe('Which hearts are simulated as they are not, once the twins are there.'),
      report: z
        .strictObject(
          {
            title: text(200).optional(),
            isSynthetic: z.boolean('true or false').default(DEFAULT_REPORT.isSynthetic),
            bootstrapSamples: wholeNumber(100, 100000).default(DEFAULT_REPORT.bootstrapSamples),
            confidence: realNumber(0.5, 0.999).default(DEFAULT_REPORT.confidence),
            population: margins
              .optional()
              .describe(
                'Shares of a target population by column and level, such as {sex: {female: 0.51, male: 0.49}}.',
              ),
          },
          mapping,
        )
        .prefault({})
        .describe('How the report is computed.'),
      publish: z
        .strictObject(
          {
            partitionBy: z
              .array(partitionColumn, 'a list of columns such as [sex]')
              .max(4, 'at most 4 columns')
              .refine(areUnlike, 'each column once')
              .default([...DEFAULT_PUBLISH.partitionBy])
              .describe('Columns whose values name the folders of the cohort table’s files.'),
            rowsPerFile: wholeNumber(100, 10_000_000)
              .optional()
              .describe('Most rows of a file of the cohort table; one file for all by default.'),
            license: z
              .string('an SPDX identifier or an address')
              .regex(LICENSE, LICENSE_EXPECTED)
              .optional()
              .describe('Licence of the tables, told in what is exported: an SPDX identifier or an https address.'),
          },
          mapping,
        )
        .prefault({})
        .describe('Into which files the cohort table is divided.'),
      seed: wholeNumber(0, 2 ** 32 - 1)
        .default(DEFAULT_CALIBRATION.seed)
        .describe('Seeds every random stream of the study.'),
    },
    'a mapping that begins with name and sheet',
  )
  .superRefine(({ units, covariates, publish }, context) => {
    for (const [index, column] of publish.partitionBy.entries()) {
      if (!PARTITION_COLUMNS.includes(column) && !covariates.includes(column)) {
        context.addIssue({
          code: 'custom',
          path: ['publish', 'partitionBy', index],
          input: column,
          message: `${PARTITION_COLUMNS.join(', ')}, or one of the covariates`,
        });
      }
    }
    for (const column of Object.keys(units)) {
      if (!covariates.includes(column)) {
        context.addIssue({
          code: 'custom',
          path: ['units', column],
          input: units[column],
          message: 'only units of columns that stand under covariates',
        });
      }
    }
  });

/** JSON Schema of the study file, for editors that check YAML while it is written (`docs/study.schema.json`). */
export function studyJsonSchema(): Record<string, unknown> {
  return { title: 'Twinfold study', ...z.toJSONSchema(studySchema, { io: 'input' }) };
}

/** The sheet's known columns are kept anyway (or never, as paths are), and the table's own cannot be had twice. */
function isFree(name: string): boolean {
  const taken: readonly string[] = [...KNOWN_COLUMNS, ...OWN_COLUMNS];
  return !taken.some((own) => own.toLowerCase() === name.toLowerCase());
}

function areUnlike(names: readonly string[]): boolean {
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}

function addUpToOne(shares: Readonly<Record<string, number>>): boolean {
  const sum = Object.values(shares).reduce((total, share) => total + share, 0);
  return Math.abs(sum - 1) < 1e-6;
}
