import type { CounterfactualProgress, CounterfactualResult } from '../workflows/counterfactual.ts';
import { audited } from './audit.ts';
import { answer, EXIT, isInteractive, PROGRAM, say, warn } from './console.ts';
import { runCounterfactuals } from './counterfactual.ts';
import type { CounterfactualChoice } from './counterfactualTask.ts';
import { counterfactualSentence, describeCounterfactuals } from './counterfactualText.ts';
import { resumable } from './interruptible.ts';
import { refuseScheduled } from './runFolder.ts';
import { engineTold } from './serverSentence.ts';
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
  const line = openStatusLine(tell, !json && isInteractive());
  const began_ms = performance.now();
  const { pairs = null, seed = null, times = null, pairing = 'random' } = choice;
  const entry = { command: 'counterfactual', details: { pairs, seed, times, pairing } };
  const command = `${PROGRAM} counterfactual ${folder}`;
  return resumable({ stopping: 'stopping: what is simulated is kept …', command, tell }, async (signal) => {
    const events = {
      ...engineTold(tell),
      serverReady: () => undefined,
      progress: (progress: CounterfactualProgress) => line.show(describeCounterfactuals(progress)),
    };
    const run = { choice, workers, slots, ...(edgeModule === undefined ? {} : { edgeModule }), signal, events };
    const result = await audited(folder, entry, () => runCounterfactuals(folder, run)).finally(() => line.end());
    tellResult(result, performance.now() - began_ms, folder, tell);
    if (json) answer(result);
    return result.failed > 0 ? EXIT.quarantined : EXIT.done;
  });
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
