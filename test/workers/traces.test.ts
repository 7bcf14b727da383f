import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import test from 'ava';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import { connectClient, runCohort } from '../../workers/client.ts';
import { openTraces } from '../../workers/traces.ts';
import { workflowBundle } from '../../workers/workflowBundle.ts';
import { fakeEdge } from '../helpers/fakeEdge.ts';
import { writeFakeStudy } from '../helpers/fakeStudy.ts';
import { historyOf } from '../helpers/histories.ts';
import { startInProcessWorkers } from '../helpers/inProcessWorkers.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../helpers/otlpReceiver.ts';
import { type TestServer, testCache, testServer } from '../helpers/server.ts';

let server: TestServer;
let receiver: OtlpReceiver;

test.before(async () => {
  server = await testServer();
  receiver = await startOtlpReceiver();
  const traces = openTraces({ url: receiver.url, service: 'test' });
  const store = openMemoryStore();
  const stop = await startInProcessWorkers(server.address, fakeEdge(store), { traces });
  const client = await connectClient(server, traces.clientInterceptor);
  const hearts = [
    { value: 1, iterations: 3 },
    { value: 2, fail: 'BadAnatomy' as const },
  ];
  const study = await writeFakeStudy(store, server.folder, hearts);
  const schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 60 } as const;
  await traces.inSpan('twinfold run', { 'twinfold.run': 'traced' }, () =>
    runCohort(client, { run: 'traced', study, window: 2, schedule, onProgress: () => undefined }),
  );
  await client.close();
  await stop();
  await traces.close();
  await server.stop();
});

test.after.always(async () => {
  await receiver?.close();
});

const attribute = ({ attributes }: ReceivedSpan, name: string): unknown =>
  Object.values(attributes.find(({ key }) => key === name)?.value ?? {})[0];

/** Names from the root of its trace down to a span. */
function pathTo(span: ReceivedSpan | undefined): string[] {
  if (span === undefined) return [];
  return [...pathTo(receiver.spans.find(({ spanId }) => spanId === span.parentSpanId)), span.name];
}

test('one trace leads from the command line through workflows and activities to a level of one subject’s calibration', (t) => {
  const level = receiver.spans.find(({ name }) => name === 'calibrate level 0');
  t.deepEqual(pathTo(level), [
    'twinfold run',
    'StartWorkflow:buildCohort',
    'RunWorkflow:buildCohort',
    'StartChildWorkflow:buildSubjects',
    'RunWorkflow:buildSubjects',
    'StartActivity:calibrate',
    'RunActivity:calibrate',
    'stage calibrate',
    'calibrate level 0',
  ]);
  t.is(new Set(receiver.spans.map(({ traceId }) => traceId)).size, 1);
});

test('a stage’s span says whose it is, for the how manieth time, and whether it was found', (t) => {
  const stage = receiver.spans.find(({ name }) => name === 'stage measure');
  if (stage === undefined) throw new Error('no span of a measurement');
  t.is(attribute(stage, 'twinfold.subject'), 'sub-0000');
  t.is(attribute(stage, 'twinfold.attempt'), '1');
  t.is(attribute(stage, 'twinfold.cached'), false);
});

test('a failure is seen in a trace by its code, and what it said is not', (t) => {
  const codes = receiver.spans.map((span) => attribute(span, 'twinfold.code'));
  t.true(codes.includes('BadAnatomy'));
  t.false(/broken on purpose|\.heart|stacktrace|artifacts\//.test(receiver.text()));
  t.deepEqual(
    receiver.spans.flatMap(({ events = [] }) => events),
    [],
  );
  t.true(receiver.spans.every(({ status }) => !status.message));
});

test('what is asked every second is left out', (t) => {
  t.deepEqual(
    receiver.spans.map(({ name }) => name).filter((name) => /Query|Describe/.test(name)),
    [],
  );
});

const histories = join(import.meta.dirname, '..', 'histories');
const silent = () => undefined;
const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };

for (const how of [{ isTraced: true }, { isEncrypted: true }, { isTraced: true, isEncrypted: true }]) {
  // In turn: the SDK's runtime ends with the last replay that uses it.
  test.serial(
    `runs that were recorded without are decided the same with ${Object.keys(how).join(' and ')}`,
    async (t) => {
      const bundle = await workflowBundle(testCache(), logger, how);
      for (const file of readdirSync(histories, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.json'),
      )) {
        const history = historyOf(readFileSync(join(histories, file), 'utf8'));
        await t.notThrowsAsync(Worker.runReplayHistory({ workflowBundle: bundle }, history), file);
      }
    },
  );
}
