import type { AnatomySettings } from '../twin/anatomy/anatomy.ts';
import type { CalibrationSettings } from '../twin/calibrate/twin.ts';
import type { TorsoSettings } from '../twin/conductor/torsoModel.ts';
import type { BeatSettings } from '../twin/ecg/beat.ts';
import type { ImageSettings } from '../twin/images/labelImage.ts';
import type { TargetMargins } from './statistics/weights.ts';

/** All that a study file says, with its defaults filled in. The same study and data give the same table. */
export interface Study extends SheetSettings {
  readonly name: string;
  /** The sample sheet, relative to the study file. */
  readonly sheet: string;
  /** Folder that the subjects' paths are relative to, relative to the study file; null is the sheet's own folder. */
  readonly data: string | null;
  readonly anatomy: AnatomySettings;
  readonly images: ImageSettings;
  readonly torso: TorsoSettings;
  readonly beat: BeatSettings;
  readonly calibration: CalibrationSettings;
  readonly ecg: EcgSettings;
  readonly counterfactuals: CounterfactualSettings;
  readonly report: ReportSettings;
  readonly publish: PublishLayout;
  /** Seeds every random stream of the study; also `calibration.seed`. */
  readonly seed: number;
}

/** How the sample sheet is read. */
export interface SheetSettings {
  /** The sheet's name of a column, by ours: `{age_y: 'Age at scan'}`. */
  readonly columns: Readonly<Record<string, string>>;
  /** Further columns that go into the cohort table. */
  readonly covariates: readonly string[];
  /** Units of those covariates whose name does not end in one. */
  readonly units: Readonly<Record<string, string>>;
  /** Columns of the sheet that are left where they are; `*` is all that are not named. */
  readonly ignore: readonly string[] | '*';
  /** Further codes of a missing value (`-9`); empty, NA, N/A, NaN and - always are. */
  readonly missing: readonly string[];
  /** The sheet's own codes of sex, beside the words. */
  readonly sexCodes: { readonly female: readonly string[]; readonly male: readonly string[] };
  readonly encoding: 'utf-8' | 'latin1';
  /** `pseudonymous` refuses ids that read like a name, a date or a national number; `any` takes what may name a folder. */
  readonly ids: 'pseudonymous' | 'any';
  /** Paths of a subject's files where the sheet has no such column; `{subject}` stands for the id. */
  readonly files: Readonly<Record<'anatomy' | 'ecg' | 'electrodes' | 'torso', string | null>>;
}

/** What ECG files do not say about themselves; what stands inside a file wins. */
export interface EcgSettings {
  /** Unit of the voltages of CSV files. */
  readonly unit: 'mV' | 'uV' | null;
  /** Sampling rate of CSV files without a time column. */
  readonly sampleRate_Hz: number | null;
  /** The recordings' own names of leads, by ours: `{I: E1}`. */
  readonly leads: Readonly<Record<string, string | undefined>>;
}

/** Into which files the cohort table is divided; one where neither is said. */
export interface PublishLayout {
  /** Columns whose values name folders: `cohort/sex=female/part-00000.parquet`. */
  readonly partitionBy: readonly string[];
  /** Most rows of a file; null for no limit. */
  readonly rowsPerFile: number | null;
  /** Licence of the tables, for whoever is given them: an SPDX identifier or an address; none stated when absent */
  readonly license?: string | undefined;
}

/** Which hearts are simulated as they are not, once the twins are there (docs/counterfactuals.md). */
export interface CounterfactualSettings {
  /** Every finished heart under one reference function */
  readonly reference: boolean;
  /** Most pairs of a woman and a man whose parts are exchanged; 0 for none */
  readonly pairs: number;
  /** Whether a function that moves to a heart of another size takes its PMJ times with it by the network's speed, or unchanged */
  readonly times: 'scaled' | 'kept';
}

/** How the report is computed. */
export interface ReportSettings {
  /** Heading of the report; null is the study's name. */
  readonly title: string | null;
  /** Whether the subjects were made up with known properties, which the report then says on top. */
  readonly isSynthetic: boolean;
  /** Resamples of each bootstrap interval. */
  readonly bootstrapSamples: number;
  /** Coverage of the intervals, e.g. 0.95. */
  readonly confidence: number;
  /** Shares of a target population by column and level, to which the answers are weighted as well; none when absent */
  readonly population?: TargetMargins | undefined;
}

/** The sheet's plainest reading: the known columns and nothing else. */
export const DEFAULT_SHEET: SheetSettings = {
  columns: {},
  covariates: [],
  units: {},
  ignore: [],
  missing: [],
  sexCodes: { female: [], male: [] },
  encoding: 'utf-8',
  ids: 'pseudonymous',
  files: { anatomy: null, ecg: null, electrodes: null, torso: null },
};

export const DEFAULT_PUBLISH: PublishLayout = { partitionBy: [], rowsPerFile: null };

/** Forty pairs tell a share of the gap to some tenths; each costs 32 forward simulations. */
export const DEFAULT_COUNTERFACTUALS: CounterfactualSettings = { reference: true, pairs: 40, times: 'scaled' };

export const DEFAULT_REPORT: ReportSettings = {
  title: null,
  isSynthetic: false,
  bootstrapSamples: 2000,
  confidence: 0.95,
};
