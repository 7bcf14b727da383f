import type { CohortAnswers } from '../analyses/index.ts';
import type { ColumnTable } from '../analyses/table.ts';
import type { SubjectCost } from '../row.ts';
import type { ColumnText } from '../table.ts';

/** All that a report is made of. */
export interface ReportInput {
  /** One row a subject of the sample sheet, quarantined ones included. */
  readonly table: ColumnTable;
  /** Every column of the table, in its order. */
  readonly dictionary: readonly ColumnText[];
  readonly quarantine: readonly QuarantineEntry[];
  readonly analyses: CohortAnswers;
  readonly manifest: ReportManifest;
  readonly twinsShown: readonly TwinShown[];
  /** Subjects that have a page of their own beside the report */
  readonly subjectPages: ReadonlySet<string>;
  /** What each stage of each subject cost, where that is known */
  readonly costs?: readonly SubjectCost[];
}

/** Why a subject has no twin. */
export interface QuarantineEntry {
  readonly subject: string;
  readonly stage: 'read' | 'prepare' | 'calibrate' | 'measure';
  readonly code: string;
  readonly message: string;
}

/** Where the table came from. */
export interface ReportManifest {
  readonly study: string;
  /** The study's own name where its title is another. */
  readonly run: string;
  /** sha256 of the settings of all stages, as the table's rows carry it; null where no row does. */
  readonly settingsSha256: string | null;
  /** Name and version of what computed it. */
  readonly software: Readonly<Record<string, string>>;
  /** The study's settings, nested as in its file. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** sha256 of the published files by name. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Whether subjects were made up by the synthetic population rather than people. */
  readonly isSynthetic: boolean;
  readonly bootstrap: { readonly resamples: number; readonly seed: number; readonly level: number };
}

/** A twin whose ECG is shown over the recording. */
export interface TwinShown {
  readonly subject: string;
  /** A few words under the name: sex, correlation, why it was chosen. */
  readonly caption: string;
  readonly interval_ms: number;
  readonly start_ms?: number;
  /** mV, [samples, 8 independent leads] */
  readonly simulated_mV: ArrayLike<number>;
  /** mV, [samples, 8 independent leads] */
  readonly recorded_mV: ArrayLike<number>;
  /** Activation map as PNG, four views in a row, when there is one. */
  readonly activationPng?: Uint8Array;
}
