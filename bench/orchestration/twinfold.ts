import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { putStudy } from '../../activities/records/study.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import type { SampleSheetRow, SubjectId } from '../../cohorts/row.ts';
import type { Study } from '../../cohorts/study.ts';
import { parseStudy } from '../../cohorts/studyFile.ts';
import { cacheFolder } from '../../infra/temporal/cacheFolder.ts';
import { startServer } from '../../infra/temporal/startServer.ts';
import { accessOf } from '../../workers/access.ts';
import { type CohortClient, cohortProgress, connectClient, runCohort } from '../../workers/client.ts';
import { startWorkers } from '../../workers/startWorkers.ts';
import { cohortId, pageId } from '../../workflows/ids.ts';
import { DEFAULT_QUEUES } from '../../workflows/queues.ts';
import { type Job, type Outcome, subjectName } from './job.ts';
import { watchProcesses } from './processes.ts';

const RUN = 'orchestration';
const WORKERS = 2;

/**
 * Runs a job as Twinfold runs a study: a real server, worker processes, store and tables.
 *
 * @param environment  in which TEMPORAL_ADDRESS names a server that is there already
 */
export async function runTwinfold(
  folder: string,
  inputs: string,
  job: Job,
  environment: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const began_ms = performance.now();
  const watch = watchProcesses((pid, command) => {
    if (pid === process.pid) return 'client';
    if (command.includes('start-dev')) return 'server';
    return command.includes('--pool cpu') ? 'workers' : command.includes('--pool workflow') ? 'decider' : 'other';
  });
  const storeFolder = join(folder, 'store');
  const databaseFile = join(folder, 'temporal.db');
  const store = openFolderStore(storeFolder);
  const plan = { study: study(), dataFolder: inputs, outFolder: join(folder, 'published'), inputs: {}, refused: [] };
  const stored = await putStudy(
    store,
    plan,
    Array.from({ length: job.subjects }, (_, index) => sheetRow(index)),
  );
  const server = await startServer({ databaseFile, onEvent: () => undefined, environment });
  const slots = Math.ceil(job.slots / WORKERS);
  const workers = await startWorkers({
    server: accessOf(server),
    queues: DEFAULT_QUEUES,
    store: storeFolder,
    backend: 'reference',
    cache: cacheFolder(),
    pools: [
      { pool: 'workflow', processes: 1, slots: 1 },
      { pool: 'cpu', processes: WORKERS, slots },
    ],
    onEvent: () => undefined,
    logFolder: join(folder, 'logs'),
    edgeModule: new URL('./instantScience.ts', import.meta.url),
  });
  const cohorts = await connectClient(accessOf(server));
  const answers_ms: number[] = [];
  try {
    const ready_ms = performance.now();
    const asking = new AbortController();
    const asked = askAgainAndAgain(cohorts, asking.signal, answers_ms);
    const result = await runCohort(cohorts, {
      run: RUN,
      study: stored,
      window: 2 * job.slots,
      schedule: { calibrateOn: 'cpu', heartbeatTimeout_s: 60 },
    });
    const ended_ms = performance.now();
    asking.abort();
    await asked;
    const usage = watch.stop();
    return {
      engine: 'Twinfold',
      version: `Temporal ${server.version}`,
      setup_s: (ready_ms - began_ms) / 1000,
      work_s: (ended_ms - ready_ms) / 1000,
      usage,
      rows: result.subjects,
      more: {
        cohortEvents: await eventsOf(cohorts, cohortId(RUN)),
        pageEvents: await eventsOf(cohorts, pageId(RUN, stored.study.sha256, 0, 0)),
        pageHistory_bytes: await bytesOf(cohorts, pageId(RUN, stored.study.sha256, 0, 0)),
        database_bytes: await sizeOf(databaseFile, `${databaseFile}-wal`),
        slowestAnswer_ms: Math.max(0, ...answers_ms),
        medianAnswer_ms: answers_ms.sort((a, b) => a - b)[answers_ms.length >> 1] ?? Number.NaN,
      },
    };
  } finally {
    await cohorts.close();
    await workers.stop();
    await server.stop();
  }
}

/** Asks where the run stands, as a person's progress line does, and notes how long the answers take. */
async function askAgainAndAgain(cohorts: CohortClient, signal: AbortSignal, answers_ms: number[]): Promise<void> {
  while (!signal.aborted) {
    const asked_ms = performance.now();
    const progress = await cohortProgress(cohorts, RUN).catch(() => undefined); // before its first task nobody answers
    if (progress !== undefined) answers_ms.push(performance.now() - asked_ms);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

const eventsOf = async ({ client }: CohortClient, id: string): Promise<number> =>
  (await client.workflow.getHandle(id).describe()).historyLength;
const bytesOf = async ({ client }: CohortClient, id: string): Promise<number> =>
  (await client.workflow.getHandle(id).describe()).historySize ?? Number.NaN;

async function sizeOf(...paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) bytes += (await stat(path).catch(() => undefined))?.size ?? 0; // no log beside it
  return bytes;
}

const study = (): Study => parseStudy(`name: ${RUN}\nsheet: subjects.csv\n`, 'study.yaml');

function sheetRow(index: number): SampleSheetRow {
  const subject = subjectName(index);
  return {
    subject: subject as SubjectId,
    sex: index % 2 === 0 ? 'female' : 'male',
    age_y: 40 + (index % 40),
    height_cm: 160 + (index % 30),
    weight_kg: 60 + (index % 40),
    anatomy: `${subject}.heart`,
    ecg: `${subject}.ecg`,
    electrodes: null,
    torso: null,
    covariates: {},
    findings: [],
  };
}
