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
import type { Settled } from '../activities/settleRun.ts';
import type { SourceChanges } from '../activities/watchSource.ts';
import type { Retention } from '../cohorts/versions.ts';
import { buildCohort } from './buildCohort.ts';
import { activitiesOn } from './buildSubject.ts';
import { type CounterfactualResult, counterfactual } from './counterfactual.ts';
import { cohortId, counterfactualId } from './ids.ts';
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
  /** Counterfactual twins that its tables have beside them; absent where the study asks for none */
  readonly counterfactuals?: CounterfactualCounts;
}

/** What was simulated and what of it was found from before, in numbers. */
export type CounterfactualCounts = Omit<CounterfactualResult, 'run' | 'files'>;

/**
 * Brings a run up to date with its sources: looks what is new or has changed, builds that and nothing else, publishes, and does the same for the
 * counterfactual twins.
 */
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
      if (republished !== undefined) {
        const { following, ...done } = republished;
        const counterfactuals = following && (await makeCounterfactuals(input, following));
        return { ...changes, ...done, ...(counterfactuals && { counterfactuals }) };
      }
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

export interface Republished extends Pick<ReprocessResult, 'status' | 'computed' | 'quarantined' | 'version'> {
  /** Counterfactual twins that the tables are to have, for `makeCounterfactuals` */
  readonly following?: NonNullable<Settled['counterfactuals']>;
}

/** Builds some subjects of a run and publishes all; undefined where another execution of the run's cohort is under way. */
export async function republish(
  { run, window, schedule, isHeld, retention }: LivingRun,
  { work, whole, before, computed = 0 }: Republication,
): Promise<Republished | undefined> {
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
  const { version, counterfactuals: following } = await settleRun({
    run,
    study: whole.study,
    work: work.study,
    before,
    ...hold,
    ...(retention === undefined ? {} : { retention }),
    isFollowed: built.done > 0,
  });
  const status = version === null ? 'same' : isHeld ? 'held' : 'published';
  return {
    status,
    computed: built.computed ?? 0,
    quarantined: built.quarantined,
    version,
    ...(following && { following }),
  };
}

/**
 * The counterfactual twins of tables that were published just now, after those of the run that are under way; what of them was simulated before is
 * found. Then the source is noted: from here on there is nothing to do.
 */
export async function makeCounterfactuals(
  { run, window, schedule }: LivingRun,
  following: NonNullable<Republished['following']>,
): Promise<CounterfactualCounts> {
  for (let patience_s = 10; ; patience_s = Math.min(300, 2 * patience_s)) {
    try {
      const made = await executeChild(counterfactual, {
        workflowId: counterfactualId(run),
        args: [{ run, ...following, window, schedule }],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      });
      const { noteSource } = activitiesOn('cpu', schedule, '4 hours', 5, run);
      await noteSource({ run, study: following.study });
      const { run: _, files: __, ...counts } = made;
      return counts;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await sleep(patience_s * 1000);
    }
  }
}
