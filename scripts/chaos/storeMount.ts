import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

const mounted = new Set<string>();

/** Gives a folder a small file system of its own, which can be filled. False where this machine does not let us. */
export function mountStore(folder: string, size_MB: number): boolean {
  if (process.platform !== 'linux') return false;
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size_MB}m`, 'twinfold-chaos', folder], { stdio: 'ignore' });
  } catch {
    return false; // not allowed, or no such program
  }
  mounted.add(folder);
  return true;
}

/** Takes it away again with what it holds. */
export function unmountStore(folder: string): void {
  if (!mounted.delete(folder)) return;
  execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' });
}

export function unmountAll(): void {
  for (const folder of [...mounted]) unmountStore(folder);
}
