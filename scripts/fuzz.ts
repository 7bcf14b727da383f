// Attacks every parser with changed files: `node scripts/fuzz.ts [--cases N] [--seed S] [--data FOLDER] [--only FORMAT] [--case NUMBER] [--workers N] [--out FOLDER]`.
// A case must give a value that holds together or a TwinError, within 2 s and without much memory; anything else is printed with its number, and its files are kept.
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { realFiles } from './fuzz/realFiles.ts';
import { FuzzCases } from './fuzz/runCase.ts';
import type { Files } from './fuzz/target.ts';
import { fuzzTargets } from './fuzz/targets.ts';
import type { CaseResult, WorkerTask } from './fuzz/task.ts';

/** CPU time that a case may take; the machine may be busy, so a worker is stopped only after far more of the clock's. */
const SLOW_ms = 2000;
const HUNG_ms = 60_000;
/** Heap of a worker, MB: parsers work in buffers, which are not of it and are seen by the growth of the process. */
const MOST_HEAP_MB = 700;
/** Growth in one case that is a failure: files have at most 2 MB. */
const MOST_GROWTH_MB = 500;

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    data: { type: 'string' },
    only: { type: 'string' },
    case: { type: 'string' },
    workers: { type: 'string', default: '2' },
    out: { type: 'string', default: join(tmpdir(), 'twinfold-fuzz') },
  },
});
const targets = fuzzTargets.filter(({ name }) => options.only === undefined || name === options.only);
if (targets.length === 0) {
  console.error(`--only ${options.only}: no such target; there are ${fuzzTargets.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}
const seed = Number(options.seed);
const cases = Number(options.cases);
const dataFolder = options.data === undefined ? undefined : resolve(options.data);

interface Tally {
  readonly kinds: Record<CaseResult['kind'], number>;
  cpu_ms: number;
  slowest_ms: number;
  slowest: number;
}
const tallies = new Map<string, Tally>(
  targets.map(({ name }) => [
    name,
    { kinds: { value: 0, refusal: 0, failure: 0 }, cpu_ms: 0, slowest_ms: 0, slowest: 0 },
  ]),
);
const seen = new Map<string, number>();

/** Keeps a failing case's files, and prints it the first few times that its like is met. */
function fail(target: string, number: number, detail: string, files: Files): void {
  const like = `${target}: ${detail.split('\n').slice(0, 2).join(' ').replace(/\d+/g, 'N').slice(0, 160)}`;
  const times = (seen.get(like) ?? 0) + 1;
  seen.set(like, times);
  if (times > 3) return;
  const folder = join(options.out, `${target.replace(/\W/g, '-')}-${number}`);
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(folder, basename(name)), bytes);
  console.log(
    `FAIL ${target} case ${number} (--seed ${seed} --only "${target}" --case ${number}${dataFolder ? ' --data …' : ''}; ${folder})\n     ${detail.slice(0, 1500)}`,
  );
}

function count({ target, number, kind, cpu_ms, grown_MB, detail, files }: CaseResult): void {
  const tally = tallies.get(target);
  if (!tally) return;
  const isLarge = grown_MB > MOST_GROWTH_MB;
  tally.kinds[isLarge ? 'failure' : kind]++;
  tally.cpu_ms += cpu_ms;
  if (cpu_ms > tally.slowest_ms) {
    tally.slowest_ms = cpu_ms;
    tally.slowest = number;
  }
  if (isLarge)
    fail(target, number, `the process grew by ${grown_MB.toFixed(0)} MB`, files ?? casesOf(target).files(number));
  else if (kind === 'failure') fail(target, number, detail ?? '', files ?? new Map());
}

function casesOf(name: string): FuzzCases {
  const target = fuzzTargets.find((candidate) => candidate.name === name) as (typeof fuzzTargets)[number];
  return new FuzzCases(target, seed, dataFolder === undefined ? [] : realFiles(target, dataFolder));
}

/** One share of the cases; a worker that hangs or dies is replaced, and goes on behind the case that did it. */
async function runShare(share: number, step: number): Promise<void> {
  const skip: number[] = [];
  for (let from = share; from < cases; ) {
    const state = new SharedArrayBuffer(16);
    const shared = new Float64Array(state);
    shared[0] = -1;
    const task: WorkerTask = {
      seed,
      dataFolder,
      targets: targets.map(({ name }) => name),
      cases,
      skip,
      step,
      from,
      state,
      slow_ms: SLOW_ms,
    };
    const worker = new Worker(new URL('./fuzz/worker.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    });
    const end = await new Promise<string>((done) => {
      const watch = setInterval(() => {
        const isHung =
          (shared[0] as number) >= 0 && performance.timeOrigin + performance.now() - (shared[1] as number) > HUNG_ms;
        if (!isHung) return;
        finish(`did not end within ${HUNG_ms / 1000} s`);
        void worker.terminate();
      }, 250);
      const finish = (why: string): void => {
        clearInterval(watch);
        done(why);
      };
      worker.on('message', (results: readonly CaseResult[]) => results.forEach(count));
      worker.on('error', (error) => finish(`ended the worker: ${error.message}`));
      worker.on('exit', (code) => finish(shared[0] === -2 ? '' : `ended the worker with code ${code}`));
    });
    const stoppedAt = shared[0] as number;
    if (end === '') return;
    if (stoppedAt < 0) throw new Error(`a worker ended between two cases: ${end}`);
    const target = targets[stoppedAt % targets.length]?.name ?? '';
    const number = Math.floor(stoppedAt / targets.length);
    count({
      target,
      number,
      kind: 'failure',
      cpu_ms: 0,
      grown_MB: 0,
      detail: end,
      files: casesOf(target).files(number),
    });
    skip.push(stoppedAt);
    from = stoppedAt + step;
  }
}

if (options.case !== undefined && options.only !== undefined) {
  const { kind, detail, files } = casesOf(options.only).run(Number(options.case));
  console.log(`${kind}: ${detail || 'a value that holds together'}`);
  for (const [name, bytes] of files) console.log(`  ${name}: ${bytes.length} bytes`);
  process.exit(kind === 'failure' ? 1 : 0);
}

const began = performance.now();
const start_MB = process.memoryUsage().rss / 2 ** 20;
const workers = Number(options.workers);
await Promise.all(Array.from({ length: workers }, (_, share) => runShare(share, workers)));
const seconds = (performance.now() - began) / 1000;
const rows = Array.from(tallies, ([name, { kinds, cpu_ms, slowest_ms, slowest }]) => [
  name,
  kinds.value + kinds.refusal + kinds.failure,
  kinds.value,
  kinds.refusal,
  kinds.failure,
  (cpu_ms / 1000).toFixed(1),
  `${slowest_ms.toFixed(0)} (${slowest})`,
]);
console.log(
  '| parser | cases | values | refusals | failures | CPU s | slowest ms (case) |\n|---|---|---|---|---|---|---|',
);
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
const total = (column: number): number => rows.reduce((sum, row) => sum + Number(row[column]), 0);
console.log(`| all | ${total(1)} | ${total(2)} | ${total(3)} | ${total(4)} | ${total(5).toFixed(1)} | |`);
console.log(
  `seed ${seed}, ${seconds.toFixed(0)} s on ${workers} workers; process ${start_MB.toFixed(0)} MB at the start, ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB at most, ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB at the end`,
);
process.exitCode = total(4) > 0 ? 1 : 0;
