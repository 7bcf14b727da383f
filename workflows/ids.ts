/** Names that a client and a workflow must agree on. */

/** Workflow types. */
export const WORKFLOW = {
  cohort: 'buildCohort',
  subjects: 'buildSubjects',
  twin: 'buildTwin',
  reprocess: 'reprocess',
  living: 'livingTwin',
  counterfactual: 'counterfactual',
} as const;

/** A run's name: letters, digits, `.`, `_`, `-`, at most 64. */
export const RUN_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

export const cohortId = (run: string): string => `cohort-${run}`;
export const twinId = (run: string, subject: string): string => `twin-${run}-${subject}`;
/** Execution of a run's schedule, where it is not begun by the schedule itself, which adds the time. */
export const reprocessId = (run: string): string => `reprocess-${run}`;
/** The visits of a run's subjects. */
export const livingId = (run: string): string => `living-${run}`;
/** The counterfactual twins of a run. */
export const counterfactualId = (run: string): string => `counterfactual-${run}`;
/** One page of a cohort's study (by its hash); each retry of its quarantined subjects is a round of its own. */
export const pageId = (run: string, study: string, page: number, round: number): string =>
  `cohort-${run}-${study.slice(0, 8)}-page-${String(page).padStart(5, '0')}${round === 0 ? '' : `-round-${round}`}`;

/** Query of a cohort: where it stands. */
export const PROGRESS = 'progress';
/** Updates of a cohort. */
export const UPDATE = {
  pause: 'pause',
  resume: 'resume',
  cancel: 'cancel',
  retryQuarantined: 'retryQuarantined',
  resize: 'resize',
} as const;
/** Signals between a cohort and its pages, and of visits. */
export const SIGNAL = { pace: 'setPace', report: 'reportPage', visit: 'visit' } as const;
