import type { ArtifactRef } from '../cohorts/row.ts';

/** How activities of a run are scheduled. */
export interface Schedule {
  /** Pool that calibrates. */
  readonly calibrateOn: 'cpu' | 'gpu';
  /** First word of the task queues; `twinfold` where it is not said */
  readonly queues?: string;
  /** Whether there is a pool `large`, which takes what found too little memory elsewhere */
  readonly hasLargePool?: boolean;
  /** 1 (urgent) to 5 (can wait); 3 where it is not said */
  readonly priority?: number;
  /** A worker that is silent for longer is taken for lost, s. */
  readonly heartbeatTimeout_s: number;
}
export const DEFAULT_SCHEDULE: Schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 60 };

/** How fast a page goes on. */
export interface Pace {
  /** Most subjects in flight at once. */
  readonly window: number;
  readonly isPaused: boolean;
}

/** Which subjects of a page are built. */
export type Selection = 'all' | 'quarantined';

export interface BuildCohortInput {
  readonly run: string;
  readonly study: ArtifactRef;
  readonly pages: number;
  readonly subjects: number;
  /** Subjects in flight at once; about twice the pools' slots keeps them busy. */
  readonly window: number;
  readonly schedule: Schedule;
  /** `quarantined`: a finished run's failures once more; what is done stays as it is. */
  readonly selection: Selection;
  /** Where the tables are made of another study than the one that is built, or are held back */
  readonly publication?: PublicationInput;
  /** Subjects that an earlier execution left done, where only quarantined ones are built */
  readonly alreadyDone?: number;
  /** History length after which the workflow continues as new, where that shall be earlier than Temporal suggests. */
  readonly continueAfterEvents?: number;
  /** Where an earlier execution of the same run stood. */
  readonly state?: CohortState;
}

/** What a cohort publishes, where that is not simply the study that it builds. */
export interface PublicationInput {
  /** The whole study, where only those of its subjects are built that have changed */
  readonly study?: ArtifactRef;
  /** Whether the tables become a version that waits for a word */
  readonly isHeld?: boolean;
  /** Twins that were computed for these tables before the cohort began */
  readonly computed?: number;
}

/** One execution of a page. */
export interface PageRound {
  readonly page: number;
  readonly round: number;
  readonly selection: Selection;
}

/** All that a cohort carries from one execution into the next. */
export interface CohortState {
  readonly nextPage: number;
  readonly inFlight: readonly PageRound[];
  /** Pages to be built before new ones: retries */
  readonly waiting: readonly PageRound[];
  readonly counts: Counts;
  /** Quarantined subjects by page; pages without any are left out */
  readonly quarantined: Readonly<Record<string, number>>;
  readonly rounds: number;
  readonly isPaused: boolean;
  readonly isCancelled: boolean;
  readonly window: number;
  readonly executions: number;
}

/** Subjects that ended well, and how many of their stages were found rather than made. */
export interface Counts {
  readonly done: number;
  /** Subjects of `done` of which every stage was found */
  readonly cached: number;
}

export interface BuildSubjectsInput {
  readonly run: string;
  readonly study: ArtifactRef;
  readonly pageRound: PageRound;
  readonly pace: Pace;
  readonly schedule: Schedule;
}

export type Stage = 'prepare' | 'calibrate' | 'measure';

/** What a page tells its cohort while it runs and when it ends. */
export interface PageReport extends Counts {
  readonly page: number;
  readonly round: number;
  readonly quarantined: number;
  /** Subjects in flight by stage */
  readonly running: Readonly<Record<Stage, number>>;
  /** `broken`: the page's own work failed (its store or its study cannot be read) */
  readonly status: 'running' | 'done' | 'cancelled' | 'broken';
  readonly problem?: string;
}

/** Where a cohort stands, from counters. */
export interface CohortProgress extends Counts {
  readonly run: string;
  /** sha256 of the study that is being built */
  readonly study: string;
  readonly phase: 'building' | 'paused' | 'publishing' | 'cancelling';
  readonly subjects: number;
  readonly quarantined: number;
  readonly running: Readonly<Record<Stage, number>>;
  readonly pagesInFlight: number;
  readonly window: number;
  /** Times that the workflow continued as new */
  readonly executions: number;
}

export interface CohortResult extends Counts {
  readonly run: string;
  /** sha256 of the study that was built */
  readonly study: string;
  /** With the rows of the sheet that were refused, which count as quarantined */
  readonly subjects: number;
  readonly quarantined: number;
  /** Twins that were computed rather than found */
  readonly computed?: number;
  /** sha256 by published file */
  readonly files: Readonly<Record<string, string>>;
}
