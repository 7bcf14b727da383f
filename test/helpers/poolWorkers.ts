import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Compute } from '../../activities/compute.ts';
import { createActivities } from '../../activities/index.ts';
import { type Build, deploymentOptions } from '../../workers/deployment.ts';
import { workflowBundle } from '../../workers/workflowBundle.ts';
import { type Pool, queueOf } from '../../workflows/queues.ts';
import { testCache } from './server.ts';

const silent = () => undefined;
const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
let isInstalled = false;

export interface PoolWorkersOptions {
  readonly queues: string;
  /** What the workers of each pool compute with; null for workflows. Pools that are left out have no worker. */
  readonly pools: Readonly<Partial<Record<Pool, Compute | null>>>;
  /** Activities at the same time in each worker; 10 where it is not said */
  readonly slots?: number;
  readonly deployment?: Build;
}

/** Workers of chosen pools in the test's own process. Gives what stops them. */
export async function startPoolWorkers(
  address: string,
  { queues, pools, slots = 10, deployment }: PoolWorkersOptions,
): Promise<() => Promise<void>> {
  if (!isInstalled) Runtime.install({ logger, shutdownSignals: [] });
  isInstalled = true;
  const connection = await NativeConnection.connect({ address });
  const bundle = await workflowBundle(testCache(), logger);
  const workers: Worker[] = [];
  for (const [pool, compute] of Object.entries(pools) as [Pool, Compute | null][]) {
    const shared = { connection, taskQueue: queueOf(pool, queues), ...deploymentOptions(deployment) };
    workers.push(
      await Worker.create(
        compute === null
          ? { ...shared, workflowBundle: bundle }
          : { ...shared, activities: createActivities(compute), maxConcurrentActivityTaskExecutions: slots },
      ),
    );
  }
  const running = Promise.all(workers.map((worker) => worker.run()));
  return async () => {
    for (const worker of workers) worker.shutdown();
    await running;
    await connection.close();
  };
}
