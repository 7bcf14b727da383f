// Builds thousands of real, coarse twins on this machine and watches memory, histories and answers:
// `node scripts/checkScale.ts [--subjects 3800] [--hearts 38] [--workers 2] [--keep DIR] [--json FILE]`. Linux; 3,800 take hours on two cores.
// Some hearts are shared by many subjects, each of whom has an ECG of their own, so that every calibration is another.
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { watchProcesses } from '../bench/orchestration/processes.ts';
import { openStudy } from '../cli/openStudy.ts';
import { runFolder } from '../cli/runFolder.ts';
import { runStudy } from '../cli/runStudy.ts';
import { findServer } from '../infra/temporal/startServer.ts';
import { openRandom } from '../twin/random.ts';
import { accessOf } from '../workers/access.ts';
import { type CohortClient, cohortProgress, connectClient } from '../workers/client.ts';
import { cohortId } from '../workflows/ids.ts';
import { writeSmallPopulation } from './smallPopulation.ts';

/** Coarse and short: what is looked at is the engine under real twins, not how well they fit. */
const SETTINGS =
  'calibration:\n  pmjs: 20\n  maxIterations: 1\n  coarseEdges_mm: []\ncounterfactuals:\n  reference: false\n  pairs: 0\n';
const NOISE_mV = 0.005;
/** Lines of a recording that are kept: four of its ten seconds. */
const SAMPLES = 2000;

const { values } = parseArgs({
  options: {
    subjects: { type: 'string', default: '3800' },
    hearts: { type: 'string', default: '38' },
    workers: { type: 'string', default: '2' },
    keep: { type: 'string' },
    json: { type: 'string' },
  },
});
const subjects = Number(values.subjects);
const hearts = Number(values.hearts);
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'twinfold-scale-'));
const population = join(folder, 'population');
const out = join(folder, 'run');
try {
  const written = await writeSmallPopulation({ out: population, name: 'scale', size: hearts, ecg: 'csv' }, SETTINGS);
  const study = writeStudy(written);
  const open = await openStudy(study);
  const watch = watchProcesses((pid, command) => {
    if (pid === process.pid) return 'command line';
    if (command.includes('start-dev')) return 'server';
    return command.includes('--pool cpu') ? 'workers' : command.includes('--pool workflow') ? 'decider' : 'other';
  });
  const began_ms = performance.now();
  let told = 0;
  const answers_ms: number[] = [];
  const asking = setInterval(() => {
    void askServer(async (cohorts) => {
      const asked_ms = performance.now();
      if ((await cohortProgress(cohorts, 'scale')) !== undefined) answers_ms.push(performance.now() - asked_ms);
      const { historyLength } = await cohorts.client.workflow.getHandle(cohortId('scale')).describe();
      mostEvents = Math.max(mostEvents, historyLength);
    });
  }, 5000);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let mostEvents = 0;
  const result = await runStudy({
    open,
    out,
    workers: Number(values.workers),
    slots: 1,
    backend: 'wasm',
    isRetry: false,
    signal: stop.signal,
    events: {
      server: () => undefined,
      serverReady: () => undefined,
      worker: (event) => {
        if (event.type !== 'ready') console.log(event);
      },
      progress: ({ done, quarantined, phase }) => {
        const seconds = (performance.now() - began_ms) / 1000;
        if (seconds - told < 60 && phase !== 'publishing') return;
        told = seconds;
        console.log(`${seconds.toFixed(0)} s: ${done} done, ${quarantined} quarantined, ${phase}`);
      },
    },
  });
  const seconds = (performance.now() - began_ms) / 1000;
  clearInterval(asking);
  const usage = watch.stop();
  const { done, cached, quarantined } = result;
  const database = runFolder(out).databaseFile;
  const figures = {
    subjects,
    hearts,
    done,
    cached,
    quarantined,
    seconds,
    twinsPerHour: (done / seconds) * 3600,
    cpuPerTwin_s: (usage.all?.cpu_s ?? Number.NaN) / subjects,
    mostCohortEvents: mostEvents,
    database_MB: statSync(database).size / 1e6,
    slowestAnswer_ms: Math.max(0, ...answers_ms),
    published_MB: statSync(join(runFolder(out).published, 'cohort.parquet')).size / 1e6,
  };
  for (const [name, value] of Object.entries(figures))
    console.log(`${name.padEnd(20)} ${Math.round(value * 100) / 100}`);
  for (const [role, { peak_MB, early_MB, late_MB, cpu_s }] of Object.entries(usage)) {
    const memory = `peak ${peak_MB.toFixed(0)} MB, second quarter ${early_MB.toFixed(0)}, last quarter ${late_MB.toFixed(0)}`;
    console.log(`${role.padEnd(20)} ${memory}; ${cpu_s.toFixed(0)} CPU s`);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ figures, usage }, null, 2)}\n`);
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A sheet of many subjects over few hearts, each with the heart's recording and noise of their own. */
function writeStudy(written: string): string {
  const [header = '', ...people] = readFileSync(join(population, 'subjects.csv'), 'utf8').trim().split('\n');
  const names = header.split(',');
  const at = (name: string) => names.indexOf(name);
  const rows = [header];
  for (let index = 0; index < subjects; index++) {
    const cells = (people[index % people.length] ?? '').split(',');
    const subject = `sub-${String(index + 1).padStart(5, '0')}`;
    const ecg = `ecgs/${subject}.csv`;
    writeNoisy(join(population, cells[at('ecg')] ?? ''), join(population, ecg), index);
    cells[at('subject')] = subject;
    cells[at('ecg')] = ecg;
    rows.push(cells.join(','));
  }
  writeFileSync(join(population, 'scale.csv'), `${rows.join('\n')}\n`);
  const study = join(population, 'scale.yaml');
  writeFileSync(study, readFileSync(written, 'utf8').replace('subjects.csv', 'scale.csv'));
  return study;
}

function writeNoisy(from: string, to: string, seed: number): void {
  cpSync(from, to, { recursive: false });
  const random = openRandom(seed, 'noise of a recording');
  const [head = '', ...lines] = readFileSync(from, 'utf8').trim().split('\n');
  const noisy = lines.slice(0, SAMPLES).map((line) => {
    const [time, ...leads] = line.split(',');
    return [time, ...leads.map((value) => (Number(value) + NOISE_mV * random.normal()).toFixed(4))].join(',');
  });
  writeFileSync(to, `${[head, ...noisy].join('\n')}\n`);
}

/** Asks the run's server something, where it is up; between two starts of it nobody answers, and nothing is noted. */
async function askServer(ask: (cohorts: CohortClient) => Promise<void>): Promise<void> {
  const server = await findServer(runFolder(out).databaseFile, {});
  if (server === undefined) return;
  try {
    const cohorts = await connectClient(accessOf(server));
    await ask(cohorts).finally(() => cohorts.close());
  } catch {
    // It is starting or ending; the next question finds it.
  }
}
