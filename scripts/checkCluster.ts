// The cluster of infra/helm on this machine: Temporal on PostgreSQL, object storage, a workflow worker and two CPU workers as `twinfold worker`
// processes, each in a network namespace of its own that leads to Temporal and the store alone, and a run that starts no workers. Its tables must
// be the bytes of a run on one machine: `node scripts/checkCluster.ts [--subjects 4]`. Linux; needs PostgreSQL, and Go once for the servers.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openFiles } from '../activities/stores/openStore.ts';
import { explain } from '../cli/console.ts';
import { startPostgresServer } from '../infra/temporal/postgres.ts';
import { forward } from './infra/forward.ts';
import {
  type IsolatedWorker,
  METRICS,
  NOBODY,
  namespaceCommand,
  networkOf,
  STORE,
  startIsolated,
  TEMPORAL,
} from './infra/isolatedWorker.ts';
import { keepOutput } from './keepOutput.ts';
import { PUBLISHED, publishedPath, startRun } from './kills/studyRun.ts';
import { BUCKET, buildS3Server, CREDENTIALS, startS3Server } from './s3/servers.ts';
import { writeSmallPopulation } from './smallPopulation.ts';

const { values } = parseArgs({ options: { subjects: { type: 'string', default: '4' } } });
const size = Number(values.subjects);
const BROKEN = 1;
const QUARANTINED = 3;
const INTERRUPTED = 130;
const QUEUES = 'cluster';
const ADDRESS = `s3://${BUCKET}/cohorts`;
const DATA = `s3://${BUCKET}/data`;
const TABLES = `s3://${BUCKET}/tables`;
const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'twinfold-cluster-'));
let passed = 0;
let failed = 0;

function tell(fact: string, problems: readonly string[], note = ''): void {
  if (problems.length === 0) passed++;
  else failed++;
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${fact}${note === '' ? '' : ` (${note})`}`);
  for (const problem of problems) console.log(`     ${problem}`);
}

/** How this side reaches the store */
const clientEnvironment: Record<string, string> = {};
/** Stops what was started, the last first. */
const ends: (() => Promise<unknown>)[] = [];

try {
  const namespace = namespaceCommand();
  if (namespace === undefined) throw new Error('no network namespace can be made here: neither as root nor as a user');
  chmodSync(folder, 0o755);
  const study = await writeSmallPopulation({
    out: join(folder, 'population'),
    name: 'cluster',
    size,
    broken: BROKEN,
  });

  const temporal = await startPostgresServer({
    folder: join(folder, 'server'),
    tell: console.log,
    onEvent: () => undefined,
  });
  ends.push(temporal.stop);
  await buildS3Server('versitygw', 1800);
  mkdirSync(join(folder, 's3'));
  const s3 = await startS3Server('versitygw', join(folder, 's3'));
  ends.push(s3.stop);
  console.log(`Temporal ${temporal.version} at ${temporal.address}, object storage at ${s3.endpoint}\n`);

  const sockets = { temporalSocket: join(folder, 'temporal.sock'), storeSocket: join(folder, 's3.sock') };
  const ways: Server[] = [
    await forward(sockets.temporalSocket, portOf(temporal.address)),
    await forward(sockets.storeSocket, portOf(s3.endpoint)),
  ];
  ends.push(async () => ways.forEach((way) => void way.close()));
  const environment = workerEnvironment();
  Object.assign(clientEnvironment, {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  });
  const workers: IsolatedWorker[] = [];
  for (const [name, pool] of [
    ['workflow-1', 'workflow'],
    ['cpu-1', 'cpu'],
    ['cpu-2', 'cpu'],
  ] as const) {
    const args = ['--pool', pool, '--queues', QUEUES, '--store', ADDRESS, '--slots', '1', '--drain', '5'];
    args.push('--backend', 'wasm', '--metrics', `0.0.0.0:${METRICS}`);
    const worker = await startIsolated(namespace, { name, folder, args, environment, ...sockets });
    ends.push(worker.stop);
    workers.push(worker);
  }
  for (const { name, pid } of workers) {
    const { devices, ports } = networkOf(pid);
    const wanted = [TEMPORAL, STORE, METRICS];
    const problems = [
      ...(devices.join() === 'lo' ? [] : [`has the devices ${devices.join(', ')}`]),
      ...(ports.join() === wanted.join() ? [] : [`ports ${ports.join(', ')}, expected ${wanted.join(', ')}`]),
    ];
    tell(`${name} reaches Temporal and the store, shows its metrics, and nothing else`, problems);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const isHarmless = /^CapEff:\s+0+$/m.test(status) && !/^Uid:\s+0\s/m.test(status);
    tell(`${name} is not root and has no capability`, isHarmless || process.getuid?.() !== 0 ? [] : ['it has']);
  }

  const out = join(folder, 'run');
  const files = await uploadData(join(folder, 'population'));
  console.log(`     ${files} files of subjects in ${DATA}; workers and this run share no folder`);
  const run = await runAsClient(study, out, temporal.address);
  tell(
    'the run without workers of its own ends',
    run.code === QUARANTINED ? [] : [`exit code ${run.code}`, run.output],
  );
  const shares: string[] = [];
  for (const { name, metricsSocket } of workers) {
    const page = await readThrough(metricsSocket);
    const settled = [...page.matchAll(/^twinfold_subjects_total\{.*\} (\d+)/gm)];
    shares.push(`${name}: ${settled.reduce((sum, [, count]) => sum + Number(count), 0)}`);
    const problems = page.includes('temporal_worker_task_slots_available') ? [] : [page.slice(0, 200)];
    tell(`${name} tells its metrics`, problems);
  }
  console.log(`     subjects settled: ${shares.join(', ')}`);

  const local = startRun(study, join(folder, 'local'), 2);
  const end = await local.ended;
  tell('the same run on one machine ends', end.code === QUARANTINED ? [] : [`exit code ${end.code}`, end.output]);
  const others = PUBLISHED.filter((name) => hashOf(local.out, name) !== hashOf(out, name));
  tell(
    'its tables are the same bytes',
    others.map((name) => `${name} differs`),
    PUBLISHED.join(', '),
  );
  tell(
    'histories and tables stand in PostgreSQL',
    (await temporal.databaseBytes()) > 1e6 ? [] : ['the database is empty'],
  );

  for (const worker of workers) {
    const began_ms = performance.now();
    const code = await worker.stop();
    const took_s = (performance.now() - began_ms) / 1000;
    const problems =
      code === INTERRUPTED && took_s < 15 ? [] : [`code ${code} after ${took_s.toFixed(1)} s`, worker.output()];
    tell(`${worker.name} ends by itself after SIGTERM`, problems, `${took_s.toFixed(1)} s`);
  }
} catch (error) {
  failed++;
  explain(error);
} finally {
  for (const end of ends.toReversed()) await end();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Everything that a worker is told beside its command line: addresses and names of files. */
function workerEnvironment(): NodeJS.ProcessEnv {
  const credentials = join(folder, 'credentials');
  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  writeFileSync(
    credentials,
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    { mode: 0o600 },
  );
  if (process.getuid?.() === 0) chownSync(credentials, NOBODY, NOBODY);
  // As in an image: the workflow bundle is made before, by whoever may write.
  const cache = join(folder, 'cache');
  const bundler = `const { workflowBundle } = await import(${JSON.stringify(join(root, 'workers', 'workflowBundle.ts'))});
    const log = () => undefined;
    await workflowBundle(${JSON.stringify(cache)}, { log, trace: log, debug: log, info: log, warn: log, error: log });`;
  execFileSync(process.execPath, ['--input-type=module', '-e', bundler], { stdio: ['ignore', 'ignore', 'inherit'] });
  return {
    PATH: process.env.PATH,
    HOME: folder,
    TWINFOLD_CACHE: cache,
    TEMPORAL_ADDRESS: `127.0.0.1:${TEMPORAL}`,
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${STORE}`,
    AWS_REGION: 'us-east-1',
    AWS_SHARED_CREDENTIALS_FILE: credentials,
  };
}

/** Puts the subjects' files where workers read them. Gives how many they are. */
async function uploadData(data: string): Promise<number> {
  Object.assign(process.env, clientEnvironment);
  const target = await openFiles(DATA);
  const names = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(data, name)).isFile(),
  );
  for (const name of names.sort()) await target.write(name, readFileSync(join(data, name)));
  return names.length;
}

function runAsClient(study: string, out: string, address: string) {
  const args = [join(root, 'cli', 'twinfold.ts'), 'run', study, '--out', out, '--no-report', '--workers', '0'];
  args.push('--data', DATA, '--store', ADDRESS, '--publish', TABLES, '--queues', QUEUES, '--window', '4');
  args.push('--backend', 'wasm');
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...clientEnvironment, TEMPORAL_ADDRESS: address },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = keepOutput(child);
  return new Promise<{ code: number | null; output: string }>((done) => {
    child.once('close', (code) => done({ code, output: output() }));
  });
}

/** Page of metrics through a socket in the file system. */
function readThrough(socketPath: string): Promise<string> {
  return new Promise((done, fail) => {
    const asked = request({ socketPath, path: '/metrics' }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => {
        text += chunk;
      });
      answer.on('end', () => done(text));
    });
    asked.on('error', fail);
    asked.end();
  });
}

function portOf(address: string): string {
  return address.split(':').at(-1) ?? '';
}

function hashOf(out: string, name: string): string {
  return createHash('sha256')
    .update(readFileSync(publishedPath(out, name)))
    .digest('hex');
}
