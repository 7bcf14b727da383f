import { recordRun } from '../activities/records/runRecord.ts';
import { putStudy } from '../activities/records/study.ts';
import { applyVisits, readVisits } from '../activities/sources/visits.ts';
import { mirrorFiles } from '../activities/stores/mirrorFiles.ts';
import { openFiles, openStore } from '../activities/stores/openStore.ts';
import { connectClient, retryCohort, runCohort } from '../workers/client.ts';
import { runCounterfactual } from '../workers/counterfactualClient.ts';
import type { Traces } from '../workers/traces.ts';
import type { CounterfactualProgress, CounterfactualResult } from '../workflows/counterfactual.ts';
import type { CohortProgress, CohortResult, Schedule } from '../workflows/messages.ts';
import type { OpenStudy } from './openStudy.ts';
import { runFolder } from './runFolder.ts';
import { type EngineEvents, startEngine } from './startEngine.ts';
import { traced } from './tracesFromEnvironment.ts';

/** What a run tells while it goes on. */
export interface RunEvents extends EngineEvents {
  progress(progress: CohortProgress): void;
  /** Once the cohort's tables are published, where the study asks for counterfactual twins */
  counterfactuals?(progress: CounterfactualProgress): void;
}

/** How a run ended. */
export interface RunResult extends CohortResult {
  /** Absent where none were asked for, or no twin was finished */
  readonly counterfactuals?: CounterfactualResult;
}

export interface RunStudyOptions {
  readonly open: OpenStudy;
  readonly out: string;
  /** Worker processes, and stages that run at the same time in each; with no process, workers elsewhere do everything */
  readonly workers: number;
  readonly slots: number;
  /** Devices that calibrate, one process each; none where it is not said */
  readonly devices?: readonly string[];
  /** What is not usual about how its activities are scheduled */
  readonly schedule?: Partial<Pick<Schedule, 'calibrateOn' | 'hasLargePool' | 'priority'>>;
  /** Subjects in flight at once; twice the slots of the workers started here where it is not said */
  readonly window?: number;
  /** Compute backend, by name */
  readonly backend: string;
  /** Where artifacts are kept; the run's own folder where it is not said */
  readonly store?: string;
  /** Where the workers publish the tables, which are mirrored into the run's own folder; that folder itself where it is not said */
  readonly publish?: string;
  /** First word of the task queues, where workers are waiting on them elsewhere */
  readonly queues?: string;
  /** The science; the real one where it is not said */
  readonly edgeModule?: URL;
  /** A worker silent for longer is taken for lost, s */
  readonly heartbeatTimeout_s?: number;
  /** Only what is quarantined, once more */
  readonly isRetry: boolean;
  readonly events: RunEvents;
  readonly signal: AbortSignal;
}

/** Activities beat every 3 s; a worker silent for this long is lost, and its subject goes on elsewhere. */
export const HEARTBEAT_TIMEOUT_s = 15;

/**
 * Builds a study's cohort on a server and workers of its own, and ends both. Stopped, or killed, it goes on from where it was when it is
 * called again with the same folder.
 *
 * @throws TwinError BadStudy, and Cancelled when the signal was raised
 */
export function runStudy(options: RunStudyOptions): Promise<RunResult> {
  const { open, isRetry } = options;
  return traced(isRetry ? 'retry' : 'run', open.study.name, (traces) => build(options, traces));
}

async function build(options: RunStudyOptions, traces: Traces | undefined): Promise<RunResult> {
  const { open, out, workers: processes, slots, backend, events, signal, edgeModule } = options;
  const { heartbeatTimeout_s = HEARTBEAT_TIMEOUT_s } = options;
  const { study, sheet, dataFolder, inputs } = open;
  const folder = runFolder(out);
  const outFolder = options.publish ?? folder.published;
  const plan = { study, dataFolder, outFolder, inputs, refused: sheet.refused };
  const store = options.store ?? folder.store;
  const records = await openStore(store);
  const rows = applyVisits(sheet.rows, await readVisits(records, study.name));
  const stored = await putStudy(records, plan, rows);
  await recordRun(records, { run: study.name, study: stored.study });
  signal.throwIfAborted();
  const engine = await startEngine({
    databaseFile: folder.databaseFile,
    store,
    ...(options.queues === undefined ? {} : { queues: options.queues }),
    logs: folder.logs,
    workers: processes,
    slots,
    backend,
    ...(options.devices === undefined ? {} : { devices: options.devices }),
    ...(edgeModule === undefined ? {} : { edgeModule }),
    events,
    signal,
  });
  try {
    const cohorts = await connectClient(engine.access, traces?.clientInterceptor);
    try {
      const settle = options.isRetry ? retryCohort : runCohort;
      const gaveUp = new AbortController();
      engine.workers.ended.catch((reason: unknown) => gaveUp.abort(reason));
      const how = {
        run: study.name,
        window: options.window ?? 2 * Math.max(1, processes) * slots,
        schedule: { calibrateOn: 'cpu', heartbeatTimeout_s, queues: engine.queues, ...options.schedule },
        signal: AbortSignal.any([signal, gaveUp.signal]),
      } as const;
      const result = await settle(cohorts, {
        ...how,
        study: stored,
        onProgress: (progress) => events.progress(progress),
      });
      const asked = study.counterfactuals;
      const counterfactuals =
        result.done > 0 && (asked.reference || asked.pairs > 0)
          ? await runCounterfactual(cohorts, {
              ...how,
              study: stored.study,
              settings: { ...asked, needsPairs: false, seed: study.seed, pairing: 'random' },
              onProgress: (progress) => events.counterfactuals?.(progress),
            })
          : undefined;
      if (outFolder !== folder.published)
        await mirrorFiles(await openFiles(outFolder), await openFiles(folder.published));
      return { ...result, ...(counterfactuals && { counterfactuals }) };
    } finally {
      await cohorts.close();
    }
  } finally {
    await engine.stop();
  }
}
