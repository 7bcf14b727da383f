import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { recordRun } from '../../activities/records/runRecord.ts';
import { putJson } from '../../activities/stores/artifacts.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import { duration } from '../../cli/commands/gc.ts';
import { sweepRun } from '../../cli/sweepRun.ts';
import { runCli } from './runCli.ts';

test('a time is told with its unit', (t) => {
  t.deepEqual(['90s', '30min', '1h', '1.5h', '7d'].map(duration), [90e3, 1800e3, 3600e3, 5400e3, 604800e3]);
  for (const text of ['1', 'h', '1 h', '-1h', '1w', '']) t.throws(() => duration(text), { message: /such as 1h/ });
});

test('a store that other runs may be using keeps all that a stage under way may have written', async (t) => {
  const store = mkdtempSync(join(tmpdir(), 'twinfold-gc-'));
  t.teardown(() => rmSync(store, { recursive: true }));
  const options = { store, plans: 2, isDryRun: false };
  await t.throwsAsync(sweepRun({ ...options, grace_ms: 60_000 }), { message: /--older-than 60min/ });
  await putJson(openFolderStore(store), { orphan: true });
  const { kinds } = await sweepRun({ ...options, grace_ms: 3_600_000 });
  t.like(kinds[0], { kind: 'artifacts', kept: 1, young: 1, collected: 0 });
});

test('the command says in a table what it removed from a run, and what it kept', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinfold-gc-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ name: 'r', study: 'study.yaml', data: null }));
  await putJson(openFolderStore(join(folder, 'store')), { orphan: true });
  const dry = await runCli('gc', folder, '--older-than', '0s', '--dry-run');
  t.is(dry.code, 0, dry.err);
  t.regex(dry.out, /^artifacts +0 +0\.00 +1 +0\.00$/m);
  const json = await runCli('gc', folder, '--older-than', '0s', '--json');
  t.like(JSON.parse(json.out), { isDryRun: false, kinds: [{ kind: 'artifacts', collected: 1 }] });
  t.is((await runCli('gc')).code, 1);
  await recordRun(openFolderStore(join(folder, 'store')), { run: 'r', study: await putJson(openMemoryStore(), {}) });
  const starting = await runCli('gc', folder, '--older-than', '0s');
  t.is(starting.code, 1);
  t.regex(starting.err, /less than 2 minutes ago/);
});
