/**
 * How long a cohort takes on machines that one does not have yet, from what a smaller run cost:
 * `node bench/simulate/run.ts <run> [--subjects 3800] [--cpu 16] [--gpu 0] [--window N] [--server 15] [--publish 1] [--lost 0] [--faster 1] [--measured S]`.
 * <run> is the folder of a finished run, whose costs are drawn from; `--server` is the server's time a subject and `--publish` the time of a row, ms;
 * `--gpu` puts calibration on that many devices, `--faster` makes it that much quicker there; `--measured` is a time to hold the forecast against, s.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCohort } from '../../cohorts/readCohort.ts';
import { type Scenario, type SimulatedStage, simulate } from './simulate.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    subjects: { type: 'string' },
    cpu: { type: 'string', default: '2' },
    gpu: { type: 'string', default: '0' },
    window: { type: 'string' },
    server: { type: 'string', default: '15' },
    publish: { type: 'string', default: '1' },
    lost: { type: 'string', default: '0' },
    faster: { type: 'string', default: '1' },
    measured: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const [run] = positionals;
if (run === undefined) throw new Error('name the folder of a finished run');
const file = join(run, 'published', 'costs.parquet');
const costs = readCohort(await readFile(file), file);
const gpu = Number(values.gpu);
const stages = ['prepare', 'calibrate', 'measure'].map((name): SimulatedStage => {
  const isOnGpu = name === 'calibrate' && gpu > 0;
  const seconds = durationsOf(name).map((value) => (isOnGpu ? value / Number(values.faster) : value));
  if (seconds.length === 0) throw new Error(`${file}: no ${name} was computed in this run, all were found`);
  return { name, pool: isOnGpu ? 'gpu' : 'cpu', seconds };
});
const cpu = Number(values.cpu);
const scenario: Scenario = {
  subjects: Number(values.subjects ?? stages[0]?.seconds.length),
  stages,
  slots: { cpu, gpu },
  window: Number(values.window ?? 2 * (cpu + gpu)),
  server_s: Number(values.server) / 1000,
  publish_s: Number(values.publish) / 1000,
  lost: Number(values.lost),
  notice_s: 60,
  seed: Number(values.seed),
};
const forecast = simulate(scenario);
const mean = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
console.log(`${scenario.subjects} subjects, ${cpu} CPU slots, ${gpu} devices, ${scenario.window} in flight`);
for (const { name, pool, seconds } of stages) {
  console.log(`  ${name} on ${pool}: ${mean(seconds).toFixed(2)} s, from ${seconds.length} measured`);
}
console.log(`forecast: ${time(forecast.makespan_s)}, ${forecast.twinsPerHour.toFixed(0)} twins/hour`);
console.log(
  `busy: CPU ${percent(forecast.busy.cpu)}, GPU ${percent(forecast.busy.gpu)}, server ${percent(forecast.serverBusy)}`,
);
if (values.measured !== undefined) {
  const ratio = forecast.makespan_s / Number(values.measured);
  console.log(`measured ${time(Number(values.measured))}: the forecast is ${percent(ratio)} of it`);
}

/** What each subject's stage took, where it was computed rather than found, s. */
function durationsOf(stage: string): number[] {
  const { stage: stages = [], seconds = [], wasCached = [] } = costs.columns;
  return stages.flatMap((name, row) =>
    name === stage && String(wasCached[row]) === 'false' ? [Number(seconds[row])] : [],
  );
}

function time(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(0)} %` : '–';
}
