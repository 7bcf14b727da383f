import type { WorkflowClientInterceptor } from '@temporalio/client';
import { type CohortClient, connectClient } from '../workers/client.ts';
import type { Schedule } from '../workflows/messages.ts';
import { type EngineOptions, startEngine } from './startEngine.ts';

/** An engine, and how the work that is asked of it goes on. */
export interface EngineUse extends EngineOptions {
  /** What is not usual about how activities are scheduled */
  readonly schedule?: Partial<Pick<Schedule, 'calibrateOn' | 'hasLargePool' | 'priority'>>;
  /** In flight at once; twice the slots of the workers started here where it is not said */
  readonly window?: number;
  /** A worker silent for longer is taken for lost, s */
  readonly heartbeatTimeout_s?: number;
}

/** What a workflow is begun with. */
export interface EngineTask {
  readonly window: number;
  readonly schedule: Schedule;
  /** Raised by the caller's own signal, and when workers cannot be kept up */
  readonly signal: AbortSignal;
}

/** Activities beat every 3 s; a worker silent for this long is lost, and its subject goes on elsewhere. */
export const HEARTBEAT_TIMEOUT_s = 15;

/** Does something on a server and workers of its own, and ends both. @throws TwinError as `startEngine` and the work do */
export async function withEngine<T>(
  use: EngineUse,
  interceptor: WorkflowClientInterceptor | undefined,
  work: (cohorts: CohortClient, task: EngineTask) => Promise<T>,
): Promise<T> {
  const { workers, slots, signal, window = 2 * Math.max(1, workers) * slots } = use;
  const { heartbeatTimeout_s = HEARTBEAT_TIMEOUT_s } = use;
  const engine = await startEngine(use);
  try {
    const cohorts = await connectClient(engine.access, interceptor);
    try {
      const gaveUp = new AbortController();
      engine.workers.ended.catch((reason: unknown) => gaveUp.abort(reason));
      return await work(cohorts, {
        window,
        schedule: { calibrateOn: 'cpu', heartbeatTimeout_s, queues: engine.queues, ...use.schedule },
        signal: AbortSignal.any([signal, gaveUp.signal]),
      });
    } finally {
      await cohorts.close();
    }
  } finally {
    await engine.stop();
  }
}
