import type { ActivityOptions } from '@temporalio/workflow';
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  patched,
  proxyActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Activities, Demand } from '../activities/index.ts';
import type { SubjectPlace } from '../activities/records/study.ts';
import type { SubjectFailure } from '../cohorts/row.ts';
import type { Schedule, Stage } from './messages.ts';
import { type Pool, priorityOf, queueOf } from './queues.ts';

/** How a subject ended. */
export type SubjectOutcome =
  | { readonly status: 'done'; readonly subject: string; readonly wasCached: boolean }
  | { readonly status: 'quarantined'; readonly subject: string; readonly failure: SubjectFailure };

/** Times that a subject starts again from its files because a stored intermediate was lost. */
const REBUILDS = 2;

/** Since 0.2 a stage that runs out of memory is tried alone, and then where there is more. */
const FINDS_MEMORY = 'find-memory';

/**
 * One subject, from its files to its row of the cohort table. Only references pass through here. A subject that fails gets a row that says
 * why; what is thrown is a cancellation, or the failure to write even that row.
 */
export async function buildSubject(
  place: SubjectPlace,
  schedule: Schedule,
  onStage: (stage: Stage) => void,
): Promise<SubjectOutcome> {
  /** Where each stage is done, and whether with a worker to itself; changed when memory did not hold it. */
  const homes: Record<Stage, Home> = {
    prepare: { pool: 'cpu', demand: {} },
    calibrate: { pool: schedule.calibrateOn, demand: {} },
    measure: { pool: 'cpu', demand: {} },
  };
  let stage: Stage = 'prepare';
  const enter = (next: Stage) => {
    stage = next;
    onStage(next);
    const { pool, demand } = homes[next];
    const [time, attempts] = next === 'calibrate' ? (['45 minutes', 4] as const) : (['10 minutes', 5] as const);
    return { demand, activities: activitiesOn(pool, schedule, time, attempts, place.run) };
  };

  const build = async (): Promise<SubjectOutcome> => {
    const preparing = enter('prepare');
    const prepared = await preparing.activities.prepare({ ...place, ...preparing.demand });
    const calibrating = enter('calibrate');
    const { calibrate } = calibrating.activities;
    const { subject, anatomy, beat } = prepared;
    const job = { place, prepared: { subject, anatomy, beat }, ...calibrating.demand };
    const calibrated = await calibrate({ ...job, start: 0 }).catch((error: unknown) => {
      if (failureType(error) !== 'NoConvergence') throw error;
      return calibrate({ ...job, start: 1 });
    });
    const measuring = enter('measure');
    const measured = await measuring.activities.measure({ place, prepared, calibrated, ...measuring.demand });
    return { status: 'done', subject, wasCached: prepared.wasCached && calibrated.wasCached && measured.wasCached };
  };

  for (let rebuilds = 0; ; ) {
    try {
      return await build();
    } catch (error) {
      if (isCancellation(error)) throw error;
      if (failureType(error) === 'ArtifactLost' && rebuilds++ < REBUILDS) continue;
      const roomier = roomierHome(homes[stage], error, schedule);
      if (roomier !== undefined && patched(FINDS_MEMORY)) {
        homes[stage] = roomier; // the stages before are found again, not made
        continue;
      }
      const failure = describeFailure(stage, error);
      const { quarantine } = activitiesOn('cpu', schedule, '10 minutes', 5, place.run);
      const { subject } = await quarantine({ place, failure });
      return { status: 'quarantined', subject, failure };
    }
  }
}

interface Home {
  readonly pool: ComputePool;
  readonly demand: Demand;
}

/** Where a stage that memory did not hold is tried next: with a worker to itself, then in the pool that has more. */
function roomierHome({ pool, demand }: Home, error: unknown, { hasLargePool = false }: Schedule): Home | undefined {
  const ranOut = failureType(error) === 'OutOfMemory';
  if (ranOut && demand.isAlone !== true) return { pool, demand: { isAlone: true } };
  // Workers that fell silent had it to themselves at last, so that only more memory is left to try.
  const isLacking = ranOut || wasLost(error);
  return isLacking && hasLargePool && pool !== 'large' ? { pool: 'large', demand: { isAlone: true } } : undefined;
}

type ComputePool = Exclude<Pool, 'workflow'>;

/**
 * The activities of a pool. Each heartbeats, so that a lost worker is noticed long before a stage's own time is up.
 *
 * @param run  whose turn it is when runs of equal priority wait; that of the workflow itself where it is not said
 */
export function activitiesOn(
  pool: ComputePool,
  schedule: Schedule,
  startToCloseTimeout: NonNullable<ActivityOptions['startToCloseTimeout']>,
  maximumAttempts: number,
  run?: string,
): Activities {
  const { heartbeatTimeout_s, queues } = schedule;
  return proxyActivities<Activities>({
    taskQueue: queueOf(pool, queues),
    priority: priorityOf(schedule, run),
    startToCloseTimeout,
    heartbeatTimeout: heartbeatTimeout_s * 1000,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds', maximumAttempts },
  });
}

/** The code of what an activity threw. */
function failureType(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
}

/** Whether every worker that took the job fell silent, as one does that the system ends for its memory. */
function wasLost(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof TimeoutFailure && cause.timeoutType === 'HEARTBEAT';
}

/** A failure as it stands in the quarantine table. */
export function describeFailure(stage: Stage, error: unknown): SubjectFailure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const code = cause instanceof TimeoutFailure ? 'Timeout' : (failureType(error) ?? 'Unexpected');
  const message = wasLost(error)
    ? 'worker after worker that took it fell silent, the last with nothing else to do; it may need more memory than they have'
    : cause instanceof Error
      ? cause.message
      : String(cause);
  return { stage: stage === 'prepare' && code === 'BadInput' ? 'read' : stage, code, message };
}
