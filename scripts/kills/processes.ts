import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type KnownProcess, processMark } from '../../infra/temporal/processes.ts';

/** Variable that a run is started with: whatever the run starts inherits it, and is found by it wherever it hangs. */
export const MARK = 'TWINFOLD_CHECKED_RUN';

/** What can be killed in a run: its server, a worker that computes, the command line itself. */
export type Victim = 'server' | 'worker' | 'cli';

/** A process of a run and what it was called with. */
interface RunProcess extends KnownProcess {
  readonly args: readonly string[];
}

/** Every process that was started with a mark, directly or by one that was. Linux only: it reads /proc. */
export async function processesOf(mark: string): Promise<RunProcess[]> {
  const found: RunProcess[] = [];
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const variables = read(`/proc/${name}/environ`);
    if (!variables.includes(`${MARK}=${mark}`)) continue;
    const begun = await processMark(Number(name));
    if (begun !== undefined) found.push({ pid: Number(name), mark: begun, args: read(`/proc/${name}/cmdline`) });
  }
  return found;
}

/** Kills one process of a run, with no warning. @throws Error where the run has none of its kind now */
export async function killOne(mark: string, victim: Victim): Promise<void> {
  const processes = await processesOf(mark);
  const target = processes.find(({ args }) => isVictim(victim, args));
  if (target === undefined) throw new Error(`no ${victim} among ${processes.length} processes of the run`);
  process.kill(target.pid, 'SIGKILL');
  while (await isAlive(target)) await sleep(10);
}

/** Waits until no process of a run is there. Gives what is left when the time is up, in words. */
export async function leftAfter(mark: string, patience_ms: number): Promise<string[]> {
  for (const end = performance.now() + patience_ms; ; await sleep(100)) {
    const left = await processesOf(mark);
    if (left.length === 0 || performance.now() > end) return left.map(({ pid, args }) => `${pid} ${args.join(' ')}`);
  }
}

function isVictim(victim: Victim, args: readonly string[]): boolean {
  switch (victim) {
    case 'server':
      return args.includes('start-dev');
    case 'worker':
      return args.includes('cpu') && args.includes('--pool');
    case 'cli':
      return args.includes('run') && args.includes('--out');
    default:
      return victim satisfies never;
  }
}

/** The zero-separated words of a file; none where the process is gone or another user's. */
function read(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}
