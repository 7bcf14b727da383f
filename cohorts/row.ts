import type { Finding } from '../twin/errors.ts';

/** A study's own, pseudonymous name of a person. 1–64 of letters, digits, `.`, `_`, `-`; starts with a letter or digit. */
export type SubjectId = string & { readonly __brand: 'SubjectId' };

/** A value of the cohort table: null is missing. */
export type Cell = string | number | null;

/** One line of a sample sheet, checked. Paths are relative to the sheet and stay inside the data folder. */
export interface SampleSheetRow {
  readonly subject: SubjectId;
  readonly sex: 'female' | 'male' | null;
  readonly age_y: number | null;
  readonly height_cm: number | null;
  readonly weight_kg: number | null;
  readonly anatomy: string;
  readonly ecg: string;
  /** JSON file `{unit, electrodes: {LA: [x, y, z], …}}` in the frame of the mesh; null when electrodes are placed by the torso model. */
  readonly electrodes: string | null;
  /** Surface of the skin, or a JSON file that names the surfaces of skin, lungs and blood; null where the study's torso model serves. */
  readonly torso: string | null;
  /** The further columns that the study names as covariates, and no others. */
  readonly covariates: Readonly<Record<string, Cell>>;
  /** What was nulled or mapped while reading this row (age out of range, unknown word for sex). */
  readonly findings: readonly Finding[];
}

/** A reference to stored bytes: all that workflows ever see of an array. */
export interface ArtifactRef {
  readonly uri: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** One subject's line of the cohort table, whether its twin was built or not. */
export interface SubjectRow {
  readonly subject: string;
  readonly status: 'done' | 'quarantined';
  /** sex, age_y, height_cm, weight_kg and the study's covariates */
  readonly covariates: Readonly<Record<string, Cell>>;
  /** By column of `twin/metrics`; empty for a quarantined subject */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Codes of what was repaired or doubted, sorted */
  readonly findings: readonly string[];
  /** sha256 of inputs, settings and artifacts, by their names (`anatomyInput`, `ecgInput`, `electrodesInput`, `torsoInput`, `sheetRow`, `settings`, `anatomy`, `beat`, `twin`) */
  readonly hashes: Readonly<Record<string, string>>;
  readonly failure: SubjectFailure | null;
  /** Versions of program and stages, `twinfold/0.1.0 anatomy/4 beat/4 calibrate/4+wasm measure/3`; absent in rows of before it was kept */
  readonly codeVersion?: string;
  /** Seed that the twin was really made with: the study's, or the next one where that did not converge; absent without a twin */
  readonly seed?: number;
  /** Compute backend that calibrated, or was to */
  readonly backend?: string;
  /** Draws from the twin's posterior by column of the table, for `draws.parquet`; absent where no ensemble was asked for */
  readonly draws?: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Why a subject has no twin. */
export interface SubjectFailure {
  readonly stage: 'read' | 'prepare' | 'calibrate' | 'measure';
  readonly code: string;
  readonly message: string;
}

/** What a subject cost; kept in a table of its own, since it differs from run to run. */
export interface SubjectCost {
  readonly subject: string;
  readonly stage: string;
  readonly seconds: number;
  readonly peakMemory_MB: number;
  readonly attempts: number;
  readonly worker: string;
  readonly wasCached: boolean;
  /** When the last attempt began by the worker's clock, ms since 1970 (UTC); absent in costs of before it was kept, as are the next two */
  readonly started_ms?: number;
  /** What calibrated: a graphics device by name, or `cpu` */
  readonly device?: string;
  /** `done`, or the code of the error that ended the last attempt */
  readonly outcome?: string;
}
