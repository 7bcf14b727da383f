import { mirrorFiles } from '../activities/stores/mirrorFiles.ts';
import { openFiles } from '../activities/stores/openStore.ts';
import { runCounterfactual } from '../workers/counterfactualClient.ts';
import type { CounterfactualProgress, CounterfactualResult } from '../workflows/counterfactual.ts';
import { type CounterfactualChoice, counterfactualTask } from './counterfactualTask.ts';
import { publishedFolder, readRunNote, runFolder, storeOf } from './runFolder.ts';
import type { EngineEvents } from './startEngine.ts';
import { type EngineUse, withEngine } from './withEngine.ts';

export interface RunCounterfactualsOptions
  extends Pick<EngineUse, 'workers' | 'slots' | 'edgeModule' | 'heartbeatTimeout_s' | 'signal'> {
  readonly choice: CounterfactualChoice;
  readonly events: EngineEvents & { progress(progress: CounterfactualProgress): void };
}

/**
 * Makes the counterfactual twins of a finished run on a server and workers of its own, ends both, and leaves `reference.parquet` and `swaps.parquet` beside its
 * cohort table. Stopped, or killed, it goes on from where it was when it is called again; called again after its end, it finds everything.
 *
 * @param folder  of the run
 * @throws TwinError BadStudy where the folder holds no published cohort, or no pairs though they are needed; Cancelled when the signal was raised
 */
export async function runCounterfactuals(
  folder: string,
  { choice, ...options }: RunCounterfactualsOptions,
): Promise<CounterfactualResult> {
  const { backend, queues, publish } = readRunNote(folder);
  const { databaseFile, logs } = runFolder(folder);
  const published = publishedFolder(folder);
  const asked = await counterfactualTask(folder, choice);
  const own = { databaseFile, logs, store: storeOf(folder), backend, ...(queues === undefined ? {} : { queues }) };
  return withEngine({ ...options, ...own }, undefined, async (cohorts, task) => {
    const result = await runCounterfactual(cohorts, {
      ...asked,
      ...task,
      onProgress: (progress) => options.events.progress(progress),
    });
    if (publish !== undefined) await mirrorFiles(await openFiles(publish), await openFiles(published));
    return result;
  });
}
