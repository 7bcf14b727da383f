import { TwinError } from '../twin/errors.ts';
import { calibrate } from './calibrate.ts';
import { collectPage } from './collectPage.ts';
import { counterfactual } from './counterfactual.ts';
import { planCounterfactuals } from './counterfactualPlan.ts';
import { publishCounterfactuals } from './counterfactualPublish.ts';
import type { Control, Edge } from './edge.ts';
import { measure } from './measure.ts';
import { openPage } from './openPage.ts';
import { planStudy } from './planStudy.ts';
import { planVisits } from './planVisits.ts';
import { prepare } from './prepare.ts';
import { publish } from './publish.ts';
import { quarantine } from './quarantine.ts';
import { getSubject, type SubjectPlace } from './records/study.ts';
import { STAGES, writeCost } from './records/subjectRecords.ts';
import { settleRun } from './settleRun.ts';
import { noteSource, watchSource } from './watchSource.ts';

/** Everything that a worker can be asked to do, by name. */
export const JOBS = {
  openPage,
  prepare,
  calibrate,
  measure,
  quarantine,
  collectPage,
  publish,
  planStudy,
  watchSource,
  planVisits,
  settleRun,
  noteSource,
  planCounterfactuals,
  counterfactual,
  publishCounterfactuals,
} as const;
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

/** Does one job and, for a stage of a subject, notes what it cost, whether it ended well or not. */
export async function runJob<N extends JobName>(
  edge: Edge,
  name: N,
  input: JobInput<N>,
  control: Control,
  { attempt, worker }: Attempt,
): Promise<JobResult<N>> {
  const began_ms = performance.now();
  const started_ms = Date.now();
  const job = JOBS[name] as (edge: Edge, input: JobInput<N>, control: Control) => Promise<JobResult<N>>;
  const stage = STAGES.find((candidate) => candidate === name);
  const note = async (subject: SubjectOfRun, wasCached: boolean, outcome: string): Promise<void> => {
    if (stage === undefined) return;
    await writeCost(edge.store, subject.run, {
      subject: subject.name,
      stage,
      seconds: (performance.now() - began_ms) / 1000,
      peakMemory_MB: process.resourceUsage().maxRSS / 1024,
      attempts: attempt,
      worker,
      wasCached,
      started_ms,
      device: (stage === 'calibrate' ? edge.science.device : undefined) ?? 'cpu',
      outcome,
    });
  };
  let result: JobResult<N>;
  try {
    result = await job(edge, input, control);
  } catch (error) {
    const code = error instanceof TwinError ? error.code : error instanceof Error ? error.name : 'Error';
    if (stage !== undefined && code !== 'Cancelled') {
      // A store that cannot be written to is often what ended the job: then that error is the one to be told, and the note is left out.
      await subjectOf(edge, input)
        .then((subject) => note(subject, false, code))
        .catch(() => undefined);
    }
    throw error;
  }
  if (stage !== undefined) {
    await note(await subjectOf(edge, input, result), 'wasCached' in result && result.wasCached, 'done');
  }
  return result;
}

interface SubjectOfRun {
  readonly run: string;
  readonly name: string;
}

/** Stages take a subject's place, alone or with what earlier stages made; else the study at that place names the subject. */
async function subjectOf({ store }: Edge, input: JobInput<JobName>, result: object = {}): Promise<SubjectOfRun> {
  if ('prepared' in input) return { run: input.place.run, name: input.prepared.subject };
  const place = 'place' in input ? input.place : input;
  if ('subject' in result && typeof result.subject === 'string') return { run: place.run, name: result.subject };
  if (!isSubjectPlace(place)) throw new RangeError('this job is about no subject');
  return { run: place.run, name: (await getSubject(store, place)).row.subject };
}

const isSubjectPlace = (place: object): place is SubjectPlace => 'position' in place;
