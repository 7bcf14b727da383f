import { parentPort, workerData } from 'node:worker_threads';
import { realFiles } from './realFiles.ts';
import { FuzzCases } from './runCase.ts';
import { fuzzTargets } from './targets.ts';
import type { CaseResult, WorkerTask } from './task.ts';

// Runs the cases that its number falls to and writes which one it is at into shared memory, so that a hang is seen from outside.
const { seed, dataFolder, targets: names, cases, skip, step, from, state, slow_ms } = workerData as WorkerTask;
const targets = fuzzTargets.filter(({ name }) => names.includes(name));
const lots = targets.map(
  (target) => new FuzzCases(target, seed, dataFolder === undefined ? [] : realFiles(target, dataFolder)),
);
/** Allowed for each byte of a large file: a sheet's row of ten takes some 30 µs, each of a hundred thousand faults of a study file 15. */
const SLOW_ms_byte = 0.01;
const shared = new Float64Array(state);
const skipped = new Set(skip);
let results: CaseResult[] = [];

const report = (): void => {
  parentPort?.postMessage(results);
  results = [];
};

for (let index = from; index < cases; index += step) {
  if (skipped.has(index)) continue;
  const lot = lots[index % lots.length];
  if (!lot) break;
  const number = Math.floor(index / lots.length);
  const grown = process.resourceUsage().maxRSS;
  const cpu = process.threadCpuUsage();
  shared[1] = performance.timeOrigin + performance.now();
  shared[0] = index;
  const { kind, detail, files } = lot.run(number);
  shared[0] = -1;
  const { user, system } = process.threadCpuUsage(cpu);
  const cpu_ms = (user + system) / 1000;
  const bytes = Array.from(files.values()).reduce((sum, { length }) => sum + length, 0);
  const isSlow = cpu_ms > slow_ms + SLOW_ms_byte * bytes;
  const failed = kind === 'failure' || isSlow;
  results.push({
    target: lot.target.name,
    number,
    kind: failed ? 'failure' : kind,
    cpu_ms,
    grown_MB: (process.resourceUsage().maxRSS - grown) / 1024,
    ...(failed
      ? { detail: isSlow ? `took ${cpu_ms.toFixed(0)} ms of CPU; ${detail.slice(0, 200)}` : detail, files }
      : {}),
  });
  if (results.length >= 20) report();
}
shared[0] = -2;
report();
