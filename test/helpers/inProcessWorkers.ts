import type { DataConverter } from '@temporalio/common';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { inlineCompute } from '../../activities/compute.ts';
import type { Edge } from '../../activities/edge.ts';
import { createActivities } from '../../activities/index.ts';
import { observed } from '../../workers/telemetry.ts';
import type { Traces } from '../../workers/traces.ts';
import { workflowBundle } from '../../workers/workflowBundle.ts';
import { queueOf } from '../../workflows/queues.ts';
import { testCache } from './server.ts';

const silent = () => undefined;
const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };

let isInstalled = false;

export interface WorkerExtras {
  readonly dataConverter?: DataConverter;
  readonly traces?: Traces;
}

/** Workers of all queues in the test's own process, with activities that use the edge. Gives what stops them. */
export async function startInProcessWorkers(
  address: string,
  edge: Edge,
  { dataConverter = {}, traces }: WorkerExtras = {},
): Promise<() => Promise<void>> {
  if (!isInstalled) Runtime.install({ logger, shutdownSignals: [] });
  isInstalled = true;
  const connection = await NativeConnection.connect({ address });
  const bundle = await workflowBundle(testCache(), logger, {
    isEncrypted: dataConverter.failureConverterPath !== undefined,
    isTraced: traces !== undefined,
  });
  const shared = { connection, dataConverter, ...traces?.workerOptions };
  const compute = observed(inlineCompute(edge), [traces]);
  const workers = [
    await Worker.create({ ...shared, taskQueue: queueOf('workflow'), workflowBundle: bundle }),
    await Worker.create({ ...shared, taskQueue: queueOf('cpu'), activities: createActivities(compute) }),
  ];
  const running = Promise.all(workers.map((worker) => worker.run()));
  return async () => {
    for (const worker of workers) worker.shutdown();
    await running;
    await connection.close();
  };
}
