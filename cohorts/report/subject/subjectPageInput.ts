import type { Finding } from '../../../twin/errors.ts';
import type { ColumnTable } from '../../analyses/table.ts';
import type { QuarantineEntry, ReportManifest } from '../reportInput.ts';
import type { Strip } from './strips.ts';

/** All that one subject's page is made of. */
export interface SubjectPageInput {
  readonly subject: string;
  readonly table: ColumnTable;
  /** The subject's row of it */
  readonly row: number;
  readonly strips: readonly Strip[];
  readonly manifest: ReportManifest;
  /** Undefined for a subject without a twin, and where the store no longer has it */
  readonly twin?: TwinTraces;
  readonly failure?: QuarantineEntry;
  /** The subjects before and after it that have a page */
  readonly previous?: string;
  readonly next?: string;
}

/** Both in mV, [samples, 8 independent leads]. */
export interface Traces {
  readonly simulated_mV: Float64Array;
  readonly recorded_mV: Float64Array;
}

/** What is drawn of a twin. */
export interface TwinTraces {
  readonly interval_ms: number;
  /** Time of the first sample after QRS onset */
  readonly start_ms: number;
  /** The QRS complex */
  readonly qrs: Traces;
  /** On to the end of the T wave, where that was fitted */
  readonly qrst?: Traces;
  /** By standard lead over the QRS window, [12] */
  readonly leadCorrelation: Float64Array;
  readonly leadRmse_mV: Float64Array;
  readonly activationPng: Uint8Array;
  /** Where the explanations of the ECG differ, where an ensemble tells */
  readonly spreadPng?: Uint8Array;
  readonly findings: readonly Finding[];
  readonly stoppedBecause: string;
  readonly iterations: number;
  readonly gain: number;
}
