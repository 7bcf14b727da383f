import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TwinError } from '../twin/errors.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

/**
 * Checks a git ref out beside this checkout, with this one's packages, and gives its job process to the work; it is removed afterwards.
 *
 * @throws TwinError BadStudy when git does not know the ref, or the ref has no benchmarks
 */
export async function withJobProcessOf<T>(ref: string, work: (jobProcess: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'twinfold-ref-'));
  const checkout = join(folder, 'checkout');
  try {
    await run('git', ['worktree', 'add', '--detach', checkout, ref], { cwd: root }).catch((error: Error) => {
      throw new TwinError(
        'BadStudy',
        `--against ${ref}: git cannot check it out (${error.message.split('\n').at(-2) ?? ''})`,
      );
    });
    const jobProcess = join(checkout, 'bench', 'jobProcess.ts');
    if (!existsSync(jobProcess))
      throw new TwinError('BadStudy', `--against ${ref}: has no benchmarks yet; name a later commit`);
    await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
    return await work(jobProcess);
  } finally {
    await run('git', ['worktree', 'remove', '--force', checkout], { cwd: root }).catch(() => undefined); // it was never made
    await rm(folder, { recursive: true, force: true });
  }
}
