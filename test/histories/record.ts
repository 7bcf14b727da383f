import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openMemoryStore } from '../../activities/memoryStore.ts';
import { connectClient, runCohort } from '../../workers/client.ts';
import { cohortId, pageId, twinId, WORKFLOW } from '../../workflows/ids.ts';
import { queueOf } from '../../workflows/queues.ts';
import { fakeEdge } from '../helpers/fakeEdge.ts';
import { writeFakeStudy } from '../helpers/fakeStudy.ts';
import { historyText } from '../helpers/histories.ts';
import { startInProcessWorkers } from '../helpers/inProcessWorkers.ts';
import { testServer } from '../helpers/server.ts';

/**
 * Records the histories beside this file from runs of fakes: `node test/histories/record.ts`. They are replayed against the workflows of today;
 * record them anew only with a change that running cohorts need not survive.
 */
const server = await testServer();
const store = openMemoryStore();
const stopWorkers = await startInProcessWorkers(server.address, fakeEdge(store));
const client = await connectClient(server);
const schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 60 } as const;
const study = await writeFakeStudy(
  store,
  server.folder,
  [{ value: 1 }, { value: 2, fail: 'BadAnatomy' }, { value: 3, fail: 'NoConvergence' }, { value: 4 }, { value: 5 }],
  3,
);
await runCohort(client, { run: 'recorded', study, window: 4, schedule });
await client.client.workflow.execute(WORKFLOW.twin, {
  workflowId: twinId('recorded', 'sub-0000'),
  taskQueue: queueOf('workflow'),
  args: [{ place: { run: 'recorded', study: study.study, page: 0, position: 0 }, schedule }],
});
const workflows = {
  buildCohort: cohortId('recorded'),
  buildSubjects: pageId('recorded', study.study.sha256, 0, 0),
  buildTwin: twinId('recorded', 'sub-0000'),
};
for (const [name, id] of Object.entries(workflows)) {
  const history = await client.client.workflow.getHandle(id).fetchHistory();
  await writeFile(join(import.meta.dirname, `${name}.json`), historyText(history));
}
await client.close();
await stopWorkers();
await server.stop();
