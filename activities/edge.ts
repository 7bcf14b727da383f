import type { CohortCounts } from '../cohorts/manifest.ts';
import type { CohortPart, PublishPlace } from '../cohorts/publish.ts';
import type { Anatomy, Body } from '../twin/anatomy/anatomy.ts';
import type { CalibrationCheckpoint, CalibrationProgress, CalibrationSettings, Twin } from '../twin/calibrate/twin.ts';
import type { ReferenceBeats } from '../twin/counterfactual/referenceFronts.ts';
import type { SwapRow } from '../twin/counterfactual/swapPair.ts';
import type { Beat } from '../twin/ecg/beat.ts';
import type { Subject } from '../twin/metrics/metric.ts';
import type { StoredPlan, stageSettings } from './records/study.ts';
import type { InputFile } from './sources/inputFile.ts';
import type { Store } from './stores/artifacts.ts';

/** What an activity needs of the world: where results are kept, the science of one heart, and how tables are written. */
export interface Edge {
  readonly store: Store;
  readonly science: Science;
  /** Makes the cohort's tables, and gives each file away as soon as it is there, the manifest last. */
  readonly publish: (tables: CohortTables) => Promise<CohortCounts>;
}

/** The science of one heart, as the activities call it. Every answer is a pure function of what is given. */
export interface Science {
  /** The program and its version, for rows: `twinfold/0.1.0` */
  readonly program: string;
  /** Compute backend, by name */
  readonly backend: string;
  /** What the backend computes on, where that is no CPU; it goes into the costs alone */
  readonly device?: string;
  /** Raised when a stage would make other bytes from the same inputs; part of the key of what it made. */
  readonly versions: Readonly<Record<'anatomy' | 'beat' | 'calibrate' | 'measure', string>>;
  /** @throws TwinError BadInput, BadEcg */
  prepareBeat(input: {
    readonly ecg: InputFile;
    readonly settings: ReturnType<typeof stageSettings>['beat'];
  }): Promise<Beat>;
  /** @throws TwinError BadInput, BadAnatomy, NoConvergence */
  prepareAnatomy(input: {
    readonly anatomy: InputFile;
    readonly electrodes: InputFile | null;
    readonly torso: InputFile | null;
    readonly body: Body | null;
    readonly settings: ReturnType<typeof stageSettings>['anatomy'];
    /** False to check everything and solve no volume conductor; true by default */
    readonly isSolved?: boolean;
  }): Promise<Anatomy>;
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
  readonly counterfactuals: CounterfactualScience;
}

/** Hearts as they are not. */
export interface CounterfactualScience {
  /** A heart by the reference law, with each of its fronts. @throws TwinError BadAnatomy, NoConvergence, Cancelled */
  reference(input: {
    readonly anatomy: Anatomy;
    readonly settings: CalibrationSettings;
    readonly signal: AbortSignal;
  }): Promise<ReferenceBeats>;
  /** A pair's exchanges, 32 rows. @throws TwinError BadAnatomy, NoConvergence, Cancelled */
  swap(input: {
    readonly female: { readonly anatomy: Anatomy; readonly twin: Twin };
    readonly male: { readonly anatomy: Anatomy; readonly twin: Twin };
    readonly settings: CalibrationSettings;
    readonly times: 'scaled' | 'kept';
    readonly signal: AbortSignal;
  }): Promise<readonly SwapRow[]>;
}

/** What is published: every subject of the study once, in any order. */
export interface CohortTables extends PublishPlace {
  readonly run: string;
  readonly plan: StoredPlan;
  readonly parts: AsyncIterable<CohortPart>;
}

/** How a running stage is heard and stopped. */
export interface Control {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CalibrationProgress) => void;
  /** State of an earlier attempt that did not end. */
  readonly resumeFrom: CalibrationCheckpoint | undefined;
  /**
   * Waits until memory holds this much more; asked once a job, before what takes it. Absent where nobody keeps count.
   *
   * @throws TwinError OutOfMemory where the whole worker does not have so much
   */
  readonly admit?: (memory_MB: number) => Promise<void>;
}
