// The same cohort with instant stages on both Temporal servers, SQLite and PostgreSQL, in turns: `node scripts/infra/compareServers.ts [--subjects 300]
// [--turns 2] [--slots 4]`. What is counted: subjects a second, bytes a subject, and processor time of server and database, which a busy
// machine disturbs less than the clock.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { cacheFolder } from '../../infra/temporal/cacheFolder.ts';
import { startPostgresServer } from '../../infra/temporal/postgres.ts';
import { readServerState } from '../../infra/temporal/serverState.ts';
import { type RunningServer, startServer } from '../../infra/temporal/startServer.ts';
import { testFolder, writeFakeStudy } from '../../test/helpers/fakeStudy.ts';
import { accessOf } from '../../workers/access.ts';
import { connectClient, runCohort } from '../../workers/client.ts';
import { startWorkers } from '../../workers/startWorkers.ts';
import { DEFAULT_QUEUES } from '../../workflows/queues.ts';

const { values } = parseArgs({
  options: {
    subjects: { type: 'string', default: '300' },
    turns: { type: 'string', default: '2' },
    slots: { type: 'string', default: '4' },
  },
});
const subjects = Number(values.subjects);
const slots = Number(values.slots);

/** A server with what is measured of it. */
interface Measured {
  readonly server: RunningServer;
  bytes(): Promise<number>;
  /** Processes of server and database, with their children */
  pids(): Promise<readonly number[]>;
}

interface Turn {
  readonly kind: string;
  readonly seconds: number;
  readonly cpu_s: number;
  readonly bytes: number;
  readonly memory_MB: number;
}

async function onSqlite(folder: string): Promise<Measured> {
  const databaseFile = join(folder, 'temporal.db');
  const environment = { ...process.env, TEMPORAL_ADDRESS: undefined };
  const server = await startServer({ databaseFile, onEvent: () => undefined, environment });
  const size = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return {
    server,
    bytes: async () => size(databaseFile) + size(`${databaseFile}-wal`),
    pids: async () => [(await readServerState(databaseFile))?.server.pid ?? 0],
  };
}

async function onPostgres(folder: string): Promise<Measured> {
  chmodSync(folder, 0o711); // PostgreSQL's own user passes through it
  const server = await startPostgresServer({
    folder: join(folder, 'server'),
    onEvent: () => undefined,
    tell: console.warn,
  });
  return {
    server,
    bytes: server.databaseBytes,
    pids: async () => {
      const { temporal, postgres } = server.pids();
      return [temporal ?? 0, postgres ?? 0, ...childrenOf(postgres ?? 0)];
    },
  };
}

const childrenOf = (pid: number): number[] =>
  execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(Number);

const TICKS_PER_s = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Processor time of processes and of their children that have ended, s. */
const cpuOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + fields.slice(11, 15).reduce((ticks, field) => ticks + Number(field), 0) / TICKS_PER_s;
  }, 0);

/** Memory of processes that no other shares in full: proportional set size, MB. */
const memoryOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return sum + Number(pss ?? 0) / 1024;
  }, 0);

async function run(kind: string, start: (folder: string) => Promise<Measured>): Promise<Turn> {
  const folder = await testFolder();
  const { server, bytes, pids } = await start(folder);
  try {
    const store = join(folder, 'store');
    const workers = await startWorkers({
      server: accessOf(server),
      queues: DEFAULT_QUEUES,
      store,
      backend: 'reference',
      cache: cacheFolder(),
      pools: [
        { pool: 'workflow', processes: 1, slots: 1 },
        { pool: 'cpu', processes: 1, slots },
      ],
      onEvent: () => undefined,
      logFolder: folder,
      edgeModule: new URL('../../test/helpers/fakeEdge.ts', import.meta.url),
    });
    try {
      const hearts = Array.from({ length: subjects }, (_, value) => ({ value }));
      const study = await writeFakeStudy(openFolderStore(store), folder, hearts);
      const client = await connectClient(accessOf(server));
      const before = { bytes: await bytes(), cpu_s: cpuOf(await pids()) };
      const began_ms = performance.now();
      const schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 60, queues: DEFAULT_QUEUES } as const;
      const { done } = await runCohort(client, { run: 'compare', study, window: 200, schedule });
      const seconds = (performance.now() - began_ms) / 1000;
      if (done !== subjects) throw new Error(`${done} of ${subjects} subjects are done`);
      const now = await pids();
      const after = { bytes: await bytes(), cpu_s: cpuOf(now) };
      await client.close();
      return {
        kind,
        seconds,
        cpu_s: after.cpu_s - before.cpu_s,
        bytes: after.bytes - before.bytes,
        memory_MB: memoryOf(now),
      };
    } finally {
      await workers.stop();
    }
  } finally {
    await server.stop();
  }
}

const turns: Turn[] = [];
for (let turn = 0; turn < Number(values.turns); turn++) {
  turns.push(await run('SQLite', onSqlite), await run('PostgreSQL', onPostgres));
}
console.log(`${subjects} subjects, three instant activities each, ${slots} at a time\n`);
console.log('| server | subjects/s | server CPU, ms a subject | database, kB a subject | memory, MB |');
console.log('| --- | --- | --- | --- | --- |');
for (const { kind, seconds, cpu_s, bytes, memory_MB } of turns) {
  const cells = [
    (subjects / seconds).toFixed(1),
    ((1000 * cpu_s) / subjects).toFixed(1),
    (bytes / 1024 / subjects).toFixed(1),
    memory_MB.toFixed(0),
  ];
  console.log(`| ${kind} | ${cells.join(' | ')} |`);
}
