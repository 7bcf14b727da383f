import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { runCli } from './runCli.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinfold-people-'));
test.after.always(() => rmSync(folder, { recursive: true }));

/** Hash of every file by its path. */
const hashes = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [path.slice(root.length), createHash('sha256').update(readFileSync(path)).digest('hex')])
    .sort();

const make = (out: string, ...more: readonly string[]) =>
  runCli('synthesize', '1', '--out', out, '--edge', '3.2', '--truth-edge', '3.2', ...more);

test('the same person is made twice to the same bytes, and found the third time', async (t) => {
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  const ends = await Promise.all([make(one), make(two)]);
  t.deepEqual(
    ends.map(({ code, err }) => [code, err]),
    [
      [0, ''],
      [0, ''],
    ],
  );
  t.deepEqual(hashes(one), hashes(two));
  t.true(hashes(one).length > 8);
  t.regex((await make(one)).out, /^0 people made, 1 found/);
  const other = await make(one, '--seed', '2');
  t.is(other.code, 1);
  t.regex(other.err, /holds something else than this cohort/);
});

test('a study of somebody’s own is never written over', async (t) => {
  const own = join(folder, 'own');
  mkdirSync(own);
  writeFileSync(join(own, 'study.yaml'), 'name: mine\nsheet: mine.csv\n');
  t.is((await make(own)).code, 1);
  t.deepEqual(readdirSync(own), ['study.yaml']);
});

test('edges that the walls are too thin for are refused in a sentence, and leave no folder behind', async (t) => {
  const { code, err } = await runCli('synthesize', '1', '--out', join(folder, 'coarse'), '--edge', '9');
  t.is(code, 1);
  t.regex(err, /^twinfold: synthetic hearts: found edge lengths of 9 and 2 mm, expected /);
  t.false(existsSync(join(folder, 'coarse')));
});
