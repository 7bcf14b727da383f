// Kills a run's server, a worker and the command line itself at three moments each, and compares the published bytes with an undisturbed
// run's: `node scripts/checkKills.ts [--subjects 6] [--only server,worker,cli,others]`. Linux; takes about ten minutes.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { killOne, leftAfter, type Victim } from './kills/processes.ts';
import { type EndedRun, type Moment, PUBLISHED, publishedPath, startRun, untilMoment } from './kills/studyRun.ts';
import { writeSmallPopulation } from './smallPopulation.ts';

const NAME = 'kills';
const BROKEN = 1;
const QUARANTINED = 3;
const INTERRUPTED = 130;
/** What a killed command line leaves to end by itself, and what a Ctrl-C may take. */
const ORPHANS_END_ms = 15_000;
const INTERRUPT_s = 10;

const { values } = parseArgs({ options: { subjects: { type: 'string', default: '6' }, only: { type: 'string' } } });
const size = Number(values.subjects);
const only = values.only?.split(',');
const isWanted = (name: string) => only === undefined || only.includes(name);
const folder = mkdtempSync(join(tmpdir(), 'twinfold-kills-'));
const study = join(folder, 'population', 'study.yaml');
let failures = 0;
let runs = 0;

/** A new folder for a run of its own. */
const newOut = () => join(folder, `run-${++runs}`);

/** Prints one row of the table, from what was wrong. */
function tell(what: string, when: string, seconds: number, problems: readonly string[]): void {
  if (problems.length > 0) failures++;
  const result = problems.length === 0 ? 'same bytes' : problems.join('; ');
  console.log(`${what.padEnd(22)} ${when.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${result}`);
}

/** sha256 by name of what a run has published. */
function hashesOf(out: string): Readonly<Record<string, string>> {
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(publishedPath(out, name)))
      .digest('hex');
  return Object.fromEntries(PUBLISHED.map((name) => [name, hash(name)]));
}

/** What is wrong with a run that came to its end. */
async function problemsOf(out: string, end: EndedRun, mark: string): Promise<string[]> {
  if (end.code !== QUARANTINED) return [`exit code ${end.code}, expected ${QUARANTINED}:\n${end.output}`];
  const problems: string[] = [];
  const found = hashesOf(out);
  const others = PUBLISHED.filter((name) => found[name] !== expected[name]);
  if (others.length > 0) problems.push(`other bytes: ${others.join(', ')}`);
  const rows: { subject: string }[] = parse(readFileSync(publishedPath(out, 'cohort.csv')), {
    columns: true,
    bom: true,
  });
  const subjects = new Set(rows.map(({ subject }) => subject));
  if (rows.length !== size + BROKEN || subjects.size !== rows.length) {
    problems.push(`${rows.length} rows of ${subjects.size} subjects, expected ${size + BROKEN} of each`);
  }
  const left = await leftAfter(mark, 0);
  if (left.length > 0) problems.push(`left running: ${left.join(', ')}`);
  return problems;
}

async function runUndisturbed(what: string, workers: number, out = newOut()): Promise<EndedRun> {
  const run = startRun(study, out, workers);
  const end = await run.ended;
  if (Object.keys(expected).length === 0 && end.code === QUARANTINED) expected = hashesOf(out);
  tell(what, '', end.seconds, await problemsOf(out, end, run.mark));
  return end;
}

async function killPart(victim: Exclude<Victim, 'cli'>, moment: Moment): Promise<void> {
  const run = startRun(study, newOut(), 2);
  await untilMoment(run, NAME, moment);
  await killOne(run.mark, victim);
  const end = await run.ended;
  const isSaid = /started again|starting it again/.test(end.output);
  const problems = await problemsOf(run.out, end, run.mark);
  tell(`kill -9 ${victim}`, moment, end.seconds, isSaid ? problems : [...problems, 'the kill was not noticed']);
}

/** Ends the command line, and starts the same command again. */
async function endCli(how: 'SIGKILL' | 'SIGINT', moment: Moment): Promise<void> {
  const run = startRun(study, newOut(), 2);
  await untilMoment(run, NAME, moment);
  const problems: string[] = [];
  const struck_ms = performance.now();
  process.kill(run.pid, how);
  const struck = await run.ended;
  const stopped_s = (performance.now() - struck_ms) / 1000;
  if (how === 'SIGINT') {
    if (struck.code !== INTERRUPTED) problems.push(`exit code ${struck.code}, expected ${INTERRUPTED}`);
    if (stopped_s > INTERRUPT_s) problems.push(`took ${stopped_s.toFixed(1)} s to stop`);
    const left = await leftAfter(run.mark, 0);
    if (left.length > 0) problems.push(`left running: ${left.join(', ')}`);
  }
  const again = startRun(study, run.out, 2); // at once, while what the killed one left may still be ending
  const end = await again.ended;
  problems.push(...(await problemsOf(run.out, end, again.mark)));
  const left = await leftAfter(run.mark, ORPHANS_END_ms);
  if (left.length > 0) problems.push(`left by the killed one: ${left.join(', ')}`);
  const what = how === 'SIGINT' ? `Ctrl-C (${stopped_s.toFixed(1)} s)` : 'kill -9 cli';
  tell(`${what}, again`, moment, struck.seconds + end.seconds, problems);
}

let expected: Readonly<Record<string, string>> = {};
try {
  await writeSmallPopulation({ out: join(folder, 'population'), name: NAME, size, broken: BROKEN });
  console.log(`${size} subjects and ${BROKEN} broken; each row a run of its own, against the first\n`);
  const first = newOut();
  await runUndisturbed('undisturbed', 2, first);
  for (const [name, hash] of Object.entries(expected)) console.log(`  ${hash} ${name}`);
  if (isWanted('others')) {
    const second = await runUndisturbed('second run', 2, first);
    if (!second.output.includes('nothing was computed')) {
      failures++;
      console.log(`the second run computed again what was there:\n${second.output}`);
    }
    await runUndisturbed('one worker', 1);
  }
  for (const victim of ['server', 'worker', 'cli'] as const) {
    if (!isWanted(victim)) continue;
    for (const moment of ['early', 'middle', 'late'] as const) {
      if (victim === 'cli') await endCli('SIGKILL', moment);
      else await killPart(victim, moment);
    }
  }
  if (isWanted('others')) await endCli('SIGINT', 'middle');
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
console.log(failures === 0 ? '\nall runs ended in the same bytes' : `\n${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
