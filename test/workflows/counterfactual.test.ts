import test from 'ava';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import { type CohortClient, connectClient, runCohort } from '../../workers/client.ts';
import { runCounterfactual } from '../../workers/counterfactualClient.ts';
import type { CounterfactualProgress } from '../../workflows/counterfactual.ts';
import { fakeEdge } from '../helpers/fakeEdge.ts';
import { writeFakeStudy } from '../helpers/fakeStudy.ts';
import { startInProcessWorkers } from '../helpers/inProcessWorkers.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

const schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 60 } as const;
const store = openMemoryStore();
let server: TestServer;
let client: CohortClient;
let stopWorkers: () => Promise<void>;

test.before(async () => {
  server = await testServer();
  stopWorkers = await startInProcessWorkers(server.address, fakeEdge(store));
  client = await connectClient(server);
});

test.after.always(async () => {
  await client?.close();
  await stopWorkers?.();
  await server?.stop();
});

test('a run’s counterfactual twins end the same however often the workflow continues as new, and are found again', async (t) => {
  const hearts = [1, 2, 3, 4, 5, 6].map((value) => ({ value }));
  const study = await writeFakeStudy(store, server.folder, hearts);
  await runCohort(client, { run: 'swapped', study, window: 4, schedule });
  const settings = {
    reference: true,
    pairs: 40,
    times: 'scaled',
    needsPairs: true,
    seed: 1,
    pairing: 'random',
  } as const;
  const told: CounterfactualProgress[] = [];
  const task = { run: 'swapped', study: study.study, settings, window: 3, schedule };
  const first = await runCounterfactual(client, {
    ...task,
    continueAfterEvents: 20,
    onProgress: (progress) => told.push(progress),
  });
  t.like(first, { references: 6, pairs: 3, done: 9, failed: 0, cached: 0 });
  t.true(
    told.every(({ done, failed, running, items }) => running <= 3 && done + failed + running <= Math.max(items, 0)),
  );
  const second = await runCounterfactual(client, { ...task, window: 1 });
  t.deepEqual(second, { ...first, cached: 9 });

  await t.throwsAsync(runCounterfactual(client, { ...task, run: 'nobody' }), {
    message:
      'run nobody: found no finished twin, expected finished twins of both sexes to put together; finish the run first, or ask for no pairs',
  });
});
