import { mirrorFiles } from '../activities/stores/mirrorFiles.ts';
import { openFiles } from '../activities/stores/openStore.ts';
import { connectClient } from '../workers/client.ts';
import { runCounterfactual } from '../workers/counterfactualClient.ts';
import type { CounterfactualProgress, CounterfactualResult } from '../workflows/counterfactual.ts';
import type { Schedule } from '../workflows/messages.ts';
import { type CounterfactualChoice, counterfactualTask } from './counterfactualTask.ts';
import { publishedFolder, readRunNote, runFolder, storeOf } from './runFolder.ts';
import { HEARTBEAT_TIMEOUT_s } from './runStudy.ts';
import { type EngineEvents, startEngine } from './startEngine.ts';

export interface RunCounterfactualsOptions {
  readonly choice: CounterfactualChoice;
  /** Worker processes, and simulations at the same time in each; with no process, workers elsewhere do everything */
  readonly workers: number;
  readonly slots: number;
  /** The science; the real one where it is not said */
  readonly edgeModule?: URL;
  /** A worker silent for longer is taken for lost, s */
  readonly heartbeatTimeout_s?: number;
  readonly events: EngineEvents & { progress(progress: CounterfactualProgress): void };
  readonly signal: AbortSignal;
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
  { choice, workers, slots, events, signal, edgeModule, heartbeatTimeout_s }: RunCounterfactualsOptions,
): Promise<CounterfactualResult> {
  const note = readRunNote(folder);
  const published = publishedFolder(folder);
  const { databaseFile, logs } = runFolder(folder);
  const task = await counterfactualTask(folder, choice);
  const engine = await startEngine({
    databaseFile,
    store: storeOf(folder),
    ...(note.queues === undefined ? {} : { queues: note.queues }),
    logs,
    workers,
    slots,
    backend: note.backend,
    ...(edgeModule === undefined ? {} : { edgeModule }),
    events,
    signal,
  });
  try {
    const cohorts = await connectClient(engine.access);
    try {
      const gaveUp = new AbortController();
      engine.workers.ended.catch((reason: unknown) => gaveUp.abort(reason));
      const schedule: Schedule = {
        calibrateOn: 'cpu',
        heartbeatTimeout_s: heartbeatTimeout_s ?? HEARTBEAT_TIMEOUT_s,
        queues: engine.queues,
      };
      const result = await runCounterfactual(cohorts, {
        ...task,
        window: 2 * Math.max(1, workers) * slots,
        schedule,
        onProgress: (progress) => events.progress(progress),
        signal: AbortSignal.any([signal, gaveUp.signal]),
      });
      if (note.publish !== undefined) await mirrorFiles(await openFiles(note.publish), await openFiles(published));
      return result;
    } finally {
      await cohorts.close();
    }
  } finally {
    await engine.stop();
  }
}
