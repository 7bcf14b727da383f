import type { MetricMeter } from '@temporalio/common';
import type { Compute } from '../activities/compute.ts';
import type { JobInput, JobName, JobResult } from '../activities/jobs.ts';
import { TwinError } from '../twin/errors.ts';
import type { WorkerSettings } from './settings.ts';

/** Edges of the histogram's bins, s: from a stage that is found in its store to a calibration of the better part of an hour. */
export const STAGE_BINS_s: readonly number[] = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, 2700];
const LOOK_INTERVAL_ms = 5000;

/** What a worker counts of its own. Labels are few and of known words: no subject, run or path is ever one. */
export interface WorkerMetrics {
  /** Counts and times every job that goes through. */
  observe(compute: Compute): Compute;
  /** @param waiting  counts the subjects that wait for memory; asked every few seconds */
  watchAdmission(waiting: () => number): void;
  close(): void;
}

/** Our metrics on the meter of Temporal's runtime: they stand on the same page as the SDK's own. Names and labels: docs/observability.md. */
export function openMetrics(
  meter: MetricMeter,
  { pool, backend }: Pick<WorkerSettings, 'pool' | 'backend'>,
): WorkerMetrics {
  const subjects = meter.createCounter('twinfold_subjects_total', '1', 'Subjects settled, by how.');
  const seconds = meter.createHistogram('twinfold_stage_seconds', 'float', 's', 'Time that a stage of a subject took.');
  const gpuSeconds = meter.createCounter('twinfold_gpu_seconds_total', 's', 'Time that stages held a graphics device.');
  const quarantined = meter.createCounter(
    'twinfold_quarantined_total',
    '1',
    'Subjects quarantined, by stage and code.',
  );
  const failures = meter.createCounter('twinfold_stage_failures_total', '1', 'Attempts of a job that failed, by code.');
  const retries = meter.createCounter(
    'twinfold_stage_retries_total',
    '1',
    'Attempts of a job that were not its first.',
  );
  const running = meter.createGauge('twinfold_stages_running', 'int', '1', 'Jobs at work now.');
  const waiting = meter.createGauge('twinfold_admission_waiting', 'int', '1', 'Subjects that wait for memory.');
  const memory = meter.createGauge('twinfold_memory_bytes', 'int', 'By', 'Memory that the worker holds.');

  const atWork = new Map<JobName, number>();
  const count = (name: JobName, change: 1 | -1) => {
    const now = (atWork.get(name) ?? 0) + change;
    atWork.set(name, now);
    running.set(now, { stage: name, pool });
  };
  // Counters take whole numbers: what is left of a second waits for the next stage.
  let gpuRest_s = 0;
  const countGpu = (spent_s: number) => {
    const whole = Math.floor(gpuRest_s + spent_s);
    gpuRest_s += spent_s - whole;
    gpuSeconds.add(whole, { backend });
  };

  let countWaiting = () => 0;
  const tell = () => {
    memory.set(process.memoryUsage.rss(), { pool });
    waiting.set(countWaiting(), { pool });
  };
  const telling = setInterval(tell, LOOK_INTERVAL_ms).unref();
  tell();
  if (pool === 'gpu') gpuSeconds.add(0, { backend });

  /** What a job that ended well says of its subject. */
  const settle = (name: JobName, input: JobInput<JobName>, isCached: boolean) => {
    if (name === 'measure') subjects.add(1, { outcome: 'done', cached: String(isCached) });
    if (name !== 'quarantine' || !('failure' in input)) return;
    subjects.add(1, { outcome: 'quarantined', cached: 'false' });
    quarantined.add(1, { stage: input.failure.stage, code: word(input.failure.code) });
  };

  return {
    observe: (compute) => ({
      async run<N extends JobName>(
        name: N,
        input: JobInput<N>,
        control: Parameters<Compute['run']>[2],
        attempt: Parameters<Compute['run']>[3],
      ): Promise<JobResult<N>> {
        const began_ms = performance.now();
        const elapsed_s = () => (performance.now() - began_ms) / 1000;
        if (attempt.attempt > 1) retries.add(1, { stage: name, pool });
        count(name, 1);
        try {
          const result = await compute.run(name, input, control, attempt);
          const isCached = 'wasCached' in result && result.wasCached;
          seconds.record(elapsed_s(), { stage: name, cached: String(isCached), backend, pool });
          settle(name, input, isCached);
          return result;
        } catch (error) {
          failures.add(1, { stage: name, code: codeOf(error), pool });
          throw error;
        } finally {
          if (pool === 'gpu') countGpu(elapsed_s());
          count(name, -1);
        }
      },
    }),
    watchAdmission(counted) {
      countWaiting = counted;
    },
    close: () => clearInterval(telling),
  };
}

const codeOf = (error: unknown): string =>
  error instanceof TwinError ? error.code : word(error instanceof Error ? error.name : 'Unexpected');

/** A code as a label: what is not one word of letters could be anything, and is called `other`. */
const word = (code: string): string => (/^[A-Za-z]{1,40}$/.test(code) ? code : 'other');
