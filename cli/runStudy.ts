import { recordRun } from '../activities/records/runRecord.ts';
import { putStudy } from '../activities/records/study.ts';
import { applyVisits, readVisits } from '../activities/sources/visits.ts';
import { mirrorFiles } from '../activities/stores/mirrorFiles.ts';
import { openFiles, openStore } from '../activities/stores/openStore.ts';
import { asksForCounterfactuals, counterfactualsOf } from '../cohorts/counterfactuals/asked.ts';
import { retryCohort, runCohort } from '../workers/client.ts';
import { runCounterfactual } from '../workers/counterfactualClient.ts';
import type { Traces } from '../workers/traces.ts';
import type { CounterfactualProgress, CounterfactualResult } from '../workflows/counterfactual.ts';
import type { CohortProgress, CohortResult } from '../workflows/messages.ts';
import type { OpenStudy } from './openStudy.ts';
import { runFolder } from './runFolder.ts';
import type { EngineEvents } from './startEngine.ts';
import { traced } from './tracesFromEnvironment.ts';
import { type EngineUse, withEngine } from './withEngine.ts';

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

export interface RunStudyOptions extends Omit<EngineUse, 'databaseFile' | 'logs' | 'store' | 'events'> {
  readonly open: OpenStudy;
  readonly out: string;
  /** Where artifacts are kept; the run's own folder where it is not said */
  readonly store?: string;
  /** Where the workers publish the tables, which are mirrored into the run's own folder; that folder itself where it is not said */
  readonly publish?: string;
  /** Only what is quarantined, once more */
  readonly isRetry: boolean;
  readonly events: RunEvents;
}

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
  const { open, out, events, signal, isRetry } = options;
  const { study, sheet, dataFolder, inputs } = open;
  const { name: run } = study;
  const { databaseFile, logs, ...folder } = runFolder(out);
  const outFolder = options.publish ?? folder.published;
  const plan = { study, dataFolder, outFolder, inputs, refused: sheet.refused };
  const store = options.store ?? folder.store;
  const records = await openStore(store);
  const rows = applyVisits(sheet.rows, await readVisits(records, run));
  const stored = await putStudy(records, plan, rows);
  await recordRun(records, { run, study: stored.study });
  signal.throwIfAborted();
  const use = { ...options, databaseFile, logs, store };
  return withEngine(use, traces?.clientInterceptor, async (cohorts, task) => {
    const result = await (isRetry ? retryCohort : runCohort)(cohorts, {
      ...task,
      run,
      study: stored,
      onProgress: (progress) => events.progress(progress),
    });
    const counterfactuals =
      result.done > 0 && asksForCounterfactuals(study)
        ? await runCounterfactual(cohorts, {
            ...task,
            run,
            study: stored.study,
            settings: counterfactualsOf(study),
            onProgress: (progress) => events.counterfactuals?.(progress),
          })
        : undefined;
    if (outFolder !== folder.published)
      await mirrorFiles(await openFiles(outFolder), await openFiles(folder.published));
    return { ...result, ...(counterfactuals && { counterfactuals }) };
  });
}
