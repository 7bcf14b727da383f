import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import { writeSource } from '../../activities/sources/studySource.ts';
import { connectClient, runCohort } from '../../workers/client.ts';
import { awaitVisits, signalVisit } from '../../workers/schedules.ts';
import { cohortId, counterfactualId, livingId, pageId, reprocessId, twinId, WORKFLOW } from '../../workflows/ids.ts';
import { queueOf } from '../../workflows/queues.ts';
import { writeFakeStudy } from '../helpers/fakeStudy.ts';
import { historyText } from '../helpers/histories.ts';
import { livingEdge, writeLivingStudy } from '../helpers/livingStudy.ts';
import { startInProcessWorkers } from '../helpers/inProcessWorkers.ts';
import { testServer } from '../helpers/server.ts';

/**
 * Records runs of fakes as a release decides them: `node test/histories/record.ts 0.2` writes `0.2/<workflow>.json`. Every release's are replayed
 * against the workflows of today, for ever; what a release has recorded is not recorded anew. A new workflow gets a line in `recorded` below.
 */
const [release] = process.argv.slice(2);
if (release === undefined) throw new Error('node test/histories/record.ts RELEASE [WORKFLOW …]');
const wanted = process.argv.slice(3);

const server = await testServer();
const store = openMemoryStore();
const stopWorkers = await startInProcessWorkers(server.address, livingEdge(store));
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

await client.client.workflow.execute(WORKFLOW.counterfactual, {
  workflowId: counterfactualId('recorded'),
  taskQueue: queueOf('workflow'),
  args: [
    {
      run: 'recorded',
      study: study.study,
      settings: { reference: true, pairs: 2, times: 'scaled', needsPairs: true, seed: 1, pairing: 'random' },
      window: 2,
      schedule,
    },
  ],
});

const hungry = await writeFakeStudy(store, join(server.folder, 'hungry'), [{ value: 8, fail: 'OutOfMemory' }]);
await client.client.workflow.execute(WORKFLOW.twin, {
  workflowId: twinId('hungry', 'sub-0000'),
  taskQueue: queueOf('workflow'),
  args: [{ place: { run: 'hungry', study: hungry.study, page: 0, position: 0 }, schedule }],
});

const living = { run: 'living', window: 4, schedule };
const source = await writeLivingStudy(join(server.folder, 'living'), 'living', [{ value: 6 }, { value: 7 }]);
await writeSource(store, 'living', { studyFile: source.studyFile, outFolder: join(server.folder, 'living', 'out') });
await client.client.workflow.execute(WORKFLOW.reprocess, {
  workflowId: reprocessId('living'),
  taskQueue: queueOf('workflow'),
  args: [living],
});
await source.write('sub-0001', { value: 7 }, 'another ECG');
await signalVisit(client, { ...living, settle_s: 1 }, 'sub-0001');
await awaitVisits(client, living);

/** Id of a finished run, by its workflow and, after a `-`, what it shows. */
const recorded: Readonly<Record<string, string>> = {
  buildCohort: cohortId('recorded'),
  buildSubjects: pageId('recorded', study.study.sha256, 0, 0),
  'buildSubjects-collected': pageId('recorded', study.study.sha256, 0, 0),
  buildTwin: twinId('recorded', 'sub-0000'),
  'buildTwin-outOfMemory': twinId('hungry', 'sub-0000'),
  reprocess: reprocessId('living'),
  'reprocess-counterfactuals': reprocessId('living'),
  counterfactual: counterfactualId('recorded'),
  livingTwin: livingId('living'),
  'livingTwin-counterfactuals': livingId('living'),
};
const folder = join(import.meta.dirname, release);
await mkdir(folder, { recursive: true });
for (const [name, id] of Object.entries(recorded)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const history = await client.client.workflow.getHandle(id).fetchHistory();
  await writeFile(join(folder, `${name}.json`), historyText(history), { flag: 'wx' }); // what a release decided stands
}
await client.close();
await stopWorkers();
await server.stop();
