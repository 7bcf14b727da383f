import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import test from 'ava';
import { workflowBundle } from '../../workers/workflowBundle.ts';
import { historyOf } from '../helpers/histories.ts';
import { testCache } from '../helpers/server.ts';

const folder = join(import.meta.dirname, '..', 'histories');
const logger = new DefaultLogger('ERROR');
Runtime.install({ logger, shutdownSignals: [] });

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const text = readFileSync(join(folder, file), 'utf8');

  test(`a run that was recorded is decided the same today: ${file}`, async (t) => {
    const bundle = await workflowBundle(testCache(), logger);
    await t.notThrowsAsync(Worker.runReplayHistory({ workflowBundle: bundle }, historyOf(text)));
  });

  test(`a run that was recorded otherwise is noticed: ${file}`, async (t) => {
    const bundle = await workflowBundle(testCache(), logger);
    const other = text
      .replaceAll('"name": "openPage"', '"name": "openBook"')
      .replaceAll('"name": "prepare"', '"name": "compare"')
      .replaceAll('"name": "publish"', '"name": "polish"');
    t.not(other, text);
    await t.throwsAsync(Worker.runReplayHistory({ workflowBundle: bundle }, historyOf(other)), {
      name: 'DeterminismViolationError',
    });
  });
}

test('recorded histories say nothing of the machine that recorded them', (t) => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  t.deepEqual(files, ['buildCohort.json', 'buildSubjects.json', 'buildTwin.json']);
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8');
    t.true(text.length < 150_000, file);
    t.false(/"stackTrace": "[^"]|"\d+@|file:\/\/|\/home\/|\/tmp\//.test(text), file);
  }
});
