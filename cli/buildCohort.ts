import { join } from 'node:path';
import { addressOf, isBucket } from '../activities/stores/openStore.ts';
import type { CohortResult } from '../workflows/messages.ts';
import { audit, audited } from './audit.ts';
import { chooseCompute } from './computeChoice.ts';
import { answer, EXIT, isInteractive, PROGRAM, say, warn } from './console.ts';
import { counterfactualSentence, describeCounterfactuals } from './counterfactualText.ts';
import { resumable } from './interruptible.ts';
import { type OpenStudy, openStudy } from './openStudy.ts';
import { openProgressLine } from './progressLine.ts';
import { refuseScheduled, runFolder, writeRunNote } from './runFolder.ts';
import { runStudy } from './runStudy.ts';
import { engineTold } from './serverSentence.ts';
import { openStatusLine } from './statusLine.ts';

export interface BuildOptions {
  readonly data?: string;
  readonly workers: number;
  readonly slots: number;
  readonly window?: number;
  readonly store?: string;
  readonly publish?: string;
  readonly queues?: string;
  readonly backend: string;
  /** Calibrate in the pool `gpu`: on this machine’s devices, or with no worker here on those elsewhere */
  readonly gpu?: boolean;
  /** There is a pool `large` elsewhere */
  readonly large?: boolean;
  /** 1 (urgent) to 5 (can wait) */
  readonly priority?: number;
  readonly report: boolean;
  readonly json?: boolean;
  /** The science, where it is not the real one */
  readonly edgeModule?: URL;
  /** A worker silent for longer is taken for lost, s */
  readonly heartbeatTimeout_s?: number;
}

/** Runs a study from the command line: what is told, the report, the exit code. */
export async function buildCohort(
  studyPath: string,
  outFolder: string | undefined,
  options: BuildOptions,
  isRetry: boolean,
): Promise<number> {
  const open = await openStudy(studyPath, options.data);
  const out = outFolder ?? join('runs', open.study.name);
  refuseScheduled(out);
  const { backend, workers, slots, store = null } = options;
  const { study = null, sheet = null } = open.inputs;
  const entry = { command: isRetry ? 'retry' : 'run', study, details: { sheet, backend, workers, slots, store } };
  await audit(out, { ...entry, outcome: 'begun' }, 'new');
  return audited(out, entry, () => build(open, studyPath, out, options, isRetry));
}

async function build(
  open: OpenStudy,
  studyPath: string,
  out: string,
  options: BuildOptions,
  isRetry: boolean,
): Promise<number> {
  const tell = options.json ? warn : say;
  const { backend, reason, devices } = await chooseCompute(options);
  const publish = publishTo(options, open.study.name);
  const places = {
    ...(options.store === undefined ? {} : { store: addressOf(options.store) }),
    ...(publish === undefined ? {} : { publish }),
  };
  tellSheet(open, tell);
  const line = openStatusLine(tell, options.json !== true && isInteractive());
  const progressLine = openProgressLine();
  const began_ms = performance.now();
  let isPauseTold = false;
  const command = `${PROGRAM} run ${studyPath} --out ${out}`;
  return resumable({ stopping: 'stopping: what is built is kept …', command, tell }, async (signal) => {
    const result = await runStudy({
      ...options,
      ...places,
      open,
      out,
      backend,
      devices,
      schedule: {
        ...(options.gpu ? { calibrateOn: 'gpu' } : {}),
        ...(options.large ? { hasLargePool: true } : {}),
        ...(options.priority === undefined ? {} : { priority: options.priority }),
      },
      isRetry,
      signal,
      events: {
        ...engineTold(tell),
        serverReady: ({ uiUrl }) => {
          // Not before: as long as the folder's server is another run's, so is its note.
          writeRunNote(out, {
            name: open.study.name,
            study: studyPath,
            data: options.data ?? null,
            backend,
            ...places,
            ...(options.queues === undefined ? {} : { queues: options.queues }),
          });
          if (uiUrl !== undefined) tell(`web UI of this run: ${uiUrl}`);
          const { workers, slots } = options;
          tell(
            workers === 0
              ? 'no workers are started here: the work is left to those that wait elsewhere'
              : `${workers} CPU ${workers === 1 ? 'worker' : 'workers'}, ${slots} at a time each, on the ${backend} backend (${reason})${devices.map((device) => `; calibrating on ${device}`).join('')}`,
          );
        },
        progress: (progress) => {
          line.show(progressLine.describe(progress, performance.now()));
          if (progress.phase === 'paused' && !isPauseTold) {
            line.end();
            tell(`paused; ${PROGRAM} resume ${out} goes on`);
          }
          isPauseTold = progress.phase === 'paused';
        },
        counterfactuals: (progress) => line.show(describeCounterfactuals(progress)),
      },
    }).finally(() => line.end());
    tellResult(result, out, performance.now() - began_ms, tell);
    if (result.counterfactuals) tell(counterfactualSentence(result.counterfactuals));
    const report = options.report && result.done > 0 ? await reportOf(out, tell) : undefined;
    if (options.json) answer({ ...result, out, report: report ?? null });
    return result.quarantined > 0 ? EXIT.quarantined : EXIT.done;
  });
}

/** Workers elsewhere that keep artifacts in a bucket need not see the run's folder: the tables go through the bucket too. */
function publishTo({ publish, store, workers }: BuildOptions, study: string): string | undefined {
  if (publish !== undefined) return addressOf(publish);
  return workers === 0 && store !== undefined && isBucket(store) ? `${store}/published/${study}` : undefined;
}

function tellSheet({ study, sheet }: OpenStudy, tell: (line: string) => void): void {
  tell(
    `study ${study.name}: ${sheet.rows.length} subjects${sheet.refused.length > 0 ? `, ${sheet.refused.length} rows refused` : ''}`,
  );
  for (const { message } of sheet.refused.slice(0, 20)) tell(`  ${message}`);
  if (sheet.refused.length > 20) tell(`  … and ${sheet.refused.length - 20} more; all are in quarantine.parquet`);
}

function tellResult(result: CohortResult, out: string, elapsed_ms: number, tell: (line: string) => void): void {
  const { subjects, done, cached, quarantined } = result;
  const made = done - cached;
  const work =
    made === 0 && done > 0
      ? `nothing was computed: all ${cached} twins were there from before`
      : `${made} twins built, ${cached} found from before`;
  tell(`${work}; ${quarantined} of ${subjects} subjects quarantined; ${(elapsed_ms / 1000).toFixed(1)} s`);
  tell(`tables: ${runFolder(out).published}`);
  if (quarantined > 0) {
    tell(`why: ${PROGRAM} query ${out} 'select subject, failureStage, failureCode, failureMessage from quarantine'`);
  }
}

async function reportOf(out: string, tell: (line: string) => void): Promise<string> {
  const { writeReport } = await import('./writeReport.ts');
  const path = await writeReport(out);
  tell(`report: ${path}`);
  return path;
}
