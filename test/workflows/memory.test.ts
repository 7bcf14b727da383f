import test from 'ava';
import { type Compute, inlineCompute } from '../../activities/compute.ts';
import type { Control } from '../../activities/edge.ts';
import type { Attempt, JobInput, JobName, JobResult } from '../../activities/jobs.ts';
import { readRow } from '../../activities/records/subjectRecords.ts';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import { TwinError } from '../../twin/errors.ts';
import { accessOf } from '../../workers/access.ts';
import { type CohortClient, connectClient } from '../../workers/client.ts';
import { twinId, WORKFLOW } from '../../workflows/ids.ts';
import { queueOf } from '../../workflows/queues.ts';
import { fakeEdge } from '../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';
import { startPoolWorkers } from '../helpers/poolWorkers.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

const queues = 'memory';
const store = openMemoryStore();
const asked: string[] = [];
let server: TestServer;
let client: CohortClient;
let stop: () => Promise<void>;

/** Calibrations of a heart of value 1 need a worker to themselves, of value 2 the pool `large`, and of value 3 more than anybody has. */
function hungry(pool: 'cpu' | 'large'): Compute {
  const inline = inlineCompute(fakeEdge(store));
  return {
    async run<N extends JobName>(name: N, input: JobInput<N>, control: Control, attempt: Attempt) {
      if (name === 'calibrate' && 'prepared' in input) {
        const value = Number(input.prepared.subject.slice(-1));
        asked.push(`${value}: ${pool}${attempt.isAlone ? ' alone' : ''}`);
        if (value === 4 && attempt.attempt < 3) throw new Error('as if its worker had been lost');
        const isEnough = value === 1 ? attempt.isAlone : value === 2 ? pool === 'large' : value !== 3;
        if (!isEnough) throw new TwinError('OutOfMemory', 'memory: not here');
      }
      return (await inline.run(name, input, control, attempt)) as JobResult<N>;
    },
  };
}

test.before(async () => {
  server = await testServer();
  client = await connectClient(accessOf(server));
  const pools = { workflow: null, cpu: hungry('cpu'), large: hungry('large') };
  stop = await startPoolWorkers(server.address, { queues, pools });
});

test.after.always(async () => {
  await client?.close();
  await stop?.();
  await server?.stop();
});

/** One twin of its own run; what its calibration asked for, in order. */
async function build(value: number, hasLargePool: boolean) {
  const run = `memory-${value}-${hasLargePool}`;
  const hearts = Array.from({ length: value + 1 }, (_, index) => ({ value: index }));
  const { study } = await writeFakeStudy(store, await testFolder(), hearts);
  const before = asked.length;
  const outcome = await client.client.workflow.execute(WORKFLOW.twin, {
    workflowId: twinId(run, 'one'),
    taskQueue: queueOf('workflow', queues),
    args: [
      {
        place: { run, study, page: 0, position: value },
        schedule: { calibrateOn: 'cpu', heartbeatTimeout_s: 10, queues, hasLargePool },
      },
    ],
  });
  const row = await readRow(store, run, `sub-000${value}`);
  return { outcome, row, asked: asked.slice(before) };
}

test.serial('a stage that runs out of memory is done with a worker to itself', async (t) => {
  const { outcome, asked: tries } = await build(1, false);
  t.like(outcome, { status: 'done' });
  t.deepEqual(tries, ['1: cpu', '1: cpu alone']);
});

test.serial('what finds too little memory alone is done in the pool that has more', async (t) => {
  const { outcome, asked: tries } = await build(2, true);
  t.like(outcome, { status: 'done' });
  t.deepEqual(tries, ['2: cpu', '2: cpu alone', '2: large alone']);
});

test.serial('where nobody has the memory a subject is quarantined with the code and a sentence', async (t) => {
  const without = await build(2, false);
  t.deepEqual(without.asked, ['2: cpu', '2: cpu alone']);
  t.deepEqual(without.row?.failure, { stage: 'calibrate', code: 'OutOfMemory', message: 'memory: not here' });
  const withLarge = await build(3, true);
  t.deepEqual(withLarge.asked, ['3: cpu', '3: cpu alone', '3: large alone']);
  t.like(withLarge.row, { status: 'quarantined', failure: { code: 'OutOfMemory' } });
});

test.serial(
  'a job whose workers were lost twice is tried with a worker to itself, so that it takes no neighbours down',
  async (t) => {
    const { outcome, asked: tries } = await build(4, false);
    t.like(outcome, { status: 'done' });
    t.deepEqual(tries, ['4: cpu', '4: cpu', '4: cpu alone']);
  },
);
