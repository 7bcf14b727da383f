import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { placeExecutable } from './place.ts';
import { runCommand } from './runCommand.ts';

/** Newest version that builds from the module proxy alone; takes minutes. */
const MODULE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

/** Builds the tool from source with Go. @throws Error without Go, or where its modules cannot be fetched */
export async function buildWithGo(target: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const folder = await mkdtemp(join(dirname(target), 'go-'));
  try {
    await runCommand('go', ['install', MODULE], { timeout_s: 1200, environment: { ...environment, GOBIN: folder } });
    return await placeExecutable(await readFile(join(folder, 'temporal')), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
