import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CounterfactualSettings, PlannedCounterfactuals } from '../activities/counterfactualPlan.ts';
import type { ArtifactRef } from '../cohorts/row.ts';
import { activitiesOn } from './buildSubject.ts';
import { PROGRESS } from './ids.ts';
import type { Schedule } from './messages.ts';

export interface CounterfactualInput {
  readonly run: string;
  /** Study whose finished twins are put together */
  readonly study: ArtifactRef;
  readonly settings: CounterfactualSettings;
  /** Where the tables go, as the workers see it; beside those of the study where it is not said */
  readonly outFolder?: string;
  /** Simulations in flight at once */
  readonly window: number;
  readonly schedule: Schedule;
  /** History length after which the workflow continues as new, where that shall be earlier than Temporal suggests. */
  readonly continueAfterEvents?: number;
  /** Where an earlier execution stood */
  readonly state?: CounterfactualState;
}

interface CounterfactualCounts {
  readonly done: number;
  /** Of `done` and `failed`, those that were found rather than computed */
  readonly cached: number;
  readonly failed: number;
}

/** All that is carried from one execution into the next: nothing is in flight then. */
export interface CounterfactualState extends CounterfactualCounts {
  readonly planned: PlannedCounterfactuals;
  readonly next: number;
}

/** Where a run's counterfactual twins stand, from counters. */
export interface CounterfactualProgress extends CounterfactualCounts {
  readonly run: string;
  readonly phase: 'planning' | 'simulating' | 'publishing';
  /** Hearts under the reference function and pairs; 0 until they are planned */
  readonly items: number;
  readonly running: number;
}

export interface CounterfactualResult extends CounterfactualCounts {
  readonly run: string;
  readonly references: number;
  readonly pairs: number;
  /** sha256 by published file */
  readonly files: Readonly<Record<string, string>>;
}

export const counterfactualProgress = defineQuery<CounterfactualProgress>(PROGRESS);

/**
 * A run's counterfactual twins: planned from its finished subjects, simulated some at a time, published beside its cohort table. A heart or a pair
 * that cannot be simulated is a row that says why, and stops nothing else.
 */
export async function counterfactual(input: CounterfactualInput): Promise<CounterfactualResult> {
  const { run, study, settings, outFolder, window, schedule, state } = input;
  const tally = { done: state?.done ?? 0, cached: state?.cached ?? 0, failed: state?.failed ?? 0 };
  let phase: CounterfactualProgress['phase'] = 'planning';
  let planned = state?.planned;
  let next = state?.next ?? 0;
  let running = 0;
  let cancelledBy: unknown;
  setHandler(counterfactualProgress, () => ({ run, phase, items: planned?.items ?? 0, running, ...tally }));

  const { planCounterfactuals, publishCounterfactuals } = activitiesOn('cpu', schedule, '1 hour', 5, run);
  const { counterfactual: simulate } = activitiesOn('cpu', schedule, '30 minutes', 4, run);
  planned ??= await planCounterfactuals({ run, study, settings, ...(outFolder === undefined ? {} : { outFolder }) });
  const { plan, items, references, pairs } = planned;
  phase = 'simulating';

  /** Whatever comes, its place in the window is free again when this ends, and nothing is thrown. */
  const settle = async (item: number): Promise<void> => {
    running++;
    try {
      const { status, wasCached } = await simulate({ run, plan, item });
      tally[status]++;
      if (wasCached) tally.cached++;
    } catch (error) {
      if (isCancellation(error)) cancelledBy ??= error;
      else tally.failed++; // the tables say that it was not simulated
    } finally {
      running--;
    }
  };

  for (; next < items && cancelledBy === undefined && !mustContinue(input); next++) {
    await condition(() => running < window || cancelledBy !== undefined).catch((error: unknown) => {
      cancelledBy ??= error;
    });
    if (cancelledBy !== undefined) break;
    void settle(next);
  }
  await CancellationScope.nonCancellable(() => condition(() => running === 0));
  if (cancelledBy !== undefined) throw cancelledBy;
  if (next < items) await continueAsNew<typeof counterfactual>({ ...input, state: { ...tally, planned, next } });

  phase = 'publishing';
  const { files } = await publishCounterfactuals({ run, plan });
  return { run, references, pairs, ...tally, files };
}

/** Whether the history has grown so long that a new execution should take over. */
function mustContinue({ continueAfterEvents }: CounterfactualInput): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || (continueAfterEvents !== undefined && historyLength >= continueAfterEvents);
}
