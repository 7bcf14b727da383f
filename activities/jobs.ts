import { calibrate } from './calibrate.ts';
import type { Control, Edge } from './edge.ts';
import { measure } from './measure.ts';
import { openPage } from './openPage.ts';
import { prepare } from './prepare.ts';
import { publish } from './publish.ts';
import { quarantine } from './quarantine.ts';
import { STAGES, writeCost } from './subjectRecords.ts';

/** Everything that a worker can be asked to do, by name. */
export const JOBS = { openPage, prepare, calibrate, measure, quarantine, publish } as const;
export type JobName = keyof typeof JOBS;
export type JobInput<N extends JobName> = Parameters<(typeof JOBS)[N]>[1];
export type JobResult<N extends JobName> = Awaited<ReturnType<(typeof JOBS)[N]>>;

/** Who does a job, and for the how manieth time; kept with the job's cost. */
export interface Attempt {
  readonly attempt: number;
  readonly worker: string;
  /** Whether nothing else may be at work in the worker meanwhile */
  readonly isAlone?: boolean;
}

/** Does one job and, for a stage of a subject, notes what it cost. */
export async function runJob<N extends JobName>(
  edge: Edge,
  name: N,
  input: JobInput<N>,
  control: Control,
  { attempt, worker }: Attempt,
): Promise<JobResult<N>> {
  const started_ms = performance.now();
  const job = JOBS[name] as (edge: Edge, input: JobInput<N>, control: Control) => Promise<JobResult<N>>;
  const result = await job(edge, input, control);
  const stage = STAGES.find((candidate) => candidate === name);
  const subject = subjectOf(input, result);
  if (stage !== undefined && subject !== undefined) {
    await writeCost(edge.store, subject.run, {
      subject: subject.name,
      stage,
      seconds: (performance.now() - started_ms) / 1000,
      peakMemory_MB: process.resourceUsage().maxRSS / 1024,
      attempts: attempt,
      worker,
      wasCached: 'wasCached' in result && result.wasCached,
    });
  }
  return result;
}

/** Stages take a subject's place, alone or with what earlier stages made, and one of the two names the subject. */
function subjectOf(input: JobInput<JobName>, result: object): { run: string; name: string } | undefined {
  const place = 'place' in input ? input.place : input;
  if ('prepared' in input) return { run: place.run, name: input.prepared.subject };
  return 'subject' in result && typeof result.subject === 'string'
    ? { run: place.run, name: result.subject }
    : undefined;
}
