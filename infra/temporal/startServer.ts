import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TwinError } from '../../twin/errors.ts';
import type { CliOrigin, OnServerEvent } from './events.ts';
import { findCli } from './findCli.ts';
import { endOlder, logFileOf, startGuarded } from './guarded.ts';
import { type GivenConnection, waitUntilHealthy } from './health.ts';
import { freePorts } from './ports.ts';
import { isAlive } from './processes.ts';
import { readServerState } from './serverState.ts';

/** A Temporal server that answers. */
export interface RunningServer {
  /** gRPC, `host:port` */
  readonly address: string;
  readonly namespace: string;
  /** Undefined for a server that was given by address without saying where its Web UI is. */
  readonly uiUrl: string | undefined;
  readonly version: string;
  readonly origin: CliOrigin | 'address';
  /** Stops the server, and returns when it is gone. Leaves a server that was given by address alone. */
  stop(): Promise<void>;
}

export interface StartServerOptions {
  /** SQLite file that keeps every run; made when missing. The server's log and a note of its process stand beside it. */
  readonly databaseFile: string;
  readonly onEvent: OnServerEvent;
  readonly cache?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** TLS and key of the server that TEMPORAL_ADDRESS names; asked for only where it does */
  readonly connection?: () => Promise<GivenConnection>;
}

/** Runs that share a queue take turns by their fairness keys; the server knows how, and does so only when it is told to. */
const FAIRNESS = ['matching.useNewMatcher=true', 'matching.enableFairness=true'];
/** Finished runs stay visible this long. */
const RETENTION_days = 365;
const START_TIMEOUT_ms = 60_000;

/**
 * Starts a real Temporal server on a database file, or takes the one that TEMPORAL_ADDRESS names.
 *
 * @throws TwinError BadStudy where none can be had, where another Twinfold uses the database, or where it does not get well
 */
export async function startServer(options: StartServerOptions): Promise<RunningServer> {
  const { onEvent, environment = process.env } = options;
  const namespace = environment.TEMPORAL_NAMESPACE ?? 'default';
  if (environment.TEMPORAL_ADDRESS) return takeGiven(environment.TEMPORAL_ADDRESS, namespace, options);

  const began_ms = performance.now();
  const databaseFile = resolve(options.databaseFile);
  await mkdir(dirname(databaseFile), { recursive: true });
  const cli = await findCli(options);
  const before = await endOlder(databaseFile, onEvent);
  const [port = 0, uiPort = 0, httpPort, metricsPort] = await freePorts([
    before?.port,
    before?.uiPort,
    undefined,
    undefined,
  ]);
  const address = `127.0.0.1:${port}`;
  const uiUrl = `http://127.0.0.1:${uiPort}`;
  onEvent({ type: 'starting', address, databaseFile });
  const args = ['server', 'start-dev', '--headless=false', '--ip', '127.0.0.1', '--log-level', 'warn'];
  args.push('--db-filename', databaseFile, '--port', `${port}`, '--ui-port', `${uiPort}`);
  args.push('--http-port', `${httpPort}`, '--metrics-port', `${metricsPort}`, '--ui-disable-news-fetch');
  args.push('--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL');
  args.push(...FAIRNESS.flatMap((setting) => ['--dynamic-config-value', setting]));
  const order = { command: cli.path, args, databaseFile, port, uiPort, version: cli.version };
  const guarded = await startGuarded(order, (pid, reason) => onEvent({ type: 'restarted', pid, reason }));
  try {
    await waitUntilHealthy(address, {
      namespace: 'default',
      timeout_ms: START_TIMEOUT_ms,
      retention_days: RETENTION_days,
      whyHopeless: guarded.whyHopeless,
    });
  } catch (error) {
    await guarded.stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new TwinError(
      'BadStudy',
      `the Temporal server did not start: ${reason}; its log is ${logFileOf(databaseFile)}`,
    );
  }
  onEvent({ type: 'healthy', address, uiUrl, seconds: (performance.now() - began_ms) / 1000 });
  return {
    address,
    namespace: 'default',
    uiUrl,
    version: cli.version,
    origin: cli.origin,
    async stop() {
      await guarded.stop();
      onEvent({ type: 'stopped' });
    },
  };
}

/** Where the server of a database listens, when one is running: for commands that talk to somebody else's run. */
export async function findServer(
  databaseFile: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Pick<RunningServer, 'address' | 'namespace' | 'uiUrl'> | undefined> {
  const namespace = environment.TEMPORAL_NAMESPACE ?? 'default';
  if (environment.TEMPORAL_ADDRESS) {
    return { address: environment.TEMPORAL_ADDRESS, namespace, uiUrl: environment.TEMPORAL_UI_URL };
  }
  const state = await readServerState(resolve(databaseFile));
  if (state === undefined || !(await isAlive(state.server))) return undefined;
  return {
    address: `127.0.0.1:${state.port}`,
    namespace: 'default',
    uiUrl: `http://127.0.0.1:${state.uiPort}`,
  };
}

async function takeGiven(
  address: string,
  namespace: string,
  { onEvent, environment = process.env, connection: given }: StartServerOptions,
): Promise<RunningServer> {
  onEvent({ type: 'address-given', address });
  const began_ms = performance.now();
  const connection = (await given?.()) ?? {};
  await waitUntilHealthy(address, { namespace, connection, timeout_ms: START_TIMEOUT_ms }).catch((error: Error) => {
    throw new TwinError('BadStudy', `TEMPORAL_ADDRESS=${address}: ${error.message}; start that server or unset it`);
  });
  const uiUrl = environment.TEMPORAL_UI_URL;
  onEvent({ type: 'healthy', address, uiUrl, seconds: (performance.now() - began_ms) / 1000 });
  return { address, namespace, uiUrl, version: 'given by address', origin: 'address', stop: async () => undefined };
}
