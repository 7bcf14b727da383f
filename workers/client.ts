import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  Connection,
  type WorkflowClientInterceptor,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { StudyInput } from '../activities/records/study.ts';
import { TwinError } from '../twin/errors.ts';
import { cohortId, PROGRESS, RUN_NAME, UPDATE, WORKFLOW } from '../workflows/ids.ts';
import type { BuildCohortInput, CohortProgress, CohortResult, Schedule } from '../workflows/messages.ts';
import { priorityOf, queueOf } from '../workflows/queues.ts';
import { connectionOptions, dataConverterOf, type ServerAccess } from './access.ts';
import { checkTls, refusePlain } from './tlsProbe.ts';

/** A connection to the server that runs cohorts. */
export interface CohortClient {
  readonly client: Client;
  close(): Promise<void>;
}

export interface RunCohortOptions {
  readonly run: string;
  /** As `putStudy` gave it */
  readonly study: StudyInput;
  /** Subjects in flight at once; about twice the pools' slots keeps them busy. */
  readonly window: number;
  readonly schedule: Schedule;
  readonly onProgress?: (progress: CohortProgress) => void;
  /** Ends the waiting, not the run. */
  readonly signal?: AbortSignal;
}

const PROGRESS_INTERVAL_ms = 1000;
/** A call that waits for news is made anew after this time. */
const CALL_DEADLINE_ms = 5000;

/**
 * @param interceptor  hears of every call, as traces do
 * @throws TwinError BadStudy where keys or certificates are wrong
 */
export async function connectClient(
  access: ServerAccess,
  interceptor?: WorkflowClientInterceptor,
): Promise<CohortClient> {
  await checkTls(access);
  const connection = await Connection.connect(await connectionOptions(access)).catch(async (error: unknown) => {
    await refusePlain(access);
    throw error;
  });
  const dataConverter = await dataConverterOf(access);
  const interceptors = interceptor === undefined ? {} : { interceptors: { workflow: [interceptor] } };
  const client = new Client({ connection, namespace: access.namespace, dataConverter, ...interceptors });
  return { client, close: () => connection.close() };
}

/**
 * Builds a study's cohort, and returns when its tables are published. A run of the same name and study that is under way is joined; one
 * of another study (its file, sheet or settings were changed) is cancelled first. What was built before is found, not built again.
 *
 * @throws TwinError Cancelled when the run was cancelled or the waiting was ended; BadStudy when it failed as a whole, with its reason
 */
export async function runCohort(cohorts: CohortClient, options: RunCohortOptions): Promise<CohortResult> {
  const { run, study } = options;
  const running = await cohortProgress(cohorts, run);
  if (running !== undefined && running.study !== study.study.sha256) {
    if (running.phase !== 'cancelling') await cancelCohort(cohorts, run);
    await handleOf(cohorts, run)
      .result()
      .catch(() => undefined); // ends as cancelled
  }
  const handle = await startCohort(cohorts, options, { selection: 'all' });
  return followCohort(cohorts, handle, options);
}

/**
 * Tries the quarantined subjects of a run once more: at once in a run that is under way (and waits for it), else in a new execution.
 */
export async function retryCohort(cohorts: CohortClient, options: RunCohortOptions): Promise<CohortResult> {
  const { run, study } = options;
  const progress = await cohortProgress(cohorts, run);
  if (progress !== undefined) {
    await retryInRun(cohorts, run);
    return followCohort(cohorts, handleOf(cohorts, run), options);
  }
  const before = await lastResult(cohorts, run);
  const isComplete = before?.study === study.study.sha256; // otherwise some subject may have no row yet
  const how = isComplete
    ? ({ selection: 'quarantined', alreadyDone: before.done } as const)
    : ({ selection: 'all' } as const);
  const handle = await startCohort(cohorts, options, how);
  return followCohort(cohorts, handle, options);
}

/** Where a run stands; undefined when none of this name is under way. */
export async function cohortProgress(cohorts: CohortClient, run: string): Promise<CohortProgress | undefined> {
  const handle = handleOf(cohorts, run);
  try {
    const { status } = await handle.describe();
    return status.name === 'RUNNING' ? await handle.query<CohortProgress>(PROGRESS) : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** When a run that is under way began, its first execution counted; undefined when none of this name is. */
export async function cohortBegan(cohorts: CohortClient, run: string): Promise<Date | undefined> {
  try {
    const { status, startTime, raw } = await handleOf(cohorts, run).describe();
    if (status.name !== 'RUNNING') return undefined;
    const first = raw.workflowExecutionInfo?.firstRunId;
    if (!first) return startTime;
    return (await cohorts.client.workflow.getHandle(cohortId(run), first).describe()).startTime;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Begins no further subject until the run is resumed; what is in flight ends. */
export const pauseCohort = (cohorts: CohortClient, run: string): Promise<void> => instruct(cohorts, run, UPDATE.pause);
export const resumeCohort = (cohorts: CohortClient, run: string): Promise<void> =>
  instruct(cohorts, run, UPDATE.resume);
/** Ends a run; what it has built is kept, and the next run finds it. */
export const cancelCohort = (cohorts: CohortClient, run: string): Promise<void> =>
  instruct(cohorts, run, UPDATE.cancel);
/** Changes how many subjects are in flight at once. */
export const resizeCohort = (cohorts: CohortClient, run: string, window: number): Promise<void> =>
  instruct(cohorts, run, UPDATE.resize, window);
/** Puts the quarantined subjects of a run's finished pages in line again. Gives how many they are. */
export const retryInRun = (cohorts: CohortClient, run: string): Promise<number> =>
  instruct(cohorts, run, UPDATE.retryQuarantined);

/** @throws TwinError BadStudy where the run is not under way, or refuses the instruction as it stands */
async function instruct<Answer>(cohorts: CohortClient, run: string, update: string, value?: number): Promise<Answer> {
  const handle = handleOf(cohorts, run);
  try {
    // A value that the run cannot decrypt would hold it up: whoever cannot read its progress has no key, or another.
    if (value !== undefined) await cohortProgress(cohorts, run);
    return value === undefined
      ? await handle.executeUpdate<Answer, []>(update)
      : await handle.executeUpdate<Answer, [number]>(update, { args: [value] });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      throw new TwinError('BadStudy', `run ${run}: is not under way; it is starting, or has just ended`);
    }
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    throw new TwinError('BadStudy', `run ${run}: ${error.cause?.message ?? error.message}`);
  }
}

/** How a run ended last; undefined where there was none, or it was cancelled or failed. */
async function lastResult(cohorts: CohortClient, run: string): Promise<CohortResult | undefined> {
  try {
    return await handleOf(cohorts, run).result();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof WorkflowFailedError) return undefined;
    throw error;
  }
}

const handleOf = ({ client }: CohortClient, run: string): WorkflowHandle => client.workflow.getHandle(cohortId(run));

async function startCohort(
  { client }: CohortClient,
  { run, study, window, schedule }: RunCohortOptions,
  how: Pick<BuildCohortInput, 'selection' | 'alreadyDone'>,
): Promise<WorkflowHandle> {
  if (!RUN_NAME.test(run)) {
    throw new TwinError(
      'BadStudy',
      `run ${JSON.stringify(run)}: a run's name has 1 to 64 letters, digits, ".", "_" or "-"`,
    );
  }
  const workflowId = cohortId(run);
  const input: BuildCohortInput = { run, ...study, window, schedule, ...how };
  try {
    return await client.workflow.start(WORKFLOW.cohort, {
      workflowId,
      taskQueue: queueOf('workflow', schedule.queues),
      priority: priorityOf(schedule, run),
      args: [input],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return client.workflow.getHandle(workflowId); // the same study is under way: join it
  }
}

async function followCohort(
  cohorts: CohortClient,
  handle: WorkflowHandle,
  { run, onProgress, signal }: RunCohortOptions,
): Promise<CohortResult> {
  const over = new AbortController();
  const ending = AbortSignal.any(signal === undefined ? [over.signal] : [over.signal, signal]);
  const watch = async () => {
    while (!ending.aborted && onProgress !== undefined) {
      // A server that is starting again, or a worker that is, gives no answer for a while: the next one will.
      const progress = await call(cohorts, ending, () => cohortProgress(cohorts, run)).catch(() => undefined);
      if (progress !== undefined && !ending.aborted) onProgress(progress);
      await sleep(PROGRESS_INTERVAL_ms, undefined, { signal: ending }).catch(() => undefined);
    }
  };
  const watching = watch();
  try {
    return await awaitResult(cohorts, handle, ending);
  } catch (error) {
    if (signal?.aborted) throw reasonOf(signal);
    throw error instanceof WorkflowFailedError ? describeEnd(run, error) : error;
  } finally {
    over.abort();
    await watching;
  }
}

/** Waits through restarts of the server: only an answer of the workflow itself, or the signal, ends the wait. */
async function awaitResult(cohorts: CohortClient, handle: WorkflowHandle, signal: AbortSignal): Promise<CohortResult> {
  for (;;) {
    try {
      signal.throwIfAborted();
      return await call(cohorts, signal, () => handle.result());
    } catch (error) {
      const isUnreachable =
        error instanceof Error &&
        /UNAVAILABLE|ECONNREFUSED|CANCELLED|DEADLINE_EXCEEDED|Failed to connect|Unavailable/.test(fullText(error));
      if (signal.aborted || !isUnreachable || error instanceof WorkflowFailedError) throw error;
      await sleep(PROGRESS_INTERVAL_ms, undefined, { signal }).catch(() => undefined); // the loop looks at the signal
    }
  }
}

/**
 * Calls the server so that nothing of the call is left once this has ended: the client tries a call again from a timer, and on a connection that
 * was closed meanwhile such a trial ends the process. The signal cancels a call that waits; one between two trials ends by the deadline.
 */
const call = <T>({ client }: CohortClient, signal: AbortSignal, act: () => Promise<T>): Promise<T> =>
  client.withDeadline(Date.now() + CALL_DEADLINE_ms, () => client.withAbortSignal(signal, act));

const fullText = (error: Error): string =>
  `${error.name} ${error.message} ${error.cause instanceof Error ? fullText(error.cause) : ''}`;

/** Why a wait was ended, where whoever ended it said so. */
const reasonOf = ({ reason }: AbortSignal): TwinError =>
  reason instanceof TwinError
    ? reason
    : new TwinError('Cancelled', 'stopped waiting; the run itself goes on where workers are');

/** The reason that a run as a whole gave for its end. */
function describeEnd(run: string, error: WorkflowFailedError): TwinError {
  let cause: Error = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause.name === 'CancelledFailure'
    ? new TwinError('Cancelled', `run ${run} was cancelled; what it has built is kept`)
    : new TwinError('BadStudy', `run ${run} failed: ${cause.message}`);
}
