import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { TwinError } from '../../twin/errors.ts';
import { type PostgresTools, TEMPORAL_VERSION } from './postgresTools.ts';
import { runCommand } from './runCommand.ts';

/** A PostgreSQL of one's own, as files. */
export interface PostgresCluster {
  readonly data: string;
  /** Password files of the superuser and of the role that Temporal has, in libpq's form, readable by nobody else */
  readonly superuserFile: string;
  readonly roleFile: string;
  /** Who `postgres` runs as: PostgreSQL refuses to be root */
  readonly user: SystemUser | undefined;
}

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export const ROLE = 'temporal';
/** Main store and visibility store */
export const DATABASES = ['temporal', 'temporal_visibility'] as const;
const HOST = '127.0.0.1';

const execute = promisify(execFile);

/**
 * Makes a database cluster in a folder, or finds the one that is there. Passwords are made here and stay in files that only this user reads.
 *
 * @throws TwinError BadStudy where PostgreSQL's user cannot enter the folder
 */
export async function openCluster(folder: string, { postgres }: PostgresTools): Promise<PostgresCluster> {
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined;
  const data = join(folder, 'data');
  const cluster = {
    data,
    superuserFile: join(folder, 'superuser.pgpass'),
    roleFile: join(folder, 'role.pgpass'),
    user,
  };
  await mkdir(folder, { recursive: true });
  if (user !== undefined) {
    await chmod(folder, 0o711); // to be passed through, not to be listed
    await checkEntry(folder, user);
  }
  if (await stat(data).catch(() => undefined)) return cluster;
  const password = randomBytes(24).toString('hex');
  await writePrivate(cluster.superuserFile, `${HOST}:*:*:postgres:${password}\n`);
  await writePrivate(cluster.roleFile, `${HOST}:*:*:${ROLE}:${randomBytes(24).toString('hex')}\n`);
  const part = join(folder, 'data.part');
  const passwordFile = join(folder, 'password.part');
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { mode: 0o700 });
  await writePrivate(passwordFile, `${password}\n`);
  try {
    if (user !== undefined) {
      await chown(part, user.uid, user.gid);
      await chown(passwordFile, user.uid, user.gid);
    }
    const args = ['-D', part, '-U', 'postgres', '--pwfile', passwordFile, '--auth', 'scram-sha-256'];
    args.push('--encoding', 'UTF8', '--locale', 'C.UTF-8', '--data-checksums');
    await execute(join(postgres, 'initdb'), args, user === undefined ? {} : { uid: user.uid, gid: user.gid, cwd: '/' });
    await rename(part, data);
  } finally {
    await rm(passwordFile, { force: true });
  }
  return cluster;
}

/** What `postgres` is started with: on the loopback interface alone, and nothing is said to be kept that is not on the disk. */
export const postgresArguments = ({ data }: PostgresCluster, port: number): string[] => [
  ...['-D', data, '-p', String(port)],
  ...['-c', `listen_addresses=${HOST}`, '-c', 'unix_socket_directories='],
  ...['-c', 'max_connections=100', '-c', 'shared_buffers=128MB'],
];

/** Waits until PostgreSQL takes connections, then sees to it that Temporal's role, databases and tables are there and up to date. */
export async function setUpDatabases(
  cluster: PostgresCluster,
  tools: PostgresTools,
  port: number,
  whyHopeless: () => string | undefined,
): Promise<void> {
  await untilReady(tools, port, whyHopeless);
  const query = queryAs('postgres', cluster.superuserFile, tools, port);
  const password = (await readFile(cluster.roleFile, 'utf8')).trim().split(':').at(-1) ?? '';
  // What fails is written to the log, and this holds a password.
  await query('postgres', [
    'set log_min_error_statement = panic;',
    `select 'create role ${ROLE} login' where not exists (select from pg_roles where rolname = '${ROLE}') \\gexec`,
    `alter role ${ROLE} password '${password}';`,
    ...DATABASES.flatMap((name) => [
      `select 'create database ${name} owner ${ROLE}' where not exists (select from pg_database where datname = '${name}') \\gexec`,
      `revoke all on database ${name} from public;`,
    ]),
  ]);
  for (const [index, name] of DATABASES.entries()) await setUpSchema(name, index === 0 ? 'temporal' : 'visibility');

  async function setUpSchema(database: string, schema: string): Promise<void> {
    const run = (...args: string[]) =>
      runCommand(
        tools.temporalSqlTool,
        ['--plugin', 'postgres12', '--ep', HOST, '-p', String(port), '-u', ROLE, '--db', database, ...args],
        { timeout_s: 120, environment: { ...process.env, PGPASSFILE: cluster.roleFile } },
      );
    const asRole = queryAs(ROLE, cluster.roleFile, tools, port);
    const isNew = (await asRole(database, [`select to_regclass('schema_version') is null;`])).trim() === 't';
    if (isNew) await run('setup-schema', '-v', '0.0');
    await run('update-schema', '--schema-name', `postgresql/v12/${schema}`);
  }
}

/** Bytes that a database has on the disk, all tables and indices of its own. */
export async function databaseBytes(cluster: PostgresCluster, tools: PostgresTools, port: number): Promise<number> {
  const query = queryAs('postgres', cluster.superuserFile, tools, port);
  const names = DATABASES.map((name) => `'${name}'`).join(', ');
  const text = await query('postgres', [
    `select sum(pg_database_size(datname)) from pg_database where datname in (${names});`,
  ]);
  return Number(text.trim());
}

/** SQL goes in by standard input: nothing of it is an argument that others see. */
function queryAs(role: string, passFile: string, { postgres }: PostgresTools, port: number) {
  const connection = ['-X', '-A', '-t', '-q', '-h', HOST, '-p', String(port), '-U', role, '-v', 'ON_ERROR_STOP=1'];
  return async (database: string, statements: readonly string[]): Promise<string> => {
    const running = execute(join(postgres, 'psql'), [...connection, '-d', database], {
      env: { ...process.env, PGPASSFILE: passFile },
      timeout: 60_000,
    });
    running.child.stdin?.end(`${statements.join('\n')}\n`);
    return (await running).stdout;
  };
}

const READY_TIMEOUT_ms = 60_000;

async function untilReady({ postgres }: PostgresTools, port: number, whyHopeless: () => string | undefined) {
  const args = ['-q', '-h', HOST, '-p', String(port)];
  for (const end = performance.now() + READY_TIMEOUT_ms; ; await sleep(100)) {
    const reason = whyHopeless();
    if (reason !== undefined) throw new Error(reason);
    const isReady = await runCommand(join(postgres, 'pg_isready'), args, { timeout_s: 10 }).then(
      () => true,
      () => false, // not yet
    );
    if (isReady) return;
    if (performance.now() > end) throw new Error(`PostgreSQL takes no connections after ${READY_TIMEOUT_ms / 1000} s`);
  }
}

/** Debian's user of PostgreSQL, else the user that owns nothing. */
async function unprivilegedUser(): Promise<SystemUser> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const [name = '', , uid, gid] = lines.find(([entry]) => entry === wanted) ?? [];
    if (name !== '') return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new TwinError('BadStudy', 'PostgreSQL does not run as root, and this machine has no user postgres or nobody');
}

/** @throws TwinError BadStudy with the folder on the way that the user may not pass through */
async function checkEntry(folder: string, { name, uid, gid }: SystemUser): Promise<void> {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const found = await stat(at);
    const needed = found.uid === uid ? 0o100 : found.gid === gid ? 0o010 : 0o001;
    if ((found.mode & needed) === 0) {
      throw new TwinError(
        'BadStudy',
        `${at}: PostgreSQL does not run as root, and its user ${name} may not pass through; chmod o+x ${at}, or name another folder`,
      );
    }
  }
}

async function writePrivate(path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, text, { mode: 0o600 });
}

/** Told where a version is asked for: server, then database */
export const versionSentence = ({ postgresVersion }: PostgresTools): string =>
  `${TEMPORAL_VERSION} on PostgreSQL ${postgresVersion}`;
