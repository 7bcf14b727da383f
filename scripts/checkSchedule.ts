// A server that stays up and a schedule that fires by itself, from the command line alone: between two firings one ECG is replaced and one subject
// is added, and exactly these two twins are computed, with their counterfactual twins alone: `node scripts/checkSchedule.ts [--subjects 6]`.
// About five minutes on two cores.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { writeSmallPopulation } from './smallPopulation.ts';

/** Fewer than there are women or men, as in cohorts that are worth a schedule: where everybody is in a pair, someone new moves another pair or two. */
const PAIRS = 2;
const program = resolve(import.meta.dirname, '..', 'cli', 'twinfold.ts');
const { values } = parseArgs({ options: { subjects: { type: 'string', default: '6' } } });
const size = Number(values.subjects);
const folder = mkdtempSync(join(tmpdir(), 'twinfold-schedule-'));
const population = join(folder, 'population');
const [home, out] = [join(folder, 'home'), join(folder, 'run')];
let failures = 0;

interface Execution {
  readonly at: string;
  readonly result: {
    readonly status: string;
    readonly computed?: number;
    readonly added?: number;
    readonly changed?: number;
    /** Hearts under the reference function and pairs */
    readonly counterfactuals?: { readonly done: number; readonly cached: number; readonly failed: number };
  };
}

function twinfold(...words: readonly string[]): Promise<string> {
  return new Promise((done, refuse) => {
    execFile(process.execPath, [program, ...words], (error, text, complaint) => {
      if (error === null) done(text);
      else refuse(new Error(`twinfold ${words.join(' ')}: ${complaint}`));
    });
  });
}

function check(name: string, isTrue: boolean, detail: string): void {
  if (!isTrue) failures++;
  console.log(`${isTrue ? 'ok    ' : 'FAILED'} ${name}: ${detail}`);
}

async function startServing(): Promise<ChildProcess> {
  const serving = spawn(process.execPath, [program, 'serve', home, '--workers', '1', '--slots', '2'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((up, refuse) => {
    serving.once('exit', (code) => refuse(new Error(`twinfold serve ended with ${code}`)));
    serving.stdout?.on('data', (chunk: Buffer) => {
      process.stdout.write(`  ${String(chunk).trimEnd().replaceAll('\n', '\n  ')}\n`);
      if (String(chunk).includes('up; ')) up();
    });
  });
  return serving;
}

/** Executions that did something, once there are so many. */
async function untilPublished(count: number): Promise<readonly Execution[]> {
  for (;;) {
    const { executions }: { executions: readonly Execution[] } = JSON.parse(
      await twinfold('schedule', 'describe', 'living', '--home', home, '--json'),
    );
    const failed = executions.find(({ result }) => result.status === 'failed');
    if (failed !== undefined) throw new Error(`the execution of ${failed.at} failed`);
    const published = executions.filter(({ result }) => result.status === 'published');
    if (published.length >= count) return published;
    await sleep(2000);
  }
}

const ask = async (sql: string, ...words: readonly string[]): Promise<readonly Readonly<Record<string, string>>[]> =>
  JSON.parse(await twinfold('query', out, sql, '--format', 'json', ...words));

/** What the counterfactual twins of a run's tables are made of, and whose they are, by a name for each. */
async function counterfactualsNow(): Promise<ReadonlyMap<string, readonly string[]>> {
  const hearts = await ask('select distinct subject, anatomySha256 as heart from reference where finding is null');
  const pairs = await ask(
    'select distinct femaleSubject as woman, maleSubject as man, femaleTwinSha256 as hers, maleTwinSha256 as his from swaps where finding is null',
  );
  const made = new Map<string, readonly string[]>();
  for (const { subject = '', heart } of hearts) made.set(`heart ${subject} ${heart}`, [subject]);
  for (const { woman = '', man = '', hers, his } of pairs) made.set(`${woman} and ${man} ${hers} ${his}`, [woman, man]);
  return made;
}

/** Looks whether everybody of the tables has counterfactual twins, and what an execution has computed of them. */
async function checkCounterfactuals(
  what: string,
  { counterfactuals }: Execution['result'],
  { before, touched, people }: CounterfactualsExpected,
): Promise<void> {
  const now = await counterfactualsNow();
  const subjects = [...now.keys()].filter((name) => name.startsWith('heart ')).length;
  check(`${what}: reference.parquet holds everybody`, subjects === people, `${subjects} of ${people}`);
  const fresh = [...now].filter(([name]) => !before.has(name));
  const others = fresh.filter(([, members]) => !members.some((member) => touched.includes(member)));
  const { done = 0, cached = 0, failed = 0 } = counterfactuals ?? {};
  const names = fresh.map(([, members]) => members.join('+')).join(', ');
  check(
    `${what}: computed are the counterfactual twins of ${touched.length === people ? 'everybody' : touched.join(' and ')}, and no other`,
    failed === 0 && done === now.size && done - cached === fresh.length && others.length === 0,
    `${names}; ${cached} of ${done} found`,
  );
}

interface CounterfactualsExpected {
  readonly before: ReadonlyMap<string, unknown>;
  readonly touched: readonly string[];
  readonly people: number;
}

const nameOf = (number: number): string => `sub-${String(number).padStart(4, '0')}`;

let serving: ChildProcess | undefined;
try {
  const study = await writeSmallPopulation({ out: population, name: 'living', size: size + 1 });
  appendFileSync(study, `counterfactuals:\n  pairs: ${PAIRS}\n`);
  const sheet = join(population, 'subjects.csv');
  const lines = readFileSync(sheet, 'utf8').trimEnd().split('\n');
  writeFileSync(sheet, `${lines.slice(0, -1).join('\n')}\n`); // one subject comes later
  serving = await startServing();
  await twinfold('schedule', 'create', study, '--home', home, '--out', out, '--every', '10s');

  const [first] = await untilPublished(1);
  check('the first firing computes everybody', first?.result.computed === size, JSON.stringify(first?.result));
  const everybody = Array.from({ length: size }, (_, index) => nameOf(index + 1));
  const all = { before: new Map<string, unknown>(), touched: everybody, people: size };
  if (first !== undefined) await checkCounterfactuals('the first firing', first.result, all);
  const before = await counterfactualsNow();
  await twinfold('schedule', 'pause', 'living', '--home', home);
  const between = new Date().toISOString();
  await sleep(1000);
  for (const file of ['ecg.hea', 'ecg.dat']) {
    copyFileSync(join(population, nameOf(6), file), join(population, nameOf(2), file));
  }
  writeFileSync(sheet, `${lines.join('\n')}\n`);
  const changed_ms = Date.now();
  await twinfold('schedule', 'unpause', 'living', '--home', home);

  const second = (await untilPublished(2)).at(-1);
  check(
    'the second firing computes two twins, one new and one changed',
    second?.result.computed === 2 && second.result.added === 1 && second.result.changed === 1,
    JSON.stringify(second?.result),
  );
  const calibrated = await ask(
    `select subject from costs where stage = 'calibrate' and not wasCached and started_ms > ${changed_ms} order by 1`,
  );
  const touched = [nameOf(2), nameOf(size + 1)];
  const expected = touched.map((subject) => ({ subject }));
  check(
    'their costs say the same',
    JSON.stringify(calibrated) === JSON.stringify(expected),
    JSON.stringify(calibrated),
  );
  if (second !== undefined) {
    await checkCounterfactuals('the second firing', second.result, { before, touched, people: size + 1 });
  }
  const then = await ask('select count(*) as subjects from cohort', '--as-of', between);
  check(
    'the tables of before are there',
    JSON.stringify(then) === JSON.stringify([{ subjects: size }]),
    JSON.stringify(then),
  );
  console.log(`\n${await twinfold('diff', out)}`);
  const afterSecond = await counterfactualsNow();

  await twinfold('schedule', 'pause', 'living', '--home', home);
  for (const file of ['ecg.hea', 'ecg.dat']) {
    copyFileSync(join(population, nameOf(6), file), join(population, nameOf(4), file));
  }
  const visit = JSON.parse(await twinfold('visit', out, nameOf(4), '--settle', '1s', '--wait', '--json'));
  check('a visit is built and published by itself', visit.published?.status === 'published', JSON.stringify(visit));
  await checkCounterfactuals('the visit', visit.published, {
    before: afterSecond,
    touched: [nameOf(4)],
    people: size + 1,
  });
  console.log(`\n${await twinfold('query', out, 'select * from versions')}`);
} finally {
  if (serving?.exitCode === null) {
    const ended = new Promise((done) => serving?.once('exit', done));
    serving.kill('SIGINT');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
console.log(failures === 0 ? 'all as expected' : `${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
