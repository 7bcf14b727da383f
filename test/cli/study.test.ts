import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { runCli } from './runCli.ts';

function folderWith(t: { teardown: (end: () => void) => void }, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinfold-cli-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('a wrong study is told with line and column, in a sentence, and nothing is run', async (t) => {
  const folder = folderWith(t, { 'study.yaml': 'name: wrong\nsheet: subjects.csv\ncalibration:\n  pmjz: 300\n' });
  const { code, out, err } = await runCli('check', join(folder, 'study.yaml'));
  t.is(code, 1);
  t.is(out, '');
  t.regex(err, /^twinfold: study\.yaml:4:3: "calibration\.pmjz" is not a setting; did you mean "pmjs"\?$/m);
  t.notRegex(err, /\n\s+at /);
});

test('a study that is not there, and a folder in its place, are named', async (t) => {
  const folder = folderWith(t, {});
  t.regex((await runCli('run', join(folder, 'none.yaml'))).err, /none\.yaml: the study file cannot be read \(ENOENT\)/);
  t.regex((await runCli('run', folder)).err, /is a folder; name the study file in it/);
});

test('a run that is none, or has published nothing, ends with 1 and says what to do', async (t) => {
  const folder = folderWith(t, {});
  for (const words of [
    ['table', folder],
    ['query', folder, 'select 1'],
    ['report', folder],
  ]) {
    const { code, err } = await runCli(...words);
    t.is(code, 1);
    t.regex(err, /holds no published cohort .*; finish the run first: twinfold run STUDY --out /);
  }
});
