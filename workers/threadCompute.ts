import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Compute } from '../activities/compute.ts';
import type { JobInput, JobName, JobResult } from '../activities/jobs.ts';
import type { CalibrationProgress } from '../twin/calibrate/twin.ts';
import { TwinError } from '../twin/errors.ts';
import { readError, type ThreadAnswer, type ThreadSettings, type ThreadTask } from './threadMessages.ts';

/** A job that was asked to end and does not within this time loses its thread. */
const STOP_PATIENCE_ms = 10_000;

/** Compute in worker threads: the process itself stays free to heartbeat. */
export interface ThreadCompute extends Compute {
  close(): Promise<void>;
}

export function openThreadCompute(settings: ThreadSettings, slots: number): ThreadCompute {
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./computeThread.ts', import.meta.url)),
    minThreads: 1,
    maxThreads: slots,
    idleTimeout: 60_000,
    workerData: settings,
  });

  async function run<N extends JobName>(
    name: N,
    input: JobInput<N>,
    { signal, onProgress, resumeFrom }: Parameters<Compute['run']>[2],
    attempt: Parameters<Compute['run']>[3],
  ): Promise<JobResult<N>> {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (progress: CalibrationProgress) => onProgress(progress));
    const stopFlag = new Int32Array(new SharedArrayBuffer(4));
    const force = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      Atomics.store(stopFlag, 0, 1);
      timer = setTimeout(() => force.abort(), STOP_PATIENCE_ms);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const task: ThreadTask<N> = { name, input, attempt, resumeFrom, stopFlag, progress: port2 };
    try {
      const answer: ThreadAnswer = await pool.run(task, { transferList: [port2], signal: force.signal });
      if (!answer.isDone) throw readError(answer.error);
      return answer.result as JobResult<N>; // what runJob gave for this name, on the other side of the thread boundary
    } catch (error) {
      throw force.signal.aborted ? new TwinError('Cancelled', `${name}: cancelled, its thread was ended`) : error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      port1.close();
    }
  }
  return { run, close: () => pool.close({ force: true }) };
}
