import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { pino } from 'pino';
import { createActivities } from '../activities/index.ts';
import { queueOf } from '../workflows/queues.ts';
import { connectionOptions, dataConverterOf } from './access.ts';
import { memoryBudget, openGate } from './admission.ts';
import { deploymentOptions } from './deployment.ts';
import { claimDevice } from './devices.ts';
import { openLogger } from './logger.ts';
import { drainTime_ms, type WorkerSettings } from './settings.ts';
import { installRuntime, observed } from './telemetry.ts';
import { openThreadCompute } from './threadCompute.ts';
import { checkTls } from './tlsProbe.ts';
import { workflowBundle } from './workflowBundle.ts';

/** After the time to drain, this long is left to what is at work to reach its checkpoint; a thread that does not is ended. */
const FORCE_ms = 17_000;
const CONNECT_TIMEOUT_ms = 60_000;
/** A beat waits at most this long before it goes to the server; left alone, the SDK holds it for most of the heartbeat timeout. */
const MOST_BEAT_DELAY_ms = 3000;

/** Runs one worker in this process until the signal is raised, then stops it and what it computes. One per process. */
export async function runWorker(settings: WorkerSettings, stop: AbortSignal, onReady: () => void): Promise<void> {
  const { pool, slots, cache, edgeModule, store, backend, device, logFile } = settings;
  claimDevice(device, backend);
  const destination = pino.destination({ dest: logFile ?? 2, sync: true, mkdir: true });
  const logger = openLogger(destination, pool);
  const metrics = installRuntime(logger, settings);
  const { tracesUrl } = settings;
  const traces =
    tracesUrl === undefined
      ? undefined
      : (await import('./traces.ts')).openTraces({ url: tracesUrl, service: `${pool}-${process.pid}` });
  const dataConverter = await dataConverterOf(settings.server);
  const connection = await connect(settings);
  const gate = openGate(settings.memory_MB ?? memoryBudget());
  metrics?.watchAdmission(gate.waiting);
  const edge = { edgeModule, store, backend, ...(device === undefined ? {} : { device }) };
  const compute = pool === 'workflow' ? undefined : openThreadCompute({ ...edge, pool }, slots, gate);
  try {
    await compute?.openOne();
    const options: WorkerOptions = {
      connection,
      namespace: settings.server.namespace,
      dataConverter,
      ...traces?.workerOptions,
      taskQueue: queueOf(pool, settings.queues),
      shutdownGraceTime: drainTime_ms(settings),
      shutdownForceTime: drainTime_ms(settings) + FORCE_ms,
      ...deploymentOptions(settings.deployment),
      maxHeartbeatThrottleInterval: MOST_BEAT_DELAY_ms,
    };
    const worker = await Worker.create(
      compute === undefined
        ? {
            ...options,
            workflowBundle: await workflowBundle(cache, logger, {
              isEncrypted: dataConverter.failureConverterPath !== undefined,
              isTraced: traces !== undefined,
            }),
          }
        : {
            ...options,
            activities: createActivities(observed(compute, [metrics, traces])),
            maxConcurrentActivityTaskExecutions: slots,
          },
    );
    const running = worker.run();
    const shutDown = () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    stop.addEventListener('abort', shutDown, { once: true });
    if (stop.aborted) shutDown();
    onReady();
    await running;
  } finally {
    metrics?.close();
    await compute?.close();
    await connection.close();
    await traces?.close();
  }
}

/**
 * Waits for the server, which may be starting again.
 *
 * @throws the last refusal when the time is up; TwinError BadStudy at once where certificates are wrong
 */
async function connect({ server }: WorkerSettings): Promise<NativeConnection> {
  const end = performance.now() + CONNECT_TIMEOUT_ms;
  for (;;) {
    await checkTls(server);
    try {
      return await NativeConnection.connect(await connectionOptions(server));
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(500);
    }
  }
}
