import type { ActivityOptions } from '@temporalio/workflow';
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { SubjectPlace } from '../activities/study.ts';
import type { SubjectFailure } from '../cohorts/row.ts';
import type { Schedule, Stage } from './messages.ts';
import { queueOf } from './queues.ts';

/** How a subject ended. */
export type SubjectOutcome =
  | { readonly status: 'done'; readonly subject: string; readonly wasCached: boolean }
  | { readonly status: 'quarantined'; readonly subject: string; readonly failure: SubjectFailure };

/** Times that a subject starts again from its files because a stored intermediate was lost. */
const REBUILDS = 2;

/**
 * One subject, from its files to its row of the cohort table. Only references pass through here. A subject that fails gets a row that says
 * why; what is thrown is a cancellation, or the failure to write even that row.
 */
export async function buildSubject(
  place: SubjectPlace,
  schedule: Schedule,
  onStage: (stage: Stage) => void,
): Promise<SubjectOutcome> {
  const { prepare, measure, quarantine } = activitiesOn('cpu', schedule, '10 minutes', 5);
  const { calibrate } = activitiesOn(schedule.calibrateOn, schedule, '45 minutes', 4);
  let stage: Stage = 'prepare';
  const enter = (next: Stage) => {
    stage = next;
    onStage(next);
  };

  const build = async (): Promise<SubjectOutcome> => {
    enter('prepare');
    const prepared = await prepare(place);
    enter('calibrate');
    const { subject, anatomy, beat } = prepared;
    const job = { place, prepared: { subject, anatomy, beat } };
    const calibrated = await calibrate({ ...job, start: 0 }).catch((error: unknown) => {
      if (failureType(error) !== 'NoConvergence') throw error;
      return calibrate({ ...job, start: 1 });
    });
    enter('measure');
    const measured = await measure({ place, prepared, calibrated });
    return { status: 'done', subject, wasCached: prepared.wasCached && calibrated.wasCached && measured.wasCached };
  };

  for (let rebuilds = 0; ; rebuilds++) {
    try {
      return await build();
    } catch (error) {
      if (isCancellation(error)) throw error;
      if (failureType(error) === 'ArtifactLost' && rebuilds < REBUILDS) continue;
      const failure = describeFailure(stage, error);
      const { subject } = await quarantine({ place, failure });
      return { status: 'quarantined', subject, failure };
    }
  }
}

/** The activities of a pool. Each heartbeats, so that a lost worker is noticed long before a stage's own time is up. */
export function activitiesOn(
  pool: 'cpu' | 'gpu' | 'large',
  { heartbeatTimeout_s, queues }: Schedule,
  startToCloseTimeout: NonNullable<ActivityOptions['startToCloseTimeout']>,
  maximumAttempts: number,
): Activities {
  return proxyActivities<Activities>({
    taskQueue: queueOf(pool, queues),
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

/** A failure as it stands in the quarantine table. */
export function describeFailure(stage: Stage, error: unknown): SubjectFailure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const code = cause instanceof TimeoutFailure ? 'Timeout' : (failureType(error) ?? 'Unexpected');
  const message = cause instanceof Error ? cause.message : String(cause);
  return { stage: stage === 'prepare' && code === 'BadInput' ? 'read' : stage, code, message };
}
