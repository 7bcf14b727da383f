import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { connectClient, runCohort } from '../../workers/client.ts';
import { createKeyFile } from '../../workers/keys.ts';
import type { WorkerSettings } from '../../workers/settings.ts';
import { DEFAULT_QUEUES } from '../../workflows/queues.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';
import { type TestServer, testCache, testServer } from '../helpers/server.ts';

const hearts = [{ value: 1 }, { value: 2, fail: 'BadAnatomy' as const }, { value: 3, iterations: 2 }];
let server: TestServer;
let folder: string;
let codecKeyFile: string;
let page = '';
const commandLines: string[] = [];
const environments: string[] = [];

async function freePort(): Promise<number> {
  const socket = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => socket.once('listening', listening));
  const { port } = socket.address() as AddressInfo;
  await new Promise((closed) => socket.close(closed));
  return port;
}

/** A worker process as `startWorkers` starts one. */
async function startWorker({ pool, ...settings }: WorkerSettings): Promise<ChildProcess> {
  const main = fileURLToPath(new URL('../../workers/main.ts', import.meta.url));
  const child = fork(main, ['--pool', pool, '--settings', JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await new Promise((ready, failed) => {
    child.once('message', ready);
    child.once('exit', () => failed(new Error(`the ${pool} worker ended before it was ready`)));
  });
  return child;
}

/** Twice the same cohort, so that the second finds what the first has made; then what can be seen from outside. */
test.before(async () => {
  server = await testServer();
  folder = await testFolder();
  codecKeyFile = join(folder, 'codec.keys');
  await createKeyFile(codecKeyFile, new Date());
  const access = { address: server.address, namespace: server.namespace, codecKeyFile };
  const metricsAddress = `127.0.0.1:${await freePort()}`;
  const shared = {
    server: access,
    queues: DEFAULT_QUEUES,
    slots: 2,
    backend: 'none',
    store: join(folder, 'store'),
    cache: testCache(),
    edgeModule: new URL('../helpers/fakeEdge.ts', import.meta.url).href,
  };
  const workers = [
    await startWorker({ ...shared, pool: 'workflow', logFile: join(folder, 'logs', 'workflow.log') }),
    await startWorker({ ...shared, pool: 'cpu', logFile: join(folder, 'logs', 'cpu.log'), metricsAddress }),
  ];
  const client = await connectClient(access);
  try {
    const study = await writeFakeStudy(openFolderStore(shared.store), folder, hearts);
    const schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 60 } as const;
    for (const run of ['once', 'again']) await runCohort(client, { run, study, window: 2, schedule });
    page = await (await fetch(`http://${metricsAddress}/metrics`)).text();
    for (const { pid } of existsSync('/proc/self/environ') ? workers : []) {
      commandLines.push(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
      environments.push(readFileSync(`/proc/${pid}/environ`, 'latin1'));
    }
  } finally {
    await client.close();
    for (const worker of workers) {
      worker.kill('SIGTERM');
      await new Promise((gone) => worker.once('exit', gone));
    }
    await server.stop();
  }
});

/** Value of a line of the page by its name and labels, the latter in any order. */
function metric(name: string, labels: Readonly<Record<string, string>>): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = page
    .split('\n')
    .find((text) => text.startsWith(`${name}{`) && wanted.every((label) => text.includes(label)));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

test('subjects are counted by how they ended, found ones apart', (t) => {
  t.is(metric('twinfold_subjects_total', { outcome: 'done', cached: 'false' }), 2);
  t.is(metric('twinfold_subjects_total', { outcome: 'done', cached: 'true' }), 2);
  t.is(metric('twinfold_subjects_total', { outcome: 'quarantined' }), 2);
  t.is(metric('twinfold_quarantined_total', { stage: 'prepare', code: 'BadAnatomy' }), 2);
});

test('stages are timed by name, pool and backend', (t) => {
  const labels = { stage: 'calibrate', pool: 'cpu', backend: 'none' };
  t.is(metric('twinfold_stage_seconds_count', { ...labels, cached: 'false' }), 2);
  t.is(metric('twinfold_stage_seconds_count', { ...labels, cached: 'true' }), 2);
  t.true((metric('twinfold_stage_seconds_sum', { ...labels, cached: 'false' }) ?? 0) > 0);
  t.is(metric('twinfold_stage_failures_total', { stage: 'prepare', code: 'BadAnatomy' }), 2);
  t.is(metric('twinfold_stages_running', { stage: 'calibrate' }), 0);
  t.is(metric('twinfold_admission_waiting', { pool: 'cpu' }), 0);
  t.true((metric('twinfold_memory_bytes', { pool: 'cpu' }) ?? 0) > 10e6);
});

test('the SDK’s own metrics stand on the same page', (t) => {
  t.regex(page, /^temporal_activity_schedule_to_start_latency_(seconds_)?bucket/m);
  t.regex(page, /^temporal_worker_task_slots_available\{/m);
});

test('no subject, run, path or sentence is a label', (t) => {
  t.false(/sub-\d|once|again|\.heart|broken on purpose/.test(page));
});

test('every metric of ours is described in docs/observability.md, and none is described that is not there', (t) => {
  const text = readFileSync(new URL('../../docs/observability.md', import.meta.url), 'utf8');
  const described = new Set([...text.matchAll(/^\| `(twinfold_\w+)` \|/gm)].map(([, name]) => name));
  const source = readFileSync(new URL('../../workers/metrics.ts', import.meta.url), 'utf8');
  t.deepEqual(described, new Set([...source.matchAll(/'(twinfold_\w+)'/g)].map(([, name]) => name)));
});

test('logs keep ids and names of stages, and nothing of what was read or thrown', (t) => {
  const logs = readdirSync(join(folder, 'logs'))
    .map((name) => readFileSync(join(folder, 'logs', name), 'utf8'))
    .join('');
  t.true(logs.includes('"activityType":"prepare"')); // the failure itself is told
  t.false(/broken on purpose|\.heart|artifacts|"stack"|"error"/.test(logs));
});

test('neither arguments nor environment of a worker hold a key: only its file is named', (t) => {
  const [key] = (JSON.parse(readFileSync(codecKeyFile, 'utf8')) as { keys: { key: string }[] }).keys;
  if (key === undefined) throw new Error('a key was made above');
  t.true(commandLines.every((text) => text.includes(codecKeyFile) && !text.includes(key.key)));
  t.false(environments.some((text) => text.includes(key.key)));
});
