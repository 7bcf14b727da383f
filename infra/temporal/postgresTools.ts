import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { TwinError } from '../../twin/errors.ts';
import { cacheFolder } from './cacheFolder.ts';
import { placeExecutable } from './place.ts';
import { runCommand } from './runCommand.ts';

/** The newest version that builds from the module proxy with Go 1.26. */
export const TEMPORAL_VERSION = '1.32.1';

/** Programs of a Temporal server that keeps its runs in PostgreSQL. */
export interface PostgresTools {
  /** Folder of `postgres`, `initdb`, `psql` */
  readonly postgres: string;
  /** As it says itself: `15.14` */
  readonly postgresVersion: string;
  readonly temporalServer: string;
  readonly temporalSqlTool: string;
}

export interface FindToolsOptions {
  readonly tell: (sentence: string) => void;
  /** False where nothing may be built that is not there; true where it is not said */
  readonly mayBuild?: boolean;
  readonly cache?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Packages of the server's Go module, and what they are called here. */
const PROGRAMS = { 'cmd/server': 'temporal-server', 'cmd/tools/sql': 'temporal-sql-tool' } as const;
const MODULE = 'go.temporal.io/server';
/** A first build on two busy cores takes a quarter of an hour. */
const BUILD_TIMEOUT_s = 3600;
/** Where Debian keeps its versions side by side */
const DEBIAN = '/usr/lib/postgresql';

/**
 * Finds PostgreSQL on this machine, and Temporal's server in the cache; builds the latter from its Go module where it is not there yet.
 *
 * @throws TwinError BadStudy with what is missing and how it is had
 */
export async function findPostgresTools(options: FindToolsOptions): Promise<PostgresTools> {
  const { tell, mayBuild = true, environment = process.env } = options;
  const [postgres, postgresVersion] = await findPostgres(environment);
  const folder = join(options.cache ?? cacheFolder(environment), `temporal-server-${TEMPORAL_VERSION}`);
  await mkdir(folder, { recursive: true });
  const program = async (source: keyof typeof PROGRAMS): Promise<string> => {
    const target = join(folder, PROGRAMS[source]);
    const version = await runCommand(target, ['--version'], { timeout_s: 20 }).catch(() => undefined); // not built yet
    if (version?.includes(TEMPORAL_VERSION) === true) return target;
    if (!mayBuild)
      throw new TwinError('BadStudy', `${target}: is not built yet; node scripts/postgresServer.ts builds it`);
    tell(`building ${PROGRAMS[source]} ${TEMPORAL_VERSION} from its Go module; the first time this takes minutes …`);
    return build(source, target, environment);
  };
  const temporalServer = await program('cmd/server'); // one after the other: the second finds most of it compiled
  return { postgres, postgresVersion, temporalServer, temporalSqlTool: await program('cmd/tools/sql') };
}

/** PostgreSQL 12 or later: where TWINFOLD_POSTGRES says, the newest that Debian has installed, or what is on PATH. */
async function findPostgres(environment: NodeJS.ProcessEnv): Promise<[folder: string, version: string]> {
  const debian = (await readdir(DEBIAN).catch(() => [])) // no Debian, or no PostgreSQL
    .map(Number)
    .filter((version) => version >= 12)
    .sort((a, b) => b - a)
    .map((version) => join(DEBIAN, String(version), 'bin'));
  const given = environment.TWINFOLD_POSTGRES;
  const onPath = (environment.PATH ?? '').split(':').filter((entry) => entry !== '');
  for (const folder of given === undefined ? [...debian, ...onPath] : [given]) {
    const text = await runCommand(join(folder, 'postgres'), ['--version'], { timeout_s: 20 }).catch(() => ''); // not here
    const version = /PostgreSQL\) (\S+)/.exec(text)?.[1];
    if (version !== undefined) return [folder, version];
  }
  throw new TwinError(
    'BadStudy',
    `${given ?? 'this machine'}: has no PostgreSQL server; apt-get install postgresql, or name the folder of its programs in TWINFOLD_POSTGRES`,
  );
}

async function build(source: string, target: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const folder = await mkdtemp(join(dirname(target), 'go-'));
  const args = ['install', '-p', '2', '-ldflags', '-s -w', `${MODULE}/${source}@v${TEMPORAL_VERSION}`];
  try {
    await promisify(execFile)('go', args, {
      env: { ...environment, GOBIN: folder },
      timeout: BUILD_TIMEOUT_s * 1000,
      maxBuffer: 2 ** 26,
    });
    const [name = ''] = await readdir(folder);
    return await placeExecutable(await readFile(join(folder, name)), target);
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    throw new TwinError(
      'BadStudy',
      `Temporal's server cannot be built (${reason}); install Go 1.26, and let GOPROXY reach its modules`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
