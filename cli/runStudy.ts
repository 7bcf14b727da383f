import { openFolderStore } from '../activities/folderStore.ts';
import { putStudy } from '../activities/study.ts';
import { cacheFolder } from '../infra/temporal/cacheFolder.ts';
import type { ServerEvent } from '../infra/temporal/events.ts';
import { type RunningServer, startServer } from '../infra/temporal/startServer.ts';
import { accessOf } from '../workers/access.ts';
import { connectClient, retryCohort, runCohort } from '../workers/client.ts';
import { type RunningWorkers, startWorkers, type WorkerEvent } from '../workers/startWorkers.ts';
import type { CohortProgress, CohortResult } from '../workflows/messages.ts';
import { DEFAULT_QUEUES } from '../workflows/queues.ts';
import type { OpenStudy } from './openStudy.ts';
import { runFolder } from './runFolder.ts';

/** What a run tells while it goes on. */
export interface RunEvents {
  server(event: ServerEvent): void;
  serverReady(server: RunningServer): void;
  worker(event: WorkerEvent): void;
  progress(progress: CohortProgress): void;
}

export interface RunStudyOptions {
  readonly open: OpenStudy;
  readonly out: string;
  /** Worker processes, and stages that run at the same time in each */
  readonly workers: number;
  readonly slots: number;
  /** Compute backend, by name */
  readonly backend: string;
  /** Only what is quarantined, once more */
  readonly isRetry: boolean;
  readonly events: RunEvents;
  readonly signal: AbortSignal;
}

/** Activities beat every 3 s; a worker silent for this long is lost, and its subject goes on elsewhere. */
const HEARTBEAT_TIMEOUT_s = 15;

/**
 * Builds a study's cohort on a server and workers of its own, and ends both. Stopped, or killed, it goes on from where it was when it is
 * called again with the same folder.
 *
 * @throws TwinError BadStudy, and Cancelled when the signal was raised
 */
export async function runStudy(options: RunStudyOptions): Promise<CohortResult> {
  const { open, out, workers: processes, slots, backend, events, signal } = options;
  const { study, sheet, dataFolder, inputs } = open;
  const folder = runFolder(out);
  const plan = { study, dataFolder, outFolder: folder.published, inputs, refused: sheet.refused };
  const stored = await putStudy(openFolderStore(folder.store), plan, sheet.rows);
  let server: RunningServer | undefined;
  let workers: RunningWorkers | undefined;
  try {
    signal.throwIfAborted();
    server = await startServer({ databaseFile: folder.databaseFile, onEvent: (event) => events.server(event) });
    events.serverReady(server);
    const access = accessOf(server);
    signal.throwIfAborted();
    workers = await startWorkers({
      server: access,
      queues: DEFAULT_QUEUES,
      store: folder.store,
      backend,
      cache: cacheFolder(),
      pools: [
        { pool: 'workflow', processes: 1, slots: 1 },
        { pool: 'cpu', processes, slots },
      ],
      onEvent: (event) => events.worker(event),
      logFolder: folder.logs,
    });
    const cohorts = await connectClient(access);
    try {
      const build = options.isRetry ? retryCohort : runCohort;
      const gaveUp = new AbortController();
      workers.ended.catch((reason: unknown) => gaveUp.abort(reason));
      return await build(cohorts, {
        run: study.name,
        study: stored,
        window: 2 * processes * slots,
        schedule: { calibrateOn: 'cpu', heartbeatTimeout_s: HEARTBEAT_TIMEOUT_s },
        onProgress: (progress) => events.progress(progress),
        signal: AbortSignal.any([signal, gaveUp.signal]),
      });
    } finally {
      await cohorts.close();
    }
  } finally {
    await workers?.stop();
    await server?.stop();
  }
}
