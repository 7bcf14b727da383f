import { TwinError } from '../twin/errors.ts';
import type { CounterfactualProgress, CounterfactualResult } from '../workflows/counterfactual.ts';
import { audited } from './audit.ts';
import { answer, EXIT, isInteractive, PROGRAM, say, warn } from './console.ts';
import { type CounterfactualChoice, runCounterfactuals } from './counterfactual.ts';
import { refuseScheduled } from './runFolder.ts';
import { serverSentence } from './serverSentence.ts';

export interface CounterfactualOptions extends CounterfactualChoice {
  readonly workers: number;
  readonly slots: number;
  readonly json?: boolean;
  /** The science, where it is not the real one */
  readonly edgeModule?: URL;
}

/** Plain lines, where nobody watches, are this far apart. */
const PLAIN_INTERVAL_ms = 10_000;

/** Counterfactual twins from the command line: what is told, and the exit code. */
export async function tellCounterfactuals(folder: string, options: CounterfactualOptions): Promise<number> {
  const { workers, slots, json = false, edgeModule, ...choice } = options;
  const tell = json ? warn : say;
  refuseScheduled(folder);
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) return;
    tell('\nstopping: what is simulated is kept …');
    stop.abort(new TwinError('Cancelled', 'interrupted'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const line = openLine(tell, !json && isInteractive());
  const began_ms = performance.now();
  const { pairs = null, seed = null, times = null, pairing = 'random' } = choice;
  try {
    const result = await audited(folder, { command: 'counterfactual', details: { pairs, seed, times, pairing } }, () =>
      runCounterfactuals(folder, {
        choice,
        workers,
        slots,
        ...(edgeModule === undefined ? {} : { edgeModule }),
        signal: stop.signal,
        events: {
          server: (event) => {
            const sentence = serverSentence(event);
            if (sentence !== undefined) tell(sentence);
          },
          serverReady: () => undefined,
          worker: (event) => {
            if (event.type === 'ended') tell(`worker ${event.name} ended (${event.reason}); starting it again`);
          },
          progress: (progress) => line.show(progress),
        },
      }),
    );
    line.end();
    tellResult(result, performance.now() - began_ms, folder, tell);
    if (json) answer(result);
    return result.failed > 0 ? EXIT.quarantined : EXIT.done;
  } catch (error) {
    line.end();
    if (!(error instanceof TwinError) || error.code !== 'Cancelled') throw error;
    tell(
      `${stop.signal.aborted ? 'stopped; nothing is lost' : error.message}. To go on: ${PROGRAM} counterfactual ${folder}`,
    );
    return EXIT.interrupted;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** One moving line for a person; for a log, a line now and then. */
function openLine(tell: (line: string) => void, isMoving: boolean) {
  let shown = '';
  let shownAt_ms = Number.NEGATIVE_INFINITY;
  return {
    show({ phase, items, done, failed, cached, running }: CounterfactualProgress) {
      const parts = [`${done + failed}/${items} hearts and pairs`];
      if (failed > 0) parts.push(`${failed} failed`);
      if (cached > 0) parts.push(`${cached} found from before`);
      if (running > 0) parts.push(`${running} under way`);
      const text = phase === 'simulating' ? parts.join(' · ') : phase;
      const now_ms = performance.now();
      if (text === shown) return;
      if (isMoving) process.stdout.write(`\r\x1b[2K${text}`);
      else if (now_ms - shownAt_ms < PLAIN_INTERVAL_ms) return;
      else tell(text);
      shown = text;
      shownAt_ms = now_ms;
    },
    end() {
      if (isMoving && shown !== '') process.stdout.write('\n');
      shown = '';
    },
  };
}

function tellResult(
  { references, pairs, done, failed, cached, files }: CounterfactualResult,
  elapsed_ms: number,
  folder: string,
  tell: (line: string) => void,
): void {
  const made = done + failed - cached;
  const work = made === 0 ? 'nothing was computed: all was there from before' : `${made} simulated, ${cached} found`;
  tell(
    `${references} hearts under the reference function, ${pairs} pairs put together in 32 ways: ${work}; ${(elapsed_ms / 1000).toFixed(1)} s`,
  );
  if (failed > 0) tell(`${failed} could not be simulated; the column "finding" says why`);
  const names = Object.keys(files).join(' and ');
  tell(
    names === '' ? 'no tables: nothing was asked for' : `tables beside the cohort’s: ${names} in ${folder}/published`,
  );
}
