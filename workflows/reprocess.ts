import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  continueAsNew,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { StudyInput } from '../activities/records/study.ts';
import type { SourceChanges } from '../activities/watchSource.ts';
import type { Retention } from '../cohorts/versions.ts';
import { buildCohort } from './buildCohort.ts';
import { activitiesOn } from './buildSubject.ts';
import { cohortId } from './ids.ts';
import type { CohortResult, Schedule } from './messages.ts';

/** How a run's tables are brought up to date. Where its study lies stands in its store. */
export interface LivingRun {
  readonly run: string;
  readonly window: number;
  readonly schedule: Schedule;
  /** Whether new tables wait for somebody's word */
  readonly isHeld?: boolean;
  readonly retention?: Retention;
}

export interface ReprocessInput extends LivingRun {
  /** Whether contents are read where no file's tag has changed as well */
  readonly isThorough?: boolean;
}

export interface ReprocessResult extends SourceChanges {
  /** `same`: the tables came out as they were */
  readonly status: 'nothing-to-do' | 'same' | 'published' | 'held';
  readonly computed: number;
  readonly quarantined: number;
  /** Version that was made */
  readonly version: string | null;
}

/** Brings a run up to date with its sources: looks what is new or has changed, builds that and nothing else, and publishes. */
export async function reprocess(input: ReprocessInput): Promise<ReprocessResult> {
  const { run, schedule } = input;
  let { isThorough } = input;
  const { planStudy, watchSource } = activitiesOn('cpu', schedule, '4 hours', 5, run);
  for (let patience_s = 10; ; patience_s = Math.min(300, 2 * patience_s)) {
    const whole = await planStudy({ run });
    const { study } = whole;
    const { work, isPublishNeeded, current, ...seen } = await watchSource({
      run,
      study,
      ...(isThorough === undefined ? {} : { isThorough }),
    });
    const { added, changed, removed, unchanged } = seen;
    const changes: SourceChanges = { added, changed, removed, unchanged };
    if (work.subjects === 0 && !isPublishNeeded) {
      return { status: 'nothing-to-do', ...changes, computed: 0, quarantined: 0, version: null };
    }
    try {
      const republished = await republish(input, { work, whole, before: current });
      if (republished !== undefined) return { ...changes, ...republished };
    } catch (error) {
      if (isCancellation(error) || isThorough) throw error;
      isThorough = true; // something that was there is lost or damaged, though no tag says so: every row is looked at
      continue;
    }
    // Another run of the same name is under way; what is left to do after it is seen then.
    await sleep(patience_s * 1000);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof reprocess>(input);
  }
}

/** What a publication is made of. */
export interface Republication {
  /** The subjects to be built */
  readonly work: StudyInput;
  /** The study whose tables are published */
  readonly whole: StudyInput;
  /** Version of the run's tables before */
  readonly before: string | null;
  /** Twins that were computed already */
  readonly computed?: number;
}

/** Builds some subjects of a run and publishes all; undefined where another execution of the run's cohort is under way. */
export async function republish(
  { run, window, schedule, isHeld, retention }: LivingRun,
  { work, whole, before, computed = 0 }: Republication,
): Promise<Pick<ReprocessResult, 'status' | 'computed' | 'quarantined' | 'version'> | undefined> {
  const hold = isHeld === undefined ? {} : { isHeld };
  let built: CohortResult;
  try {
    built = await executeChild(buildCohort, {
      workflowId: cohortId(run),
      args: [
        { run, ...work, window, schedule, selection: 'all', publication: { study: whole.study, computed, ...hold } },
      ],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
  const { settleRun } = activitiesOn('cpu', schedule, '4 hours', 5, run);
  const { version } = await settleRun({
    run,
    study: whole.study,
    work: work.study,
    before,
    ...hold,
    ...(retention === undefined ? {} : { retention }),
  });
  const status = version === null ? 'same' : isHeld ? 'held' : 'published';
  return { status, computed: built.computed ?? 0, quarantined: built.quarantined, version };
}
