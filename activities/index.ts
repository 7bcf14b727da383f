import { Context, cancelled } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { z } from 'zod';
import type { CalibrationCheckpoint } from '../twin/calibrate/twin.ts';
import { type ErrorCode, TwinError } from '../twin/errors.ts';
import type { Compute } from './compute.ts';
import type { JOBS, JobInput, JobName, JobResult } from './jobs.ts';
import { ARTIFACT_LOST, ArtifactLost } from './stores/artifactLost.ts';
import { patiently } from './stores/patience.ts';

/** Errors of a program that would do the same again. */
const FAULTS: readonly string[] = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];

/** What workflows call: one function a job, taking and giving references. */
export type Activities = { [N in JobName]: (input: JobInput<N> & Demand) => Promise<JobResult<N>> };

/** What a workflow may ask of the worker, beside the job itself. */
export interface Demand {
  /** Nothing else shall be at work in the worker meanwhile: the job found too little memory beside others */
  readonly isAlone?: boolean;
}

/** A job that fails or is lost this often may be what takes its workers down, and its neighbours with them. */
const ATTEMPTS_BESIDE_OTHERS = 2;

/** How often a running activity says that it lives, ms; Temporal takes it for lost after the workflow's heartbeat timeout. */
const HEARTBEAT_INTERVAL_ms = 3000;

/** The activities of a worker, done by its compute. */
export function createActivities(compute: Compute): Activities {
  const activity =
    <N extends JobName>(name: N) =>
    (input: JobInput<N> & Demand) =>
      runActivity(compute, name, input);
  return {
    openPage: activity('openPage'),
    prepare: activity('prepare'),
    calibrate: activity('calibrate'),
    measure: activity('measure'),
    quarantine: activity('quarantine'),
    collectPage: activity('collectPage'),
    publish: activity('publish'),
    planStudy: activity('planStudy'),
    watchSource: activity('watchSource'),
    planVisits: activity('planVisits'),
    settleRun: activity('settleRun'),
    noteSource: activity('noteSource'),
    planCounterfactuals: activity('planCounterfactuals'),
    counterfactual: activity('counterfactual'),
    publishCounterfactuals: activity('publishCounterfactuals'),
  } satisfies Record<keyof typeof JOBS, unknown>;
}

async function runActivity<N extends JobName>(
  compute: Compute,
  name: N,
  { isAlone: isAsked = false, ...rest }: JobInput<N> & Demand,
): Promise<JobResult<N>> {
  const input = rest as unknown as JobInput<N>; // all but what was taken out of it in the line before
  const context = Context.current();
  const resumeFrom = checkpointSchema.safeParse(context.info.heartbeatDetails).data;
  let details: CalibrationCheckpoint | undefined = resumeFrom;
  const beat = setInterval(() => context.heartbeat(details), HEARTBEAT_INTERVAL_ms);
  const control = {
    signal: context.cancellationSignal,
    resumeFrom,
    onProgress: ({ checkpoint }: { readonly checkpoint: CalibrationCheckpoint }) => {
      details = checkpoint;
      context.heartbeat(details);
    },
  };
  try {
    const { attempt } = context.info;
    const isAlone = isAsked || attempt > ATTEMPTS_BESIDE_OTHERS;
    const how = { attempt, worker: workerOf(context), isAlone };
    const run = () => compute.run(name, input, { ...control, resumeFrom: details }, how);
    return await patiently(run, context.cancellationSignal);
  } catch (error) {
    if (context.cancellationSignal.aborted) return await cancelled(); // gives the reason that Temporal gave
    throw asFailure(error);
  } finally {
    clearInterval(beat);
  }
}

/** What Temporal is to do about an error: its code says whether another attempt can end otherwise. */
export function asFailure(error: unknown): unknown {
  if (error instanceof TwinError) {
    if (error.code === 'Cancelled') return new CancelledFailure(error.message);
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: isFinal(error.code),
      details: [error.details],
    });
  }
  if (error instanceof Error && FAULTS.includes(error.name))
    return ApplicationFailure.nonRetryable(error.message, error.name);
  if (error instanceof ArtifactLost) return ApplicationFailure.nonRetryable(error.message, ARTIFACT_LOST);
  return error;
}

/** Whether the same inputs and settings would fail again; another seed or corrected files are the workflow's or a person's to give. */
function isFinal(code: ErrorCode): boolean {
  switch (code) {
    case 'BadStudy':
    case 'BadInput':
    case 'BadAnatomy':
    case 'BadEcg':
    case 'NoConvergence':
    case 'OutOfMemory':
      return true;
    case 'Cancelled':
      return false;
    default:
      return code satisfies never;
  }
}

const workerOf = (context: Context): string => `${context.info.taskQueue}#${process.pid}`;

const checkpointSchema: z.ZodType<CalibrationCheckpoint> = z.strictObject({
  level: z.int(),
  iteration: z.int(),
  damping: z.number(),
  gain: z.number(),
  pmjPositions: z.array(z.number()),
  pmjTimes_ms: z.array(z.number()),
  velocities_mm_ms: z.array(z.number()),
  memory: z.array(z.array(z.number())).exactOptional(),
});
