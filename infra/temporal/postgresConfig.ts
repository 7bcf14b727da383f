import { stringify } from 'yaml';
import { DATABASES, ROLE } from './postgresCluster.ts';

/** Ports of one Temporal server whose four services are one process. */
export interface TemporalPorts {
  readonly frontend: number;
  readonly frontendMembership: number;
  readonly history: number;
  readonly historyMembership: number;
  readonly matching: number;
  readonly matchingMembership: number;
  readonly worker: number;
  readonly workerMembership: number;
  readonly metrics: number;
}

/** Set once, when a database is made: as many as a single server needs (Temporal's own charts take 512 for a cluster). */
const HISTORY_SHARDS = 4;

const HOST = '127.0.0.1';

/** Settings of the server: everything on the loopback interface, no password (libpq's password file is named in the environment). */
export function temporalConfig(ports: TemporalPorts, postgresPort: number, dynamicFile: string): string {
  const [main, visibility] = DATABASES.map((databaseName) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `${HOST}:${postgresPort}`,
      connectProtocol: 'tcp',
      user: ROLE,
      password: '',
      maxConns: databaseName === 'temporal' ? 20 : 10,
      maxIdleConns: databaseName === 'temporal' ? 20 : 10,
      maxConnLifetime: '1h',
    },
  }));
  const service = (grpcPort: number, membershipPort: number) => ({
    rpc: { grpcPort, membershipPort, bindOnLocalHost: true },
  });
  return stringify({
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'main',
      visibilityStore: 'visibility',
      numHistoryShards: HISTORY_SHARDS,
      datastores: { main, visibility },
    },
    global: {
      membership: { maxJoinDuration: '30s', broadcastAddress: HOST },
      metrics: { prometheus: { timerType: 'histogram', listenAddress: `${HOST}:${ports.metrics}` } },
    },
    services: {
      frontend: service(ports.frontend, ports.frontendMembership),
      history: service(ports.history, ports.historyMembership),
      matching: service(ports.matching, ports.matchingMembership),
      worker: service(ports.worker, ports.workerMembership),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `${HOST}:${ports.frontend}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicFile, pollInterval: '10s' },
  });
}

/** Settings that a server takes up while it runs. */
export const dynamicConfig = (): string =>
  stringify(Object.fromEntries(Object.entries(DYNAMIC).map(([key, value]) => [key, [{ value }]])));

/**
 * What differs from the server's defaults. Fairness between studies needs the fair matcher (docs/workers.md); the same keys stand in the
 * values for Temporal's chart in infra/helm.
 */
export const DYNAMIC: Readonly<Record<string, boolean | number>> = {
  'matching.useNewMatcher': true,
  'matching.enableFairness': true,
};
