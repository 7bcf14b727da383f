import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { audit, audited, auditFile, readAudit } from '../../cli/audit.ts';
import { TwinError } from '../../twin/errors.ts';
import { testFolder } from '../helpers/fakeStudy.ts';

async function runFolder(): Promise<string> {
  const folder = await testFolder();
  await writeFile(join(folder, 'run.json'), '{}');
  return folder;
}

async function loggedRun(commands: readonly string[]): Promise<string> {
  const folder = await runFolder();
  for (const command of commands) await audit(folder, { command, outcome: 'done' });
  return folder;
}

const COMMANDS = ['run', 'pause', 'resume', 'cancel'];

test('a log tells who did what in the order in which it was done, and is whole', async (t) => {
  const folder = await loggedRun(COMMANDS);
  const { lines, problems } = await readAudit(folder);
  t.deepEqual(problems, []);
  t.deepEqual(
    lines.map(({ command, sequence }) => [sequence, command]),
    COMMANDS.map((command, at) => [at + 1, command]),
  );
  t.true(lines.every(({ user, host, version }) => user !== '' && host !== '' && /^\d+\.\d+\.\d+/.test(version)));
});

test('writers at the same time wait for each other: no line is lost and none follows two', async (t) => {
  const folder = await runFolder();
  await Promise.all(Array.from({ length: 25 }, (_, at) => audit(folder, { command: `c${at}`, outcome: 'done' })));
  const { lines, problems } = await readAudit(folder);
  t.deepEqual(problems, []);
  t.is(new Set(lines.map(({ command }) => command)).size, 25);
});

/** The log with something done to its lines. */
async function tampered(change: (lines: string[]) => string[]): Promise<readonly string[]> {
  const folder = await loggedRun(COMMANDS);
  const lines = (await readFile(auditFile(folder), 'utf8')).trimEnd().split('\n');
  await writeFile(auditFile(folder), `${change(lines).join('\n')}\n`);
  return (await readAudit(folder)).problems;
}

test('a changed word is noticed at its line', async (t) => {
  const problems = await tampered((lines) =>
    lines.map((line, at) => (at === 1 ? line.replace('"pause"', '"cancel"') : line)),
  );
  t.regex(problems[0] ?? '', /:2: was changed after it was written/);
});

test('removed, moved, doubled and inserted lines are noticed', async (t) => {
  const other = (await readFile(auditFile(await loggedRun(['x'])), 'utf8')).trimEnd();
  const changes: ((lines: string[]) => string[])[] = [
    (lines) => lines.filter((_, at) => at !== 1),
    (lines) => lines.slice(1),
    ([a = '', b = '', ...others]) => [b, a, ...others],
    ([a = '', ...others]) => [a, a, ...others],
    ([a = '', ...others]) => [a, other, ...others],
  ];
  for (const change of changes) t.regex((await tampered(change))[0] ?? '', /does not follow the line before/);
});

test('a line that was cut short is noticed, and later ones still written', async (t) => {
  const folder = await loggedRun(['run']);
  await writeFile(auditFile(folder), `${await readFile(auditFile(folder), 'utf8')}{"sequence":2,"ti\n`);
  await audit(folder, { command: 'retry', outcome: 'done' });
  const { lines, problems } = await readAudit(folder);
  t.deepEqual(
    lines.map(({ command }) => command),
    ['run', 'retry'],
  );
  t.is(problems.length, 1);
});

test('lines cut off at the end are noticed by a hash that was kept elsewhere, and by nothing else', async (t) => {
  const folder = await loggedRun(COMMANDS);
  const head = (await readAudit(folder)).lines.at(-1)?.sha256;
  t.deepEqual((await readAudit(folder, head)).problems, []);
  const lines = (await readFile(auditFile(folder), 'utf8')).trimEnd().split('\n');
  await writeFile(auditFile(folder), `${lines.slice(0, 3).join('\n')}\n`);
  t.deepEqual((await readAudit(folder)).problems, []);
  t.regex((await readAudit(folder, head)).problems[0] ?? '', /cut off or written anew/);
});

test('a command that is refused stands in the log by its code, without what it said', async (t) => {
  const folder = await runFolder();
  const refused = () => Promise.reject(new TwinError('BadStudy', 'hearts/Margarethe.vtu is missing'));
  await t.throwsAsync(audited(folder, { command: 'run', details: { workers: 2 } }, refused));
  await audited(folder, { command: 'run' }, async () => 3);
  await t.throwsAsync(audited(folder, { command: 'run' }, () => Promise.reject(new TypeError('x'))));
  await t.throwsAsync(audited(folder, { command: 'run' }, () => Promise.reject(new TwinError('Cancelled', 'x'))));
  const { lines } = await readAudit(folder);
  t.deepEqual(
    lines.map(({ outcome }) => outcome),
    ['refused', 'quarantined', 'failed', 'interrupted'],
  );
  t.deepEqual(lines[0]?.details, { workers: 2, code: 'BadStudy' });
  t.false((await readFile(auditFile(folder), 'utf8')).includes('Margarethe'));
});

test('a lock that a killed process left behind is set aside', async (t) => {
  const folder = await runFolder();
  const lock = join(folder, 'audit.jsonl.lock');
  await writeFile(lock, '');
  const long_ago = new Date(Date.now() - 60_000);
  await utimes(lock, long_ago, long_ago);
  await audit(folder, { command: 'run', outcome: 'begun' });
  t.is((await readAudit(folder)).lines.length, 1);
});

test('a folder that is none of a run gets no log, unless the command makes one of it', async (t) => {
  const folder = await testFolder();
  await audit(folder, { command: 'pause', outcome: 'refused' });
  await t.throwsAsync(readAudit(folder), { message: /there is no such log/ });
  await audit(join(folder, 'new'), { command: 'run', outcome: 'begun' }, 'new');
  t.is((await readAudit(join(folder, 'new'))).lines.length, 1);
});
