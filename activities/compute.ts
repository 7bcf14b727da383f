import { TwinError } from '../twin/errors.ts';
import type { Control, Edge } from './edge.ts';
import { type Attempt, type JobInput, type JobName, type JobResult, runJob } from './jobs.ts';

/** Where jobs are done: worker threads in a worker process, the calling thread in a test or for a single twin. */
export interface Compute {
  /** @throws TwinError Cancelled when the control's signal was raised, and what the job throws */
  run<N extends JobName>(name: N, input: JobInput<N>, control: Control, attempt: Attempt): Promise<JobResult<N>>;
}

/** Does jobs in the calling thread. */
export function inlineCompute(edge: Edge): Compute {
  return {
    run: <N extends JobName>(name: N, input: JobInput<N>, control: Control, attempt: Attempt) =>
      control.signal.aborted
        ? Promise.reject(new TwinError('Cancelled', `${name}: cancelled before it began`))
        : runJob(edge, name, input, control, attempt),
  };
}
