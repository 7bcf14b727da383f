import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './runCommand.ts';

/**
 * When a process began, as the system tells it; undefined when it is gone. A process number is used again, the pair of number and beginning is
 * not: whoever kept both can tell its own process from a stranger's.
 */
export async function processMark(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const started = await runCommand('ps', ['-o', 'lstart=,stat=', '-p', String(pid)], { timeout_s: 5 }).catch(
      () => '',
    );
    return started === '' || /Z\S*\s*$/.test(started) ? undefined : started.trim().replace(/\s+\S+$/, '');
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined); // no such process
  // `pid (name) state …`: the name may hold anything, the 22nd field counts from the last parenthesis.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
}

export interface KnownProcess {
  readonly pid: number;
  readonly mark: string;
}

export const isAlive = async ({ pid, mark }: KnownProcess): Promise<boolean> => (await processMark(pid)) === mark;

/** Waits until a process is gone. Gives false where it is still there when the time is up. */
export async function waitUntilGone(known: KnownProcess, timeout_ms: number): Promise<boolean> {
  const end = performance.now() + timeout_ms;
  while (await isAlive(known)) {
    if (performance.now() > end) return false;
    await sleep(50);
  }
  return true;
}

/** Ends a process of ours: politely, and by force where that does not help. A stranger with its number is left alone. */
export async function endProcess(
  known: KnownProcess,
  patience_ms: number,
  politely: 'SIGTERM' | 'SIGINT' = 'SIGTERM',
): Promise<void> {
  for (const signal of [politely, 'SIGKILL'] as const) {
    if (!(await isAlive(known))) return;
    try {
      process.kill(known.pid, signal);
    } catch {
      return; // it ended between the look and the signal
    }
    if (await waitUntilGone(known, patience_ms)) return;
  }
}
