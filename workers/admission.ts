import { totalmem } from 'node:os';
import { TwinError } from '../twin/errors.ts';

/** What a job asks of a worker's memory. */
export interface Need {
  readonly memory_MB: number;
  /** Whether it is to have the worker to itself, however little it takes */
  readonly isAlone: boolean;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** Lets jobs in while memory holds them, in the order in which they ask, so that a large one is never overtaken for ever. */
export interface Gate {
  readonly budget_MB: number;
  /** Jobs that wait for their turn now */
  waiting(): number;
  /**
   * Waits until the job fits beside those that are in; gives what is called when it has ended.
   *
   * @throws TwinError OutOfMemory where it is larger than the whole budget; Cancelled where the signal was raised before its turn
   */
  admit(need: Need): Promise<() => void>;
}

interface Waiting {
  readonly weight_MB: number;
  readonly enter: () => void;
}

export function openGate(budget_MB: number): Gate {
  let free_MB = budget_MB;
  const queue: Waiting[] = [];
  const letIn = () => {
    for (let next = queue[0]; next !== undefined && next.weight_MB <= free_MB; next = queue[0]) {
      queue.shift();
      free_MB -= next.weight_MB;
      next.enter();
    }
  };
  return {
    budget_MB,
    waiting: () => queue.length,
    admit({ memory_MB, isAlone, signal }) {
      if (memory_MB > budget_MB) {
        return Promise.reject(
          new TwinError(
            'OutOfMemory',
            `memory: expected at most ${Math.floor(budget_MB)} MB, which this worker has, and about ${Math.ceil(memory_MB)} MB are needed; start a worker with more, or a pool "large", or take a coarser mesh`,
            { memory_MB, budget_MB },
          ),
        );
      }
      if (signal.aborted) return Promise.reject(cancelled());
      return new Promise((resolve, reject) => {
        const weight_MB = isAlone ? budget_MB : memory_MB;
        const leave = () => {
          free_MB += weight_MB;
          letIn();
        };
        const giveUp = () => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(cancelled());
          letIn(); // whoever stood behind it may fit
        };
        const waiting: Waiting = {
          weight_MB,
          enter: () => {
            signal.removeEventListener('abort', giveUp);
            resolve(once(leave));
          },
        };
        signal.addEventListener('abort', giveUp, { once: true });
        queue.push(waiting);
        letIn();
      });
    },
  };
}

const cancelled = () => new TwinError('Cancelled', 'cancelled while it waited for memory');

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

/** Share of a machine's memory that its workers may plan with; the rest is for the system, the runtime and a wrong estimate. */
const SHARE = 0.75;

/**
 * Memory that the workers of this machine, or of this container, may plan with, MB.
 *
 * @param limit_bytes  of the control group (`memory.max`), as Node reads it; 0 or more than there is where there is none
 */
export function memoryBudget(
  total_bytes: number = totalmem(),
  limit_bytes: number = process.constrainedMemory(),
): number {
  const bytes = limit_bytes > 0 ? Math.min(total_bytes, limit_bytes) : total_bytes;
  return Math.floor((SHARE * bytes) / 2 ** 20);
}
