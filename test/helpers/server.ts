import { join } from 'node:path';
import { cacheFolder } from '../../infra/temporal/cacheFolder.ts';
import type { ServerEvent } from '../../infra/temporal/events.ts';
import { type RunningServer, startServer } from '../../infra/temporal/startServer.ts';
import { testFolder } from './fakeStudy.ts';

/** Environment of a test's server: never one that a machine's user has elsewhere. */
export const withoutAddress = (): NodeJS.ProcessEnv => ({ ...process.env, TEMPORAL_ADDRESS: undefined });

export interface TestServer extends RunningServer {
  readonly folder: string;
  readonly databaseFile: string;
  readonly events: readonly ServerEvent[];
}

/** A real server on a database of its own; the tool that runs it is found as for a user. */
export async function testServer(databaseFile?: string): Promise<TestServer> {
  const folder = await testFolder();
  const file = databaseFile ?? join(folder, 'temporal.db');
  const events: ServerEvent[] = [];
  const onEvent = (event: ServerEvent) => events.push(event);
  const server = await startServer({ databaseFile: file, onEvent, environment: withoutAddress() });
  return { ...server, folder, databaseFile: file, events };
}

export const testCache = (): string => join(cacheFolder(), 'test');
