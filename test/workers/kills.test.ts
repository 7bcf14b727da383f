import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { readServerState } from '../../infra/temporal/serverState.ts';
import { accessOf } from '../../workers/access.ts';
import { cohortProgress, connectClient, runCohort } from '../../workers/client.ts';
import { type RunningWorkers, startWorkers, type WorkerEvent } from '../../workers/startWorkers.ts';
import { DEFAULT_QUEUES } from '../../workflows/queues.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';
import { type TestServer, testCache, testServer } from '../helpers/server.ts';

const SUBJECTS = 16;
const hearts = Array.from({ length: SUBJECTS }, (_, index) => ({
  value: index + 1,
  iterations: 6,
  pause_ms: 60,
  ...(index === 3 ? { fail: 'BadAnatomy' as const } : {}),
}));
const schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 3 } as const;
const events: WorkerEvent[] = [];
let server: TestServer;
let storeFolder: string;
let folder: string;
let workers: RunningWorkers;

test.before(async () => {
  server = await testServer();
  folder = await testFolder();
  storeFolder = join(folder, 'store');
  workers = await startWorkers({
    server: accessOf(server),
    queues: DEFAULT_QUEUES,
    store: storeFolder,
    backend: 'none',
    cache: testCache(),
    pools: [
      { pool: 'workflow', processes: 1, slots: 1 },
      { pool: 'cpu', processes: 2, slots: 2 },
    ],
    onEvent: (event) => events.push(event),
    logFolder: join(folder, 'logs'),
    edgeModule: new URL('../helpers/fakeEdge.ts', import.meta.url),
  });
});

test.after.always(async () => {
  await workers?.stop();
  await server?.stop();
});

const kill = (pid: number | undefined): void => {
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
};

test('workers and server are killed in the middle, and every subject has the row that an undisturbed run gives it', async (t) => {
  const client = await connectClient(server);
  const store = openFolderStore(storeFolder);
  const study = await writeFakeStudy(store, folder, hearts, 8);
  const result = runCohort(client, { run: 'killed', study, window: 8, schedule });
  const isUnderWay = async () => ((await cohortProgress(client, 'killed'))?.done ?? 0) > 0;
  while (!(await isUnderWay())) await sleep(100);

  kill(workers.pids()['cpu-1']);
  await sleep(500);
  kill((await readServerState(server.databaseFile))?.server.pid);
  await sleep(500);
  kill(workers.pids()['workflow-1']);
  kill(workers.pids()['cpu-2']);

  t.like(await result, { subjects: SUBJECTS, done: SUBJECTS - 1, quarantined: 1 });
  const rows = (await readFile(join(folder, 'out', 'cohort.jsonl'), 'utf8')).trim().split('\n');
  const sums = rows.map((row) => (JSON.parse(row) as { metrics: { sum_ms?: number } }).metrics.sum_ms);
  const expected = hearts.map(({ value }, index) => (index === 3 ? undefined : value * (1 + 2 + 3 + 4 + 5 + 6)));
  t.deepEqual(sums, expected);
  const ended = () => events.filter(({ type }) => type === 'ended').map(({ name }) => name);
  // A busy machine tells of a process' end later than the cohort's.
  for (let waited_ms = 0; ended().length < 3 && waited_ms < 20_000; waited_ms += 100) await sleep(100);
  t.deepEqual(ended().sort(), ['cpu-1', 'cpu-2', 'workflow-1']);
  t.true(server.events.some(({ type }) => type === 'restarted'));

  const undisturbed = await runCohort(client, { run: 'undisturbed', study, window: 8, schedule });
  t.deepEqual(undisturbed.files, (await result).files);
  await client.close();
});

test('what runs is told by files: no worker writes a line about a person into its log', async (t) => {
  for (const name of ['workflow-1', 'cpu-1', 'cpu-2']) {
    const log = await readFile(join(folder, 'logs', `worker-${name}.log`), 'utf8').catch(() => '');
    t.false(/female|height_cm|age_y|\.heart/.test(log), name);
  }
});
