import {
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
  type ScheduleSummary,
  WorkflowFailedError,
} from '@temporalio/client';
import { TwinError } from '../twin/errors.ts';
import { livingId, RUN_NAME, reprocessId, SIGNAL, WORKFLOW } from '../workflows/ids.ts';
import type { LivingTwinInput } from '../workflows/livingTwin.ts';
import { PRIORITY, queueOf } from '../workflows/queues.ts';
import type { LivingRun, ReprocessInput } from '../workflows/reprocess.ts';
import type { CohortClient } from './client.ts';

/** What is done when a schedule's time comes while its last execution goes on. */
export const OVERLAPS = {
  skip: ScheduleOverlapPolicy.SKIP,
  'buffer-one': ScheduleOverlapPolicy.BUFFER_ONE,
  'cancel-other': ScheduleOverlapPolicy.CANCEL_OTHER,
  'allow-all': ScheduleOverlapPolicy.ALLOW_ALL,
} as const;
export type Overlap = keyof typeof OVERLAPS;

/** When a run is brought up to date. */
export interface Timing {
  /** Cron texts of five fields, UTC unless they begin with `CRON_TZ=Europe/Berlin` */
  readonly crons: readonly string[];
  readonly every_ms?: number;
  /** Each time is moved by a random part of this, so that many schedules do not begin at once */
  readonly jitter_ms?: number;
  readonly overlap: Overlap;
  readonly isPaused: boolean;
}

/** A schedule as people see it. */
export interface ScheduleState {
  readonly id: string;
  readonly run: string;
  readonly isPaused: boolean;
  readonly note: string | null;
  /** Times to come, ISO 8601 */
  readonly next: readonly string[];
  /** Executions of late, the newest last */
  readonly recent: readonly { readonly at: string; readonly workflowId: string }[];
}

/** A description with what the schedule was made with. */
export interface ScheduleDetails extends ScheduleState {
  readonly input: ReprocessInput | null;
  readonly overlap: Overlap;
  readonly fired: number;
  /** Executions of late with what became of them, the newest last */
  readonly executions: readonly { readonly at: string; readonly workflowId: string; readonly result: unknown }[];
}

/** A firing that was missed while nobody was there is made up for, where it is no longer ago than this. */
const CATCH_UP_ms = 24 * 3600_000;

/** @throws TwinError BadStudy where there is one of this name already, or the times are none */
export async function createSchedule(
  { client }: CohortClient,
  id: string,
  input: ReprocessInput,
  { crons, every_ms, jitter_ms, overlap, isPaused }: Timing,
): Promise<void> {
  checkName(id);
  const options: ScheduleOptions = {
    scheduleId: id,
    spec: {
      cronExpressions: [...crons],
      intervals: every_ms === undefined ? [] : [{ every: every_ms }],
      ...(jitter_ms === undefined ? {} : { jitter: jitter_ms }),
    },
    action: {
      type: 'startWorkflow',
      workflowType: WORKFLOW.reprocess,
      workflowId: reprocessId(input.run),
      taskQueue: queueOf('workflow', input.schedule.queues),
      args: [{ ...input, schedule: { priority: PRIORITY.reprocessing, ...input.schedule } }],
    },
    policies: { overlap: OVERLAPS[overlap], catchupWindow: CATCH_UP_ms },
    state: { paused: isPaused },
    memo: { run: input.run },
  };
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) {
      throw new TwinError(
        'BadStudy',
        `schedule ${id}: is there already; delete it first, or give this one another --id`,
      );
    }
    throw refusalOf(id, error);
  }
}

/** Every schedule of the namespace that brings a run up to date, by its name. */
export async function listSchedules({ client }: CohortClient): Promise<readonly ScheduleState[]> {
  const found: ScheduleState[] = [];
  for await (const schedule of client.schedule.list()) {
    if (schedule.action?.workflowType === WORKFLOW.reprocess) found.push(stateOf(schedule));
  }
  return found.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** @throws TwinError BadStudy where there is no such schedule */
export async function describeSchedule(cohorts: CohortClient, id: string): Promise<ScheduleDetails> {
  const description = await withSchedule(cohorts, id, (schedule) => schedule.describe());
  const executions = await Promise.all(
    description.info.recentActions.map(async ({ takenAt, action }) => ({
      at: takenAt.toISOString(),
      workflowId: action.workflow.workflowId,
      result: await resultOf(cohorts, action.workflow.workflowId, action.workflow.firstExecutionRunId),
    })),
  );
  return { ...stateOf(description), ...orderOf(description), executions };
}

/** What a list and a description of a schedule have in common. */
function stateOf({
  scheduleId,
  state,
  info,
  memo,
}: Pick<ScheduleSummary, 'scheduleId' | 'state' | 'info' | 'memo'>): ScheduleState {
  return {
    id: scheduleId,
    run: String(memo?.run ?? ''),
    isPaused: state.paused,
    note: state.note ?? null,
    next: info.nextActionTimes.map((time) => time.toISOString()),
    recent: info.recentActions.map(({ takenAt, action: begun }) => ({
      at: takenAt.toISOString(),
      workflowId: begun.workflow.workflowId,
    })),
  };
}

/** What a schedule was made with. */
function orderOf({
  info,
  action,
  policies,
}: ScheduleDescription): Omit<ScheduleDetails, 'executions' | keyof ScheduleState> {
  const overlap = (Object.keys(OVERLAPS) as Overlap[]).find((name) => OVERLAPS[name] === policies.overlap) ?? 'skip';
  const [input] = action.type === 'startWorkflow' ? (action.args ?? []) : [];
  return {
    input: (input as ReprocessInput | undefined) ?? null, // written by createSchedule
    overlap,
    fired: info.numActionsTaken,
  };
}

/** How an execution ended; its status where it gave no result. */
async function resultOf({ client }: CohortClient, workflowId: string, runId: string): Promise<unknown> {
  try {
    const handle = client.workflow.getHandle(workflowId, undefined, { firstExecutionRunId: runId });
    const { status } = await client.workflow.getHandle(workflowId, runId).describe();
    return status.name === 'RUNNING' ? { status: 'running' } : await handle.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) return { status: 'unknown' }; // gone with the namespace's retention
    let cause: Error = error;
    while (cause.cause instanceof Error) cause = cause.cause;
    return { status: 'failed', reason: cause.message };
  }
}

/** Brings a run up to date now, whatever its times. */
export const triggerSchedule = (cohorts: CohortClient, id: string): Promise<void> =>
  withSchedule(cohorts, id, (schedule) => schedule.trigger(ScheduleOverlapPolicy.BUFFER_ONE));
export const pauseSchedule = (cohorts: CohortClient, id: string, note?: string): Promise<void> =>
  withSchedule(cohorts, id, (schedule) => schedule.pause(note));
export const unpauseSchedule = (cohorts: CohortClient, id: string, note?: string): Promise<void> =>
  withSchedule(cohorts, id, (schedule) => schedule.unpause(note));
/** What it has begun goes on; what it has published stays. */
export const deleteSchedule = (cohorts: CohortClient, id: string): Promise<void> =>
  withSchedule(cohorts, id, (schedule) => schedule.delete());

/** Fires for every time of the schedule between two moments, one after the other. */
export const backfillSchedule = (cohorts: CohortClient, id: string, from: Date, to: Date): Promise<void> =>
  withSchedule(cohorts, id, (schedule) =>
    schedule.backfill({ start: from, end: to, overlap: ScheduleOverlapPolicy.BUFFER_ALL }),
  );

/** Says that a subject of a run was visited, whether anybody is waiting for visits or not. */
export async function signalVisit({ client }: CohortClient, input: LivingTwinInput, subject: string): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOW.living, {
    workflowId: livingId(input.run),
    taskQueue: queueOf('workflow', input.schedule.queues),
    args: [input],
    signal: SIGNAL.visit,
    signalArgs: [subject],
  });
}

/** Waits until the visits of a run are built and published. */
export const awaitVisits = ({ client }: CohortClient, { run }: LivingRun): Promise<unknown> =>
  client.workflow.getHandle(livingId(run)).result();

/** @throws TwinError BadStudy where there is no such schedule, or it refuses */
async function withSchedule<T>(
  { client }: CohortClient,
  id: string,
  act: (schedule: ReturnType<typeof client.schedule.getHandle>) => Promise<T>,
): Promise<T> {
  checkName(id);
  try {
    return await act(client.schedule.getHandle(id));
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) {
      throw new TwinError('BadStudy', `schedule ${id}: there is none of this name; twinfold schedule list names them`);
    }
    throw refusalOf(id, error);
  }
}

function checkName(id: string): void {
  if (RUN_NAME.test(id)) return;
  throw new TwinError(
    'BadStudy',
    `schedule ${JSON.stringify(id.slice(0, 80))}: a name has 1 to 64 letters, digits, ".", "_" or "-"`,
  );
}

/** What the server has against times or a spec, in its own words. */
function refusalOf(id: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const isRefused = error instanceof TypeError || /INVALID_ARGUMENT|invalid/i.test(`${error.message} ${error.cause}`);
  if (!isRefused) return error;
  const cause = error.cause instanceof Error ? error.cause.message : error.message;
  return new TwinError('BadStudy', `schedule ${id}: ${cause}`);
}
