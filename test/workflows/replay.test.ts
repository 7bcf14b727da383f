import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import test from 'ava';
import { workflowBundle } from '../../workers/workflowBundle.ts';
import * as workflows from '../../workflows/index.ts';
import { historyOf } from '../helpers/histories.ts';
import { testCache } from '../helpers/server.ts';

/** Recorded runs by release, workflow and what they show: `0.1/buildTwin.json`, `0.2/buildTwin-outOfMemory.json`. */
const folder = join(import.meta.dirname, '..', 'histories');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();
const logger = new DefaultLogger('ERROR');
Runtime.install({ logger, shutdownSignals: [] });

type History = ReturnType<typeof historyOf>;

async function replay(history: History): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle(testCache(), logger) }, history);
}

/** The history, had the workflow asked for something else first. */
function otherwise(text: string): History {
  const history = historyOf(text);
  for (const event of history.events ?? []) {
    const asked =
      event.activityTaskScheduledEventAttributes?.activityType ??
      event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowType;
    if (!asked) continue;
    asked.name = 'somethingElse';
    return history;
  }
  throw new Error('a recorded history in which no activity and no other workflow is asked for proves nothing');
}

for (const file of files) {
  const text = readFileSync(join(folder, file), 'utf8');

  test(`a run that was recorded is decided the same today: ${file}`, async (t) => {
    await t.notThrowsAsync(replay(historyOf(text)));
  });

  test(`a run that was recorded otherwise is noticed: ${file}`, async (t) => {
    await t.throwsAsync(replay(otherwise(text)), { name: 'DeterminismViolationError' });
  });

  test(`a recorded history says nothing of the machine that recorded it: ${file}`, (t) => {
    t.true(text.length < 150_000);
    t.false(/"stackTrace": "[^"]|"\d+@|file:\/\/|\/home\/|\/tmp\//.test(text));
  });
}

test('every workflow has a recorded run that it must decide the same for ever; node test/histories/record.ts makes one', (t) => {
  const recorded = new Set(files.map((file) => basename(file, '.json').split('-')[0]));
  const types = Object.entries(workflows).filter(([, value]) => typeof value === 'function');
  t.deepEqual(
    types.map(([name]) => name).filter((name) => !recorded.has(name)),
    [],
  );
});
