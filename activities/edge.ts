import type { SubjectCost, SubjectRow } from '../cohorts/row.ts';
import type { Anatomy, AnatomySettings, Body } from '../twin/anatomy/anatomy.ts';
import type { CalibrationCheckpoint, CalibrationProgress, CalibrationSettings, Twin } from '../twin/calibrate/twin.ts';
import type { Beat, BeatSettings } from '../twin/ecg/beat.ts';
import type { Subject } from '../twin/metrics/metric.ts';
import type { Store } from './artifacts.ts';
import type { InputFile } from './inputFile.ts';
import type { StoredStudy } from './study.ts';

/** What an activity needs of the world: where results are kept, the science of one heart, and how tables are written. */
export interface Edge {
  readonly store: Store;
  readonly science: Science;
  readonly publish: (tables: CohortTables) => Promise<PublishedFiles>;
}

/** The science of one heart, as the activities call it. Every answer is a pure function of what is given. */
export interface Science {
  /** Raised when a stage would make other bytes from the same inputs; part of the key of what it made. */
  readonly versions: Readonly<Record<'prepare' | 'calibrate' | 'measure', string>>;
  /** @throws TwinError BadInput, BadAnatomy, BadEcg */
  prepare(input: {
    readonly anatomy: InputFile;
    readonly ecg: InputFile;
    readonly electrodes: InputFile | null;
    readonly body: Body | null;
    readonly settings: { readonly anatomy: AnatomySettings; readonly beat: BeatSettings };
  }): Promise<{ readonly anatomy: Anatomy; readonly beat: Beat }>;
  /** @throws TwinError NoConvergence, Cancelled, BadAnatomy, BadEcg */
  calibrate(input: {
    readonly anatomy: Anatomy;
    readonly beat: Beat;
    readonly settings: CalibrationSettings;
    readonly resumeFrom: CalibrationCheckpoint | undefined;
    readonly onProgress: (progress: CalibrationProgress) => void;
    readonly signal: AbortSignal;
  }): Promise<Twin>;
  /** Values by column; NaN where the subject has none. */
  measure(subject: Subject): Readonly<Record<string, number>>;
}

/** What is published: every subject of the study once, in the order of their names. */
export interface CohortTables {
  readonly run: string;
  readonly study: StoredStudy;
  readonly rows: readonly SubjectRow[];
  readonly costs: readonly SubjectCost[];
}
export interface PublishedFiles {
  /** sha256 by file name, relative to the study's out folder */
  readonly files: Readonly<Record<string, string>>;
}

/** How a running stage is heard and stopped. */
export interface Control {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CalibrationProgress) => void;
  /** State of an earlier attempt that did not end. */
  readonly resumeFrom: CalibrationCheckpoint | undefined;
}
