import type { TestFn } from 'ava';
import {
  buildS3Server,
  isS3ServerBuilt,
  type S3Server,
  type S3ServerName,
  startS3Server,
} from '../../../scripts/s3/servers.ts';
import { testFolder } from '../../helpers/fakeStudy.ts';

/** gofakes3 is built in less than a minute; a test waits no longer for the other, which `node scripts/checkS3.ts` builds. */
const BUILD_s = 150;
const BUILT_BY_TESTS: readonly S3ServerName[] = ['gofakes3'];

/** Starts a server for a file's tests; gives the reason where this machine has none and cannot build it while tests wait. */
export async function serverForTests(name: S3ServerName): Promise<S3Server | string> {
  try {
    if (!isS3ServerBuilt(name) && !BUILT_BY_TESTS.includes(name)) throw new Error('it is not built');
    await buildS3Server(name, BUILD_s);
    return await startS3Server(name, await testFolder());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Declares the tests of a server, or one that says why there are none. Call it after every server was waited for. */
export function withServer(
  test: TestFn,
  name: S3ServerName,
  server: S3Server | string,
  declare: (server: S3Server) => void,
): void {
  if (typeof server === 'string') {
    test.skip(`${name}: ${server}; node scripts/checkS3.ts builds it and tests stores on it`, () => undefined);
    return;
  }
  test.after.always(`${name} is stopped`, () => server.stop());
  declare(server);
}
