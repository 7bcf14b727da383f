// Reads from real workers which metrics there are, so that dashboards and alerts can be held to it: `node scripts/infra/scrapeMetrics.ts`. Starts a
// server and a worker of each kind, runs a small cohort with instant stages in which one subject is broken and one crashes again and again, fails a
// second cohort as a whole, kills the server once, and writes infra/prometheus/metrics.json: names, kinds and labels, sorted.
import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { cacheFolder } from '../../infra/temporal/cacheFolder.ts';
import { freePorts } from '../../infra/temporal/ports.ts';
import { readServerState } from '../../infra/temporal/serverState.ts';
import { startServer } from '../../infra/temporal/startServer.ts';
import { testFolder, writeFakeStudy } from '../../test/helpers/fakeStudy.ts';
import { accessOf } from '../../workers/access.ts';
import { connectClient, runCohort } from '../../workers/client.ts';
import { DEFAULT_QUEUES } from '../../workflows/queues.ts';

const root = resolve(import.meta.dirname, '..', '..');
const POOLS = ['workflow', 'cpu', 'gpu'] as const;

/** One family of a Prometheus page. */
interface Family {
  readonly type: string;
  readonly labels: Set<string>;
  /** Upper edges of a histogram's bins */
  readonly bins: Set<number>;
}

const CRASHING = { value: 4, fail: 'crash' as const };

const folder = await testFolder();
const environment = { ...process.env, TEMPORAL_ADDRESS: undefined };
const databaseFile = join(folder, 'temporal.db');
const server = await startServer({ databaseFile, onEvent: () => undefined, environment });
const children: ChildProcess[] = [];
try {
  const ports = await freePorts(POOLS.map(() => undefined));
  const store = join(folder, 'store');
  for (const [index, pool] of POOLS.entries()) {
    const settings = {
      server: accessOf(server),
      queues: DEFAULT_QUEUES,
      slots: 2,
      backend: 'reference',
      store,
      cache: cacheFolder(),
      edgeModule: new URL('../../test/helpers/fakeEdge.ts', import.meta.url).href,
      logFile: join(folder, `${pool}.log`),
      metricsAddress: `127.0.0.1:${ports[index]}`,
    };
    const child = fork(join(root, 'workers', 'main.ts'), ['--pool', pool, '--settings', JSON.stringify(settings)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    await new Promise((ready, failed) => {
      child.once('message', ready);
      child.once('exit', (code) => failed(new Error(`the ${pool} worker ended with ${code}`)));
    });
  }
  const hearts = [{ value: 1, iterations: 3 }, { value: 2 }, { value: 3, fail: 'BadAnatomy' as const }, CRASHING];
  const study = await writeFakeStudy(openFolderStore(store), folder, hearts);
  const client = await connectClient(accessOf(server));
  const schedule = { calibrateOn: 'gpu', heartbeatTimeout_s: 15, queues: DEFAULT_QUEUES } as const;
  const result = await runCohort(client, { run: 'scrape', study, window: 4, schedule });
  // A study that is nowhere ends its cohort as a whole.
  const nowhere = { ...study, study: { ...study.study, sha256: '0'.repeat(64), uri: 'artifacts/none' } };
  await runCohort(client, { run: 'nowhere', study: nowhere, window: 4, schedule }).catch((error: Error) => {
    console.log(`as wanted: ${error.message}`);
  });
  await client.close();
  const state = await readServerState(databaseFile);
  if (state !== undefined) process.kill(state.server.pid, 'SIGKILL');
  await sleep(8000); // it is started again, and gauges are told every few seconds
  const families = new Map<string, Family>();
  for (const port of ports) readPage(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(), families);
  const found = [...families].sort(([a], [b]) => (a < b ? -1 : 1));
  const list = Object.fromEntries(
    found.map(([name, { type, labels, bins }]) => {
      const sorted = { type, labels: [...labels].sort() };
      return [name, bins.size === 0 ? sorted : { ...sorted, bins: [...bins].sort((a, b) => a - b) }];
    }),
  );
  const target = join(root, 'infra', 'prometheus', 'metrics.json');
  writeFileSync(target, `${JSON.stringify(list, null, 2)}\n`);
  console.log(`${result.done} done, ${result.quarantined} quarantined; ${found.length} metrics in ${target}`);
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => child.exitCode ?? new Promise((gone) => child.once('exit', gone))));
  await server.stop();
}

/** Adds what a page in Prometheus's text format holds. */
function readPage(text: string, families: Map<string, Family>): void {
  let current: Family | undefined;
  for (const line of text.split('\n')) {
    const declared = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (declared?.[1] !== undefined) {
      current = families.get(declared[1]) ?? { type: declared[2] ?? '', labels: new Set(), bins: new Set() };
      families.set(declared[1], current);
      continue;
    }
    if (line.startsWith('#') || current === undefined) continue;
    for (const [, label = ''] of line.matchAll(/[{,]([a-zA-Z_]\w*)="/g)) if (label !== 'le') current.labels.add(label);
    const edge = /le="([^"+]+)"/.exec(line)?.[1];
    if (edge !== undefined) current.bins.add(Number(edge));
  }
}
