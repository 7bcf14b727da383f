import type { TestFn } from 'ava';
import {
  buildS3Server,
  isS3ServerBuilt,
  type S3Server,
  type S3ServerName,
  startS3Server,
} from '../../scripts/s3/servers.ts';
import { testFolder } from '../helpers/fakeStudy.ts';

/** gofakes3 is built in less than a minute; a test waits no longer for the other, which `node scripts/checkS3.ts` builds. */
const BUILD_s = 150;
const BUILT_BY_TESTS: readonly S3ServerName[] = ['gofakes3'];

/** Starts the servers that this machine has or can build; a test of that says why another is left out. */
export async function startServersFor(test: TestFn): Promise<Partial<Record<S3ServerName, S3Server>>> {
  const servers: Partial<Record<S3ServerName, S3Server>> = {};
  for (const name of ['gofakes3', 'versitygw'] as const) {
    try {
      if (!isS3ServerBuilt(name) && !BUILT_BY_TESTS.includes(name)) throw new Error('it is not built');
      await buildS3Server(name, BUILD_s);
      servers[name] = await startS3Server(name, await testFolder());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      test.skip(`${name}: ${reason}; node scripts/checkS3.ts builds it and tests stores on it`, () => undefined);
    }
  }
  return servers;
}
