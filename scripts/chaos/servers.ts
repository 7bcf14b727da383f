import { join } from 'node:path';
import { runFolder } from '../../cli/runFolder.ts';
import { startPostgresServer } from '../../infra/temporal/postgres.ts';
import { type KnownProcess, processMark } from '../../infra/temporal/processes.ts';
import { readServerState } from '../../infra/temporal/serverState.ts';
import { type RunningServer, startServer } from '../../infra/temporal/startServer.ts';
import { accessOf, type ServerAccess } from '../../workers/access.ts';
import { type Network, openNetwork } from './network.ts';

/** Parts of a server that can be killed. */
export type ServerPart = 'temporal' | 'postgres' | 'guardian';

/** The server of a run. */
export interface ChaosServer {
  /** `own`: the command starts and stops it; `given`: it stands by itself, and a network lies between */
  readonly kind: 'own' | 'given';
  readonly network: Network | undefined;
  /** Access past the network; undefined for a server of the command's own, which is found in the run's folder */
  readonly direct: ServerAccess | undefined;
  processOf(part: ServerPart): Promise<KnownProcess | undefined>;
  stop(): Promise<void>;
}

/** A server that the run's command will start by itself. */
export function ownServer(out: string): ChaosServer {
  return {
    kind: 'own',
    network: undefined,
    direct: undefined,
    processOf: (part) => partOf(runFolder(out).databaseFile, part),
    stop: async () => undefined,
  };
}

/** An embedded server that stands by itself, behind a network. */
export async function embeddedServer(folder: string): Promise<ChaosServer> {
  const databaseFile = join(folder, 'temporal.db');
  const environment = { ...process.env, TEMPORAL_ADDRESS: undefined };
  const server = await startServer({ databaseFile, onEvent: () => undefined, environment });
  return behindNetwork(server, (part) => partOf(databaseFile, part));
}

/** The real server on PostgreSQL, behind a network. It takes seconds to start, and serves run after run. */
export async function postgresServer(folder: string, tell: (sentence: string) => void): Promise<ChaosServer> {
  const environment = { ...process.env, TEMPORAL_ADDRESS: undefined };
  const server = await startPostgresServer({ folder, onEvent: () => undefined, tell, environment });
  return behindNetwork(server, async (part) => {
    const pid = part === 'guardian' ? undefined : server.pids()[part];
    const mark = pid === undefined ? undefined : await processMark(pid);
    return pid === undefined || mark === undefined ? undefined : { pid, mark };
  });
}

async function behindNetwork(server: RunningServer, processOf: ChaosServer['processOf']): Promise<ChaosServer> {
  const network = await openNetwork(server.address);
  return {
    kind: 'given',
    network,
    direct: accessOf(server),
    processOf,
    async stop() {
      await network.close();
      await server.stop();
    },
  };
}

async function partOf(databaseFile: string, part: ServerPart): Promise<KnownProcess | undefined> {
  const state = await readServerState(databaseFile);
  return part === 'postgres' ? undefined : part === 'guardian' ? state?.guardian : state?.server;
}
