import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { runCli } from './runCli.ts';

const run = mkdtempSync(join(tmpdir(), 'twinfold-control-'));
const counts = { subjects: 7, done: 6, quarantined: 1 };
test.before(() => {
  delete process.env.TEMPORAL_ADDRESS; // never a server that the machine's user has elsewhere
  writeFileSync(join(run, 'run.json'), JSON.stringify({ name: 'ended', study: 'study.yaml', data: null }));
});
test.after.always(() => rmSync(run, { recursive: true }));

test.serial('status of a run that has published nothing says so', async (t) => {
  const { code, out } = await runCli('status', run);
  t.is(code, 0);
  t.regex(out, /^not under way, and nothing is published yet/);
});

test.serial('status of a run that is not under way counts what it published last', async (t) => {
  mkdirSync(join(run, 'published'));
  writeFileSync(join(run, 'published', 'manifest.json'), JSON.stringify({ counts }));
  t.regex((await runCli('status', run)).out, /^not under way; published: 7 subjects, 6 done, 1 quarantined/);
  const { out } = await runCli('status', run, '--json');
  t.deepEqual(JSON.parse(out), { phase: 'not-under-way', published: counts });
});

test.serial('an instruction to a run that is not under way ends with 1 and says what to do', async (t) => {
  for (const words of [
    ['pause', run],
    ['resume', run],
    ['cancel', run],
    ['resize', run, '4'],
    ['worker', run],
  ]) {
    const { code, err } = await runCli(...words);
    t.is(code, 1);
    t.regex(err, /^twinfold: .*: is not under way; .*twinfold run/);
  }
});

test.serial('a folder that is no run’s is told apart from one that is', async (t) => {
  const { code, err } = await runCli('status', tmpdir());
  t.is(code, 1);
  t.regex(err, /is not the folder of a run \(no run\.json\)/);
});
