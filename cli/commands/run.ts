import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { BACKEND_NAMES } from '../../backends/index.ts';
import type { BuildOptions } from '../buildCohort.ts';

/** A whole number from 0. */
export function natural(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number from 0');
  return value;
}

function rank(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 5) throw new InvalidArgumentError('expected 1 to 5');
  return value;
}

/** A whole number from 1; for options that count processes, slots or subjects. */
export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
}

const cores = availableParallelism();

/** Which compute backend; commands that build twins have it. */
export function backendOption(): Option {
  return new Option(
    '--backend <name>',
    'compute backend (auto: the fastest that this machine has; twinfold doctor lists them)',
  )
    .choices(['auto', ...BACKEND_NAMES])
    .default('auto');
}

/** How many workers are started; commands that start an engine have it. @param work  what each does several of: `simulations` */
export function withWorkers(command: Command, work = 'subjects computed'): Command {
  return command
    .option('--workers <n>', 'worker processes; 0 leaves the work to workers elsewhere', natural, Math.min(2, cores))
    .option('--slots <n>', `${work} at the same time in each worker`, positive, Math.max(1, Math.floor(cores / 2)));
}

/** Where stages are computed; commands that calibrate cohorts have it. */
export function withPools(command: Command): Command {
  return command
    .addOption(backendOption())
    .option('--gpu', 'calibrate on this machine’s graphics devices, or with --workers 0 in the pool gpu elsewhere')
    .option('--large', 'there is a pool "large" elsewhere, for what finds too little memory');
}

/** The options that `run` and `retry` share. */
export function withBuildOptions(command: Command): Command {
  command.option(
    '--data <place>',
    'folder or s3://bucket/prefix that the sheet’s paths start in (default: the study’s)',
  );
  withWorkers(command)
    .option('--window <n>', 'subjects in flight at once (default: twice the slots of all workers)', positive)
    .option(
      '--store <address>',
      'where artifacts are kept: a folder or s3://bucket/prefix (default: in the run’s folder)',
    )
    .option(
      '--publish <address>',
      'where workers write the tables: a folder or s3://bucket/prefix, mirrored in the run’s folder (default: that folder; with --workers 0 and a bucket, the bucket)',
    )
    .option('--queues <name>', 'first word of the task queues of workers elsewhere');
  return withPools(command)
    .option(
      '--priority <n>',
      'before or after other runs on the same queues: 1 is urgent, 5 can wait (default: 3)',
      rank,
    )
    .option('--no-report', 'leave out the report')
    .option('--json', 'answer with one JSON document');
}

export const run = withBuildOptions(
  new Command('run')
    .description(
      'Builds every twin of a study, publishes the cohort table and writes the report. Goes on where it was stopped.',
    )
    .argument('<study>', 'study file')
    .option('--out <dir>', 'folder of the run (default: runs/<study name>)'),
)
  .addHelpText(
    'after',
    `
Ends with 0 when every twin was built, 3 when some subjects are quarantined, 1 when the study is wrong, 130 when interrupted.
Killed or interrupted, the same command goes on; run again, it computes only what has changed.

Examples:
  twinfold run study.yaml
  twinfold run study.yaml --data /mnt/hearts --out runs/2026-11 --workers 4 --slots 2
  twinfold run study.yaml --json | jq .quarantined
  TEMPORAL_ADDRESS=temporal:7233 twinfold run study.yaml --workers 0 --window 200 --store s3://twins/hf --queues twinfold`,
  )
  .action(async (study: string, options: BuildOptions & { out?: string }) => {
    const { buildCohort } = await import('../buildCohort.ts');
    process.exitCode = await buildCohort(study, options.out, options, false);
  });
