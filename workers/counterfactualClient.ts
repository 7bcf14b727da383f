import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { TwinError } from '../twin/errors.ts';
import type { CounterfactualInput, CounterfactualProgress, CounterfactualResult } from '../workflows/counterfactual.ts';
import { counterfactualId, PROGRESS, WORKFLOW } from '../workflows/ids.ts';
import { priorityOf, queueOf } from '../workflows/queues.ts';
import type { CohortClient } from './client.ts';

export interface RunCounterfactualOptions extends Omit<CounterfactualInput, 'state'> {
  readonly onProgress?: (progress: CounterfactualProgress) => void;
  /** Ends the waiting and the simulations; what is simulated is kept. */
  readonly signal?: AbortSignal;
}

/** Between two looks at a workflow that is under way. */
const LOOK_INTERVAL_ms = 1000;
const CALL_DEADLINE_ms = 10_000;

/**
 * Simulates a run's counterfactual twins and returns when their tables are published. What of them is under way, from another call or one that was killed, is ended
 * first: its simulations are found.
 *
 * @throws TwinError Cancelled when the signal was raised; BadStudy when it failed as a whole, with its reason
 */
export async function runCounterfactual(
  cohorts: CohortClient,
  { onProgress, signal, ...input }: RunCounterfactualOptions,
): Promise<CounterfactualResult> {
  const { run, schedule } = input;
  const { workflow } = cohorts.client;
  const call = <T>(act: () => Promise<T>): Promise<T> =>
    cohorts.client.withDeadline(Date.now() + CALL_DEADLINE_ms, act);
  const handle = workflow.getHandle(counterfactualId(run));
  for (let isStarted = false; !isStarted; ) {
    signal?.throwIfAborted();
    try {
      await call(() =>
        workflow.start(WORKFLOW.counterfactual, {
          workflowId: counterfactualId(run),
          taskQueue: queueOf('workflow', schedule.queues),
          priority: priorityOf(schedule, run),
          args: [input],
        }),
      );
      isStarted = true;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await call(() => handle.cancel()).catch(() => undefined); // it has just ended by itself
      await sleep(LOOK_INTERVAL_ms, undefined, signal && { signal }).catch(() => undefined);
    }
  }
  for (let isTold = false; ; ) {
    if (signal?.aborted && !isTold) {
      isTold = true;
      await call(() => handle.cancel()).catch(() => undefined); // ended, or the server is gone: both end the wait below
    }
    // A server or worker that is starting again gives no answer for a while: the next look has one.
    const status = await call(() => handle.describe()).then(
      ({ status: { name } }) => name,
      (error: unknown) => (error instanceof WorkflowNotFoundError ? 'NOT_FOUND' : 'RUNNING'),
    );
    if (status !== 'RUNNING') break;
    const progress = await call(() => handle.query<CounterfactualProgress>(PROGRESS)).catch(() => undefined);
    if (progress !== undefined) onProgress?.(progress);
    if (isTold && progress === undefined) break;
    await sleep(LOOK_INTERVAL_ms);
  }
  if (signal?.aborted) throw reasonOf(signal);
  try {
    return await call(() => handle.result() as Promise<CounterfactualResult>);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    let cause: Error = error;
    while (cause.cause instanceof Error) cause = cause.cause;
    throw cause.name === 'CancelledFailure'
      ? new TwinError('Cancelled', `run ${run}: its counterfactual twins were cancelled; what is simulated is kept`)
      : new TwinError('BadStudy', cause.message);
  }
}

const reasonOf = ({ reason }: AbortSignal): TwinError =>
  reason instanceof TwinError ? reason : new TwinError('Cancelled', 'stopped; what is simulated is kept');
