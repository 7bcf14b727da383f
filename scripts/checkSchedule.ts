// A server that stays up and a schedule that fires by itself, from the command line alone: between two firings one ECG is replaced and one subject
// is added, and exactly these two twins are computed: `node scripts/checkSchedule.ts [--subjects 6]`. About four minutes on two cores.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { writePopulation } from '../cli/writePopulation.ts';

/** Coarse and short: what is looked at is what is computed, not how well it fits. */
const SETTINGS = 'calibration:\n  pmjs: 60\n  maxIterations: 8\n';
const EDGE_mm = 3.2;
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

const ask = async (sql: string, ...words: readonly string[]): Promise<unknown> =>
  JSON.parse(await twinfold('query', out, sql, '--format', 'json', ...words));

let serving: ChildProcess | undefined;
try {
  await writePopulation({
    out: population,
    name: 'living',
    size: size + 1,
    seed: 1,
    femaleShare: 0.5,
    sexEffect: 0,
    ariEffect: 10,
    broken: 0,
    edge: EDGE_mm,
    truthEdge: EDGE_mm,
    ecg: 'wfdb',
    tell: () => undefined,
  });
  const study = join(population, 'study.yaml');
  appendFileSync(study, SETTINGS);
  const sheet = join(population, 'subjects.csv');
  const lines = readFileSync(sheet, 'utf8').trimEnd().split('\n');
  writeFileSync(sheet, `${lines.slice(0, -1).join('\n')}\n`); // one subject comes later
  serving = await startServing();
  await twinfold('schedule', 'create', study, '--home', home, '--out', out, '--every', '10s');

  const [first] = await untilPublished(1);
  check('the first firing computes everybody', first?.result.computed === size, JSON.stringify(first?.result));
  await twinfold('schedule', 'pause', 'living', '--home', home);
  const between = new Date().toISOString();
  await sleep(1000);
  for (const file of ['ecg.hea', 'ecg.dat']) {
    copyFileSync(join(population, 'sub-0006', file), join(population, 'sub-0002', file));
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
  const expected = [{ subject: 'sub-0002' }, { subject: `sub-${String(size + 1).padStart(4, '0')}` }];
  check(
    'their costs say the same',
    JSON.stringify(calibrated) === JSON.stringify(expected),
    JSON.stringify(calibrated),
  );
  const then = await ask('select count(*) as subjects from cohort', '--as-of', between);
  check(
    'the tables of before are there',
    JSON.stringify(then) === JSON.stringify([{ subjects: size }]),
    JSON.stringify(then),
  );
  console.log(`\n${await twinfold('diff', out)}`);

  await twinfold('schedule', 'pause', 'living', '--home', home);
  copyFileSync(join(population, 'sub-0004', 'ecg.dat'), join(population, 'sub-0006', 'ecg.dat'));
  copyFileSync(join(population, 'sub-0004', 'ecg.hea'), join(population, 'sub-0006', 'ecg.hea'));
  const visit = JSON.parse(await twinfold('visit', out, 'sub-0006', '--settle', '1s', '--wait', '--json'));
  check('a visit is built and published by itself', visit.published?.status === 'published', JSON.stringify(visit));
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
