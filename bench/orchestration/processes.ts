import { readdirSync, readFileSync } from 'node:fs';

/** What the processes of one job took, summed over a role. */
export interface Usage {
  /** Highest sum of their resident memory at any look, MB (10⁶ bytes) */
  peak_MB: number;
  /** Memory of the first and of the last quarter of the looks, mean, MB: whether it grows */
  early_MB: number;
  late_MB: number;
  /** User and system time, s; for all together also that of processes that came and went between two looks */
  cpu_s: number;
}

const PAGE_BYTES = 4096;
const TICKS_PER_s = 100;
const INTERVAL_ms = 250;

/** Watches this process and everything that it started, by role, until it is stopped. Linux: it reads /proc. */
export function watchProcesses(roleOf: (pid: number, command: string) => string) {
  const seen = new Map<number, { role: string; cpu_s: number; before_s: number }>();
  const looks: Record<string, number>[] = [];
  const look = () => {
    const memory: Record<string, number> = {};
    for (const pid of descendants(process.pid)) {
      const stat = statOf(pid);
      if (stat === undefined) continue;
      const known = seen.get(pid) ?? { role: roleOf(pid, commandOf(pid)), cpu_s: 0, before_s: 0 };
      if (!seen.has(pid)) known.before_s = pid === process.pid ? stat.cpu_s : 0;
      known.cpu_s = stat.cpu_s;
      seen.set(pid, known);
      memory[known.role] = (memory[known.role] ?? 0) + stat.rss_MB;
      memory.all = (memory.all ?? 0) + stat.rss_MB;
    }
    looks.push(memory);
  };
  const waitedBefore_s = statOf(process.pid)?.waited_s ?? 0;
  look();
  const timer = setInterval(look, INTERVAL_ms);
  return {
    stop(): Readonly<Record<string, Usage>> {
      clearInterval(timer);
      look();
      const roles = new Set(looks.flatMap((memory) => Object.keys(memory)));
      return Object.fromEntries([...roles].sort().map((role) => [role, usageOf(role)]));
    },
  };

  function usageOf(role: string): Usage {
    const values = looks.map((memory) => memory[role] ?? 0);
    const quarter = Math.max(1, Math.floor(values.length / 4));
    const mean = (part: readonly number[]) => part.reduce((sum, value) => sum + value, 0) / part.length;
    const cpu_s = [...seen.values()]
      .filter((process) => role === 'all' || process.role === role)
      .reduce((sum, { cpu_s: now, before_s }) => sum + now - before_s, 0);
    // What ended is counted by the system for whoever waited for it.
    const own = seen.get(process.pid);
    const waited_s =
      (statOf(process.pid)?.waited_s ?? 0) - waitedBefore_s + (own === undefined ? 0 : own.cpu_s - own.before_s);
    return {
      peak_MB: Math.max(...values),
      // The last look may fall into the end, when processes are leaving.
      early_MB: mean(values.slice(quarter, 2 * quarter)),
      late_MB: mean(values.slice(-quarter - 1, -1)),
      cpu_s: role === 'all' ? Math.max(cpu_s, waited_s) : cpu_s,
    };
  }
}

function descendants(root: number): number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = statOf(Number(name))?.parent;
    if (parent !== undefined) parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (let at = 0; at < found.length; at++) found.push(...(parents.get(found[at] ?? 0) ?? []));
  return found;
}

function statOf(pid: number) {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const waited = Number(fields[13]) + Number(fields[14]);
  return {
    parent: Number(fields[1]),
    cpu_s: ticks / TICKS_PER_s,
    waited_s: waited / TICKS_PER_s,
    rss_MB: (Number(fields[21]) * PAGE_BYTES) / 1e6,
  };
}

const commandOf = (pid: number): string => read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? '';

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // it ended meanwhile
  }
}
