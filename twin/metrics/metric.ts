import type { Anatomy } from '../anatomy/anatomy.ts';
import type { Twin } from '../calibrate/twin.ts';
import type { Beat } from '../ecg/beat.ts';

/** All that a metric may look at. */
export interface Subject {
  readonly anatomy: Anatomy;
  readonly beat: Beat;
  readonly twin: Twin;
}

/** One or more columns of the cohort table with one meaning. A file in this folder and a line in `index.ts` make them appear everywhere. */
export interface Metric {
  readonly columns: readonly MetricColumn[];
  /** Values by column name; NaN where the subject has none. */
  measure(subject: Subject): Readonly<Record<string, number>>;
}

export interface MetricColumn {
  /** lowerCamelCase with its unit as suffix: `qrsDuration_ms` */
  readonly name: string;
  /** `ms`, `mV`, `deg`, `bpm`, `mL`, `g`, `mm`, `mm/ms`, `1` for pure numbers */
  readonly unit: string;
  readonly description: string;
  /** Where it is defined: `docs/metrics.md#…` */
  readonly source: string;
}
