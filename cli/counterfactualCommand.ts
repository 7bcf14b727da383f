import { TwinError } from '../twin/errors.ts';
import type { CounterfactualResult } from '../workflows/counterfactual.ts';
import { audited } from './audit.ts';
import { answer, EXIT, isInteractive, PROGRAM, say, warn } from './console.ts';
import { runCounterfactuals } from './counterfactual.ts';
import type { CounterfactualChoice } from './counterfactualTask.ts';
import { counterfactualSentence, describeCounterfactuals } from './counterfactualText.ts';
import { refuseScheduled } from './runFolder.ts';
import { serverSentence } from './serverSentence.ts';
import { openStatusLine } from './statusLine.ts';

export interface CounterfactualOptions extends CounterfactualChoice {
  readonly workers: number;
  readonly slots: number;
  readonly json?: boolean;
  /** The science, where it is not the real one */
  readonly edgeModule?: URL;
}

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
  const line = openStatusLine(tell, !json && isInteractive());
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
          progress: (progress) => line.show(describeCounterfactuals(progress)),
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

function tellResult(
  result: CounterfactualResult,
  elapsed_ms: number,
  folder: string,
  tell: (line: string) => void,
): void {
  tell(`${counterfactualSentence(result)}; ${(elapsed_ms / 1000).toFixed(1)} s`);
  const names = Object.keys(result.files).join(' and ');
  tell(
    names === '' ? 'no tables: nothing was asked for' : `tables beside the cohort’s: ${names} in ${folder}/published`,
  );
}
