import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, type ConnectionOptions } from '@temporalio/client';

const SERVICE = 'temporal.api.workflowservice.v1.WorkflowService';
const SERVING = 1;
const DAY_s = 86_400;

export interface HealthOptions {
  readonly namespace: string;
  readonly timeout_ms: number;
  /** TLS and key of a server that asks for them */
  readonly connection?: GivenConnection;
  /** How long finished runs stay visible, days; undefined leaves the server's own setting. */
  readonly retention_days?: number;
  /** Asked between two looks; a reason ends the wait. */
  readonly whyHopeless?: () => string | undefined;
}

/** How a server that somebody else runs lets us in. */
export type GivenConnection = Pick<ConnectionOptions, 'tls' | 'apiKey'>;

/**
 * Waits until a server answers and its namespace is there, and sets how long it remembers finished runs.
 *
 * @throws Error with the last refusal when the time is up
 */
export async function waitUntilHealthy(address: string, options: HealthOptions): Promise<void> {
  const end = performance.now() + options.timeout_ms;
  for (let refusal = ''; ; await sleep(100)) {
    const reason = options.whyHopeless?.();
    if (reason !== undefined) throw new Error(reason);
    if (performance.now() > end) throw new Error(`no healthy Temporal server at ${address}: ${refusal}`);
    try {
      return await look(address, options);
    } catch (error) {
      refusal = error instanceof Error ? error.message : String(error); // kept for the sentence above
    }
  }
}

async function look(address: string, { namespace, retention_days, connection: given }: HealthOptions): Promise<void> {
  const connection = await Connection.connect({ ...given, address, connectTimeout: 2000 });
  try {
    const { status } = await connection.healthService.check({ service: SERVICE });
    if (status !== SERVING) throw new Error(`its health is ${status}`);
    await connection.workflowService.describeNamespace({ namespace });
    if (retention_days !== undefined) {
      await connection.workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: { seconds: retention_days * DAY_s, nanos: 0 } as never },
      });
    }
  } finally {
    await connection.close();
  }
}
