import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import test from 'ava';
import { inlineCompute } from '../../activities/compute.ts';
import { createActivities } from '../../activities/index.ts';
import { prepare } from '../../activities/prepare.ts';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import { type FakeHeart, fakeCheckpoint, fakeEdge } from '../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';

const openEnvironment = (info: ConstructorParameters<typeof MockActivityEnvironment>[0] = {}) =>
  new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });

async function openSubject(heart: FakeHeart) {
  const turns: number[] = [];
  const edge = fakeEdge(openMemoryStore(), (_, iteration) => turns.push(iteration));
  const { study } = await writeFakeStudy(edge.store, await testFolder(), [heart]);
  const place = { run: 'r', study, page: 0, position: 0 };
  return { edge, turns, place, activities: createActivities(inlineCompute(edge)) };
}

test('an attempt goes on from the checkpoint in the last heartbeat, and beats its own', async (t) => {
  const { activities, edge, place, turns } = await openSubject({ value: 3, iterations: 4 });
  const prepared = await prepare(edge, place);
  const environment = openEnvironment({ heartbeatDetails: fakeCheckpoint(2, 9), attempt: 2 });
  const beats: { iteration: number }[] = [];
  environment.on('heartbeat', (details: { iteration: number }) => beats.push(details));
  await environment.run(activities.calibrate, { place, prepared, start: 0 });
  t.deepEqual(turns, [2, 3]);
  t.deepEqual(
    beats.map(({ iteration }) => iteration),
    [3, 4],
  );
});

test('what an optimiser remembers is part of the checkpoint, and does not keep an attempt from going on', async (t) => {
  const { activities, edge, place, turns } = await openSubject({ value: 3, iterations: 4 });
  const prepared = await prepare(edge, place);
  const heartbeatDetails = { ...fakeCheckpoint(2, 9), memory: [[0.1, 0.2], [0.3]] };
  await openEnvironment({ heartbeatDetails, attempt: 2 }).run(activities.calibrate, { place, prepared, start: 0 });
  t.deepEqual(turns, [2, 3]);
});

test('heartbeat details that are no checkpoint are not built on', async (t) => {
  const { activities, edge, place, turns } = await openSubject({ value: 3, iterations: 2 });
  const prepared = await prepare(edge, place);
  const environment = openEnvironment({ heartbeatDetails: { iteration: 1, gain: 'much' } });
  await environment.run(activities.calibrate, { place, prepared, start: 0 });
  t.deepEqual(turns, [0, 1]);
});

test('bad input is never retried, and says its code; what may pass by itself is left to the retry policy', async (t) => {
  for (const fail of ['BadInput', 'BadAnatomy', 'BadEcg'] as const) {
    const { activities, place } = await openSubject({ value: 3, fail });
    const error = await t.throwsAsync(openEnvironment().run(activities.prepare, place), {
      instanceOf: ApplicationFailure,
    });
    t.like(error, { type: fail, nonRetryable: true, message: 'sub-0000.heart: broken on purpose' });
  }
  const { activities, place } = await openSubject({ value: 3, fail: 'crash' });
  const error = await t.throwsAsync(openEnvironment().run(activities.prepare, place));
  t.false(error instanceof ApplicationFailure && error.nonRetryable === true);
});

test('a cancelled calibration ends as cancelled and leaves no twin', async (t) => {
  const { activities, edge, place, turns } = await openSubject({ value: 3, iterations: 100, pause_ms: 5 });
  const prepared = await prepare(edge, place);
  const environment = openEnvironment();
  environment.on('heartbeat', () => environment.cancel());
  await t.throwsAsync(environment.run(activities.calibrate, { place, prepared, start: 0 }), {
    instanceOf: CancelledFailure,
  });
  t.true(turns.length < 100);
});
