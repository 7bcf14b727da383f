import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { z } from 'zod';
import { TwinError } from '../../twin/errors.ts';
import type { OnServerEvent } from './events.ts';
import { endOlder, type Guarded, logFileOf, startGuarded } from './guarded.ts';
import { waitUntilHealthy } from './health.ts';
import { freeLowPorts } from './ports.ts';
import {
  databaseBytes,
  openCluster,
  postgresArguments,
  ROLE,
  setUpDatabases,
  versionSentence,
} from './postgresCluster.ts';
import { dynamicConfig, temporalConfig } from './postgresConfig.ts';
import { findPostgresTools } from './postgresTools.ts';
import type { RunningServer } from './startServer.ts';

/** A Temporal server with its PostgreSQL, as in production, of this process's own. */
export interface PostgresServer extends RunningServer {
  /** Without a password: that stands in `passwordFile` */
  readonly databaseUrl: string;
  /** In libpq's form, for PGPASSFILE */
  readonly passwordFile: string;
  /** Prometheus page of the server's own metrics */
  readonly metricsUrl: string;
  /** Processes that run now; undefined between an end and the next start */
  pids(): { readonly postgres: number | undefined; readonly temporal: number | undefined };
  /** Bytes of both databases on the disk */
  databaseBytes(): Promise<number>;
}

export interface StartPostgresOptions {
  /** Where database, passwords and logs are kept; made when missing. PostgreSQL's user must be able to pass through it where this is root. */
  readonly folder: string;
  readonly onEvent: OnServerEvent;
  /** Sentences about what takes long */
  readonly tell?: (sentence: string) => void;
  readonly cache?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

const NAMESPACE = 'default';
const RETENTION_days = 365;
const START_TIMEOUT_ms = 120_000;
const DAY_s = 86_400;
/** A fast shutdown writes what is in memory first. */
const POSTGRES_PATIENCE_ms = 20_000;
/** Both are started again for as long as one of them may be waiting for the other. */
const MOST_RESTARTS = 60;

/**
 * Starts PostgreSQL and the real Temporal server on it, both on the loopback interface and both kept up by a guardian: either may be killed
 * at any moment, and is started again on the same ports and data.
 *
 * @throws TwinError BadStudy where a program is missing, another Twinfold uses the folder, or one of both does not get well
 */
export async function startPostgresServer(options: StartPostgresOptions): Promise<PostgresServer> {
  const { onEvent, tell = () => undefined, ...rest } = options;
  const began_ms = performance.now();
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true });
  const tools = await findPostgresTools({ ...rest, tell });
  const temporalFile = join(folder, 'temporal');
  const postgresFile = join(folder, 'postgres');
  await endOlder(temporalFile, onEvent);
  await endOlder(postgresFile, onEvent);
  const portsFile = join(folder, 'ports.json');
  const before = await lastPorts(portsFile);
  const cluster = await openCluster(folder, tools);
  const [frontend = 0, postgresPort = 0, ...others] = await freeLowPorts([
    before.frontend,
    before.postgres,
    ...new Array<undefined>(8).fill(undefined),
  ]);
  const [frontendMembership = 0, history = 0, historyMembership = 0, matching = 0, matchingMembership = 0] = others;
  const [worker = 0, workerMembership = 0, metrics = 0] = others.slice(5);
  const address = `127.0.0.1:${frontend}`;
  const version = versionSentence(tools);
  onEvent({ type: 'starting', address, databaseFile: cluster.data });

  const dynamicFile = join(folder, 'dynamic.yaml');
  const configFile = join(folder, 'server.yaml');
  const ports = { frontend, frontendMembership, history, historyMembership, matching, matchingMembership };
  await writeFile(portsFile, `${JSON.stringify({ frontend, postgres: postgresPort })}\n`);
  await writeFile(dynamicFile, dynamicConfig());
  await writeFile(
    configFile,
    temporalConfig({ ...ports, worker, workerMembership, metrics }, postgresPort, dynamicFile),
  );

  const parts: Guarded[] = [];
  const stop = async () => {
    for (const part of parts.toReversed()) await part.stop(); // the server before its database
  };
  const onRestart = (name: string) => (pid: number, reason: string) =>
    onEvent({ type: 'restarted', pid, reason: `${name}: ${reason}` });
  const common = { uiPort: 0, mostRestarts: MOST_RESTARTS };
  try {
    const postgres = await startGuarded(
      {
        ...common,
        command: join(tools.postgres, 'postgres'),
        args: postgresArguments(cluster, postgresPort),
        databaseFile: postgresFile,
        port: postgresPort,
        version: tools.postgresVersion,
        endSignal: 'SIGINT', // PostgreSQL's fast shutdown; on SIGTERM it waits for its clients
        patience_ms: POSTGRES_PATIENCE_ms,
        ...(cluster.user === undefined ? {} : { uid: cluster.user.uid, gid: cluster.user.gid }),
      },
      onRestart('postgres'),
    );
    parts.push(postgres);
    await setUpDatabases(cluster, tools, postgresPort, postgres.whyHopeless);
    const temporal = await startGuarded(
      {
        ...common,
        command: tools.temporalServer,
        args: ['--config-file', configFile, '--allow-no-auth', 'start'],
        databaseFile: temporalFile,
        port: frontend,
        version,
      },
      onRestart('temporal'),
      { ...process.env, PGPASSFILE: cluster.roleFile },
    );
    parts.push(temporal);
    await registerNamespace(address, temporal.whyHopeless);
    await waitUntilHealthy(address, {
      namespace: NAMESPACE,
      timeout_ms: START_TIMEOUT_ms,
      whyHopeless: temporal.whyHopeless,
    });
    onEvent({ type: 'healthy', address, uiUrl: undefined, seconds: (performance.now() - began_ms) / 1000 });
    return {
      address,
      namespace: NAMESPACE,
      uiUrl: undefined,
      version,
      origin: 'go',
      databaseUrl: `postgresql://${ROLE}@127.0.0.1:${postgresPort}/temporal?sslmode=disable`,
      passwordFile: cluster.roleFile,
      metricsUrl: `http://127.0.0.1:${metrics}/metrics`,
      pids: () => ({ postgres: postgres.pid(), temporal: temporal.pid() }),
      databaseBytes: () => databaseBytes(cluster, tools, postgresPort),
      async stop() {
        await stop();
        onEvent({ type: 'stopped' });
      },
    };
  } catch (error) {
    await stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new TwinError(
      'BadStudy',
      `the Temporal server on PostgreSQL did not start: ${reason}; its logs are ${logFileOf(temporalFile)} and ${logFileOf(postgresFile)}`,
    );
  }
}

const portsSchema = z.object({ frontend: z.int().positive(), postgres: z.int().positive() }).partial();

/** Where both listened last: whoever knows the address shall find them there again. */
async function lastPorts(path: string): Promise<z.infer<typeof portsSchema>> {
  const text = await readFile(path, 'utf8').catch(() => '{}'); // the first start
  return portsSchema.catch({}).parse(JSON.parse(text));
}

/** A new database has no namespace but Temporal's own. */
async function registerNamespace(address: string, whyHopeless: () => string | undefined): Promise<void> {
  for (const end = performance.now() + START_TIMEOUT_ms; ; await sleep(200)) {
    const reason = whyHopeless();
    if (reason !== undefined) throw new Error(reason);
    const refusal = await register(address).catch((error: Error) => error);
    if (refusal === undefined) return;
    if (performance.now() > end) throw refusal;
  }
}

async function register(address: string): Promise<undefined> {
  const connection = await Connection.connect({ address, connectTimeout: 2000 });
  try {
    await connection.workflowService.registerNamespace({
      namespace: NAMESPACE,
      description: 'Cohorts of Twinfold',
      workflowExecutionRetentionPeriod: { seconds: RETENTION_days * DAY_s, nanos: 0 } as never,
    });
  } catch (error) {
    if (!(error instanceof Error && /already exists|already registered/i.test(error.message))) throw error;
  } finally {
    await connection.close();
  }
}
