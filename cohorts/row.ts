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
  /** sha256 of inputs, settings and artifacts, by their names (`anatomyInput`, `ecgInput`, `settings`, `anatomy`, `beat`, `twin`) */
  readonly hashes: Readonly<Record<string, string>>;
  readonly failure: SubjectFailure | null;
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
}
