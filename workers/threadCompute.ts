import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Compute } from '../activities/compute.ts';
import type { JobInput, JobName, JobResult } from '../activities/jobs.ts';
import { TwinError } from '../twin/errors.ts';
import type { Gate } from './admission.ts';
import { asOutOfMemory } from './outOfMemory.ts';
import {
  type FromThread,
  readError,
  spellError,
  type ThreadAnswer,
  type ThreadSettings,
  type ThreadTask,
  type ToThread,
} from './threadMessages.ts';

/** A job that was asked to end and does not within this time loses its thread. */
const STOP_PATIENCE_ms = 10_000;

/** Compute in worker threads: the process itself stays free to heartbeat. */
export interface ThreadCompute extends Compute {
  /** Opens what a thread computes with. @throws Error where this machine lacks it: no job should then be taken */
  openOne(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param slots  threads, and so jobs at the same time
 * @param gate  keeps count of the process' memory; a thread's own heap may have as much as the gate's budget
 */
export function openThreadCompute(settings: ThreadSettings, slots: number, gate: Gate): ThreadCompute {
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./computeThread.ts', import.meta.url)),
    minThreads: 1,
    maxThreads: slots,
    idleTimeout: 60_000,
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: gate.budget_MB },
  });

  async function run<N extends JobName>(
    name: N,
    input: JobInput<N>,
    { signal, onProgress, resumeFrom }: Parameters<Compute['run']>[2],
    attempt: Parameters<Compute['run']>[3],
  ): Promise<JobResult<N>> {
    const { port1, port2 } = new MessageChannel();
    const over = new AbortController();
    const leave: (() => void)[] = [];
    const admit = async (memory_MB: number) => {
      const isAlone = attempt.isAlone === true;
      try {
        const go = await gate.admit({ memory_MB, isAlone, signal: AbortSignal.any([signal, over.signal]) });
        if (over.signal.aborted) go();
        else leave.push(go);
        port1.postMessage({ isAdmitted: true } satisfies ToThread);
      } catch (error) {
        port1.postMessage({ isAdmitted: false, error: spellError(error) } satisfies ToThread);
      }
    };
    port1.on('message', (message: FromThread) => {
      if (message.type === 'progress') onProgress(message.progress);
      else void admit(message.memory_MB);
    });
    const stopFlag = new Int32Array(new SharedArrayBuffer(4));
    const force = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      Atomics.store(stopFlag, 0, 1);
      timer = setTimeout(() => force.abort(), STOP_PATIENCE_ms);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const task: ThreadTask<N> = { name, input, attempt, resumeFrom, stopFlag, port: port2 };
    try {
      const answer: ThreadAnswer = await pool.run(task, { transferList: [port2], signal: force.signal });
      if (!answer.isDone) throw readError(answer.error);
      return answer.result as JobResult<N>; // what runJob gave for this name, on the other side of the thread boundary
    } catch (error) {
      if (force.signal.aborted) throw new TwinError('Cancelled', `${name}: cancelled, its thread was ended`);
      throw asOutOfMemory(error) ?? error;
    } finally {
      over.abort();
      for (const go of leave) go();
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      port1.close();
    }
  }
  return { run, openOne: () => pool.run(undefined, { name: 'openHere' }), close: () => pool.close({ force: true }) };
}
