import { TwinError } from '../twin/errors.ts';
import { EXIT } from './console.ts';

/**
 * Does something that Ctrl-C, or SIGTERM, ends gently: the first of them raises the signal, further ones change nothing.
 *
 * @param onInterrupt  called once, before the signal is raised
 */
export async function interruptible<T>(onInterrupt: () => void, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) return;
    onInterrupt();
    stop.abort(new TwinError('Cancelled', 'interrupted'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** What a person is told who interrupts work that can go on later. */
export interface Resumption {
  /** At once: `stopping: what is built is kept …` */
  readonly stopping: string;
  /** The command that goes on */
  readonly command: string;
  tell(line: string): void;
}

/** Does a command's work until its end or an interruption, of which it says how to go on. Gives the exit code. */
export const resumable = (
  { stopping, command, tell }: Resumption,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> =>
  interruptible(
    () => tell(`\n${stopping}`),
    async (signal) => {
      try {
        return await work(signal);
      } catch (error) {
        if (!(error instanceof TwinError) || error.code !== 'Cancelled') throw error;
        tell(`${signal.aborted ? 'stopped; nothing is lost' : error.message}. To go on: ${command}`);
        return EXIT.interrupted;
      }
    },
  );
