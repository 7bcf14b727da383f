import { z } from 'zod';
import { DEFAULT_ANATOMY } from '../twin/anatomy/anatomy.ts';
import { DEFAULT_CALIBRATION } from '../twin/calibrate/calibrate.ts';
import { DEFAULT_TORSO } from '../twin/conductor/torsoModel.ts';
import { DEFAULT_BEAT, STANDARD_LEADS } from '../twin/ecg/beat.ts';
import { SCAR_VELOCITY_mm_ms } from '../twin/eikonal/metric.ts';
import { DEFAULT_IMAGES, TISSUES } from '../twin/images/labelImage.ts';
import { LABEL_TABLES } from '../twin/images/labelTables.ts';
import type { Prior } from '../twin/repolarisation/repolarisation.ts';
import { KNOWN_COLUMNS } from './sheetColumns.ts';
import { DEFAULT_REPORT, DEFAULT_SHEET } from './study.ts';
import { OWN_COLUMNS } from './tableColumns.ts';

// Each field's error is the phrase that follows "expected" in a message, so that a bound and the sentence about it stand in one place.

function wholeNumber(low: number, high: number, unit = ''): z.ZodNumber {
  const expected = `a whole number from ${low} to ${high}${unit && ` ${unit}`}`;
  return z.number(expected).int(expected).min(low, expected).max(high, expected);
}

function realNumber(low: number, high: number, unit = ''): z.ZodNumber {
  const expected = `a number from ${low} to ${high}${unit && ` ${unit}`}`;
  return z.number(expected).min(low, expected).max(high, expected);
}

function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, `one of ${words.join(', ')}`);
}

function text(maxLength: number, what = 'text'): z.ZodString {
  const expected = `${what} of 1 to ${maxLength} characters, in quotes where it looks like a number`;
  return z
    .string(expected)
    .min(1, expected)
    .max(maxLength, expected)
    .regex(/^[^\p{Cc}]*$/u, expected);
}

function path(what: string): z.ZodString {
  return text(1000, what);
}

function relativePath(what: string) {
  const expected = `${what} inside the data folder, relative, with "/" and without ".."`;
  return z
    .string(expected)
    .min(1, expected)
    .max(1000, expected)
    .regex(/^(?![/~])(?!.*(^|\/)\.\.(\/|$))[^\\:\p{Cc}]+$/u, expected);
}

const columnName = z
  .string('a column name')
  .regex(
    /^[A-Za-z][A-Za-z0-9_]{0,62}$/,
    'a column name of letters, digits and _, starting with a letter, at most 63; use `columns` to rename the sheet’s',
  );
const code = z.union([z.string(), z.number()], 'a code: text or a number').transform((value) => String(value).trim());
const codes = z.array(code, 'a list of codes such as [-9, 999]').max(100, 'at most 100 codes');
const mapping = 'a mapping of settings';
const tags = z
  .array(wholeNumber(0, 2 ** 31 - 1), 'a list of tags such as [1]')
  .min(1, 'at least one tag')
  .max(1000, 'at most 1000 tags');

const anatomy = z.strictObject(
  {
    unit: word(['auto', 'um', 'mm', 'cm', 'm'])
      .default(DEFAULT_ANATOMY.unit)
      .describe('Unit of the mesh files; auto takes the format’s own, else the only one that gives a plausible heart.'),
    regions: z
      .strictObject(
        {
          lv: tags.optional(),
          rv: tags.optional(),
          scar: tags.optional(),
          la: tags.optional(),
          ra: tags.optional(),
        },
        'a mapping of lv, rv, scar, la and ra',
      )
      .prefault({})
      .describe(
        'Tags of each region in the mesh files; a region left out is found by geometry (lv, rv) or absent (scar, la, ra).',
      )
      .refine(haveNoCommonTag, 'each tag under one region only'),
    fibres: word(['auto', 'file', 'rule'])
      .default(DEFAULT_ANATOMY.fibres)
      .describe('file: the mesh’s own, an error without; rule: made here; auto: the mesh’s own where it has them.'),
    helix_deg: z
      .strictObject(
        {
          endo: realNumber(-90, 90, 'degrees').default(DEFAULT_ANATOMY.helix_deg.endo),
          epi: realNumber(-90, 90, 'degrees').default(DEFAULT_ANATOMY.helix_deg.epi),
        },
        'a mapping of endo and epi',
      )
      .prefault({})
      .describe('Helix angle of rule-based fibres, degrees.'),
  },
  mapping,
);

const presets = Object.keys(LABEL_TABLES) as (keyof typeof LABEL_TABLES)[];
const labels = Object.fromEntries(TISSUES.map((tissue) => [tissue, tags.optional()]));

const images = z.strictObject(
  {
    labels: z
      .union(
        [z.enum(presets), z.strictObject(labels).refine(haveNoCommonTag, 'each label under one tissue only')],
        `one of ${presets.join(', ')}, or a mapping of tissues to labels, such as {lvMuscle: [2], lvBlood: [3], rvBlood: [1]}`,
      )
      .optional()
      .describe('Labels of the tissues in label maps: a known convention, or a table of one’s own.'),
    edge_mm: realNumber(0.5, 10, 'mm').default(DEFAULT_IMAGES.edge_mm).describe('Mean edge length of the meshes, mm.'),
    rvWall_mm: realNumber(1, 15, 'mm')
      .default(DEFAULT_IMAGES.rvWall_mm)
      .describe('Thickness of the RV’s free wall where a map shows its blood alone, mm.'),
    atrialWall_mm: realNumber(1, 10, 'mm')
      .default(DEFAULT_IMAGES.atrialWall_mm)
      .describe('Thickness of the atria’s walls where a map shows their blood alone, mm.'),
  },
  mapping,
);

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

const conductivity = (start: number) => realNumber(0.001, 10, 'S/m').default(start);

const torso = z.strictObject(
  {
    model: word(['homogeneous', 'body'])
      .default(DEFAULT_TORSO.model)
      .describe(
        'homogeneous: an infinite medium; body: the subject’s torso, given or of its sex and size, by finite elements.',
      ),
    conductivity: z
      .strictObject(
        {
          intracellularFibre_S_m: conductivity(DEFAULT_TORSO.conductivity.intracellularFibre_S_m),
          intracellularTransverse_S_m: conductivity(DEFAULT_TORSO.conductivity.intracellularTransverse_S_m),
          extracellularFibre_S_m: conductivity(DEFAULT_TORSO.conductivity.extracellularFibre_S_m),
          extracellularTransverse_S_m: conductivity(DEFAULT_TORSO.conductivity.extracellularTransverse_S_m),
          blood_S_m: conductivity(DEFAULT_TORSO.conductivity.blood_S_m),
          lungs_S_m: conductivity(DEFAULT_TORSO.conductivity.lungs_S_m),
          torso_S_m: conductivity(DEFAULT_TORSO.conductivity.torso_S_m),
        },
        mapping,
      )
      .prefault({})
      .describe('Conductivities of the body, S/m.'),
  },
  mapping,
);

const prior = (start: Prior, low: number, high: number, unit: string) =>
  z
    .strictObject(
      {
        mean: realNumber(low, high, unit).default(start.mean),
        sd: realNumber(0, high - low, unit).default(start.sd),
      },
      'a mapping of mean and sd',
    )
    .prefault({});
const gradient = (start: Prior) => prior(start, -200, 200, 'ms');
const widthPrior = DEFAULT_CALIBRATION.repolarisation.downstroke_ms;

const repolarisation = z.strictObject(
  {
    ari_ms: prior(DEFAULT_CALIBRATION.repolarisation.ari_ms, 100, 600, 'ms').describe(
      'Mean activation–recovery interval, ms.',
    ),
    apicobasal_ms: gradient(DEFAULT_CALIBRATION.repolarisation.apicobasal_ms).describe('Base less apex, ms.'),
    transmural_ms: gradient(DEFAULT_CALIBRATION.repolarisation.transmural_ms).describe(
      'Epicardium less endocardium, ms.',
    ),
    interventricular_ms: gradient(DEFAULT_CALIBRATION.repolarisation.interventricular_ms).describe('RV less LV, ms.'),
    anteroposterior_ms: gradient(DEFAULT_CALIBRATION.repolarisation.anteroposterior_ms).describe(
      'Anterior less posterior wall, ms.',
    ),
    coupling: prior(DEFAULT_CALIBRATION.repolarisation.coupling, -5, 5, '').describe(
      'Change of the interval per delay of activation, a pure number.',
    ),
    downstroke_ms: z
      .strictObject(
        {
          mean: realNumber(20, 250, 'ms').default(widthPrior.mean),
          sd: realNumber(0, 2).default(widthPrior.sd).describe('Relative.'),
        },
        'a mapping of mean and sd',
      )
      .prefault({})
      .describe('Width of the downstroke, ms.'),
  },
  mapping,
);

const calibration = z.strictObject(
  {
    pmjs: wholeNumber(10, 2000).default(DEFAULT_CALIBRATION.pmjs).describe('Purkinje–muscle junctions.'),
    layer_mm: realNumber(0.5, 10, 'mm')
      .default(DEFAULT_CALIBRATION.layer_mm)
      .describe('Thickness of the subendocardial layer that holds them, mm.'),
    maxIterations: wholeNumber(1, 1000).default(DEFAULT_CALIBRATION.maxIterations),
    targetCorrelation: realNumber(0.5, 1)
      .default(DEFAULT_CALIBRATION.targetCorrelation)
      .describe('The fit stops when the correlation over twelve leads reaches this.'),
    coarseEdges_mm: z
      .array(realNumber(0.5, 20, 'mm'), 'a list of edge lengths in mm, coarsest first')
      .max(5, 'at most 5 edge lengths')
      .refine(isDescending, 'edge lengths in descending order, coarsest first')
      .default([...DEFAULT_CALIBRATION.coarseEdges_mm])
      .describe('Mean edge lengths of the coarser meshes on which the fit starts, mm, coarsest first.'),
    velocitySpread: realNumber(0, 1)
      .default(DEFAULT_CALIBRATION.velocitySpread)
      .describe('Relative spread of the prior on each velocity; 0 holds velocities fixed.'),
    endocardium: z
      .strictObject(
        { thickness_mm: realNumber(0.1, 10, 'mm'), factor: realNumber(0.1, 10) },
        'a mapping of thickness_mm and factor, such as {thickness_mm: 1, factor: 2}',
      )
      .optional()
      .describe('Layer under both endocardia whose velocities are the ventricle’s times a factor; none by default.'),
    scarVelocity_mm_ms: realNumber(0.001, 2, 'mm/ms')
      .optional()
      .describe(`Velocity in scar in every direction, mm/ms; ${SCAR_VELOCITY_mm_ms} by default.`),
    ensembleMembers: wholeNumber(0, 500)
      .refine((members) => members !== 1, 'a whole number from 0 to 500, and not 1: one member has no spread')
      .default(DEFAULT_CALIBRATION.ensembleMembers)
      .describe('Members of the ensemble that tells how well each ECG determines its twin; 0 for none.'),
    conductivity: z
      .strictObject(
        {
          intracellularFibre_S_m: conductivity(DEFAULT_CALIBRATION.conductivity.intracellularFibre_S_m),
          intracellularTransverse_S_m: conductivity(DEFAULT_CALIBRATION.conductivity.intracellularTransverse_S_m),
          torso_S_m: conductivity(DEFAULT_CALIBRATION.conductivity.torso_S_m),
        },
        mapping,
      )
      .prefault({})
      .describe('Conductivities of the homogeneous torso model, S/m.'),
    repolarisation: repolarisation
      .prefault({})
      .describe('Gaussian priors of the repolarisation that is fitted to the T wave; an sd of 0 holds a parameter.'),
  },
  mapping,
);

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

/** The study file as it may be written; defaults are those of the kernels. */
export const studySchema = z
  .strictObject(
    {
      name: z
        .string('a name of letters, digits, "-" and "_"')
        .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'a name of letters, digits, "-" and "_", at most 63')
        .describe('Short name of the study; runs and folders are named after it.'),
      sheet: path('a path to the sample sheet').describe('Sample sheet (CSV or Parquet), relative to this file.'),
      data: path('a path to a folder')
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
      report: z
        .strictObject(
          {
            title: text(200).optional(),
            isSynthetic: z.boolean('true or false').default(DEFAULT_REPORT.isSynthetic),
            bootstrapSamples: wholeNumber(100, 100000).default(DEFAULT_REPORT.bootstrapSamples),
            confidence: realNumber(0.5, 0.999).default(DEFAULT_REPORT.confidence),
          },
          mapping,
        )
        .prefault({})
        .describe('How the report is computed.'),
      seed: wholeNumber(0, 2 ** 32 - 1)
        .default(DEFAULT_CALIBRATION.seed)
        .describe('Seeds every random stream of the study.'),
    },
    'a mapping that begins with name and sheet',
  )
  .superRefine(({ units, covariates }, context) => {
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

function haveNoCommonTag(regions: Readonly<Record<string, readonly number[] | undefined>>): boolean {
  const all = Object.values(regions).flatMap((list) => list ?? []);
  return new Set(all).size === all.length;
}

function isDescending(edges: readonly number[]): boolean {
  return edges.every((edge, index) => index === 0 || edge < (edges[index - 1] ?? 0));
}

/** The sheet's known columns are kept anyway (or never, as paths are), and the table's own cannot be had twice. */
function isFree(name: string): boolean {
  const taken: readonly string[] = [...KNOWN_COLUMNS, ...OWN_COLUMNS];
  return !taken.some((own) => own.toLowerCase() === name.toLowerCase());
}

function areUnlike(names: readonly string[]): boolean {
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}
