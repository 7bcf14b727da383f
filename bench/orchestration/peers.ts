import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Job, Outcome } from './job.ts';
import { watchProcesses } from './processes.ts';

const run = promisify(execFile);
const here = fileURLToPath(new URL('./peers/', import.meta.url));
const MOST_OUTPUT = 256 * 1024 * 1024;

/** The job on Snakemake: a rule a stage, a process a job, files between them. */
export async function runSnakemake(folder: string, inputs: string, job: Job, python: string): Promise<Outcome> {
  await mkdir(folder, { recursive: true });
  const { stdout: version } = await run(python, ['-m', 'snakemake', '--version']);
  const config = [`subjects=${job.subjects}`, `inputs=${inputs}`, `peers=${here}`, `python=${python}`];
  const args = ['-m', 'snakemake', '--snakefile', join(here, 'Snakefile'), '--directory', folder];
  args.push('--cores', `${job.slots}`, '--quiet', 'all', '--config', ...config);
  const watch = watchProcesses(() => 'all processes');
  const began_ms = Date.now();
  await run(python, args, { maxBuffer: MOST_OUTPUT });
  const ended_ms = Date.now();
  const usage = watch.stop();
  const first_ms = await firstFile(join(folder, 'prepared'));
  return {
    engine: 'Snakemake',
    version: version.trim(),
    setup_s: (first_ms - began_ms) / 1000,
    work_s: (ended_ms - first_ms) / 1000,
    usage,
    rows: await linesOf(join(folder, 'table.csv')),
    more: {},
  };
}

/** The job on Ray: a task a stage in worker processes of a local cluster. */
export async function runRay(folder: string, inputs: string, job: Job, python: string): Promise<Outcome> {
  await mkdir(folder, { recursive: true });
  const { stdout: version } = await run(python, ['-c', 'import ray; print(ray.__version__)']);
  const watch = watchProcesses(() => 'all processes');
  const args = [join(here, 'ray_study.py'), inputs, folder, `${job.subjects}`, `${job.slots}`];
  const { stdout } = await run(python, args, { maxBuffer: MOST_OUTPUT });
  const usage = watch.stop();
  return {
    engine: 'Ray',
    version: version.trim(),
    setup_s: numberAfter(stdout, 'setup_s'),
    work_s: numberAfter(stdout, 'work_s'),
    usage,
    rows: await linesOf(join(folder, 'table.csv')),
    more: {},
  };
}

async function firstFile(folder: string): Promise<number> {
  let first = Number.POSITIVE_INFINITY;
  for (const name of await readdir(folder)) first = Math.min(first, (await stat(join(folder, name))).mtimeMs);
  return first;
}

const linesOf = async (path: string): Promise<number> => (await readFile(path, 'utf8')).split('\n').length - 1;

function numberAfter(text: string, word: string): number {
  const match = new RegExp(`^${word} (\\S+)$`, 'm').exec(text);
  if (match?.[1] === undefined) throw new Error(`no ${word} in the answer:\n${text}`);
  return Number(match[1]);
}
