import { once } from 'node:events';
import { workerData } from 'node:worker_threads';
import type { Edge } from '../activities/edge.ts';
import { runJob } from '../activities/jobs.ts';
import type { CalibrationProgress } from '../twin/calibrate/twin.ts';
import { TwinError } from '../twin/errors.ts';
import type { EdgeSettings } from './settings.ts';
import {
  type FromThread,
  readError,
  spellError,
  type ThreadAnswer,
  type ThreadSettings,
  type ThreadTask,
  type ToThread,
} from './threadMessages.ts';

/** What an edge module exports. */
export interface EdgeModule {
  openEdge(settings: EdgeSettings): Promise<Edge>;
}

const { edgeModule, ...settings }: ThreadSettings = workerData;
const opening = import(edgeModule).then((module: EdgeModule) => module.openEdge(settings));
opening.catch(() => undefined); // told to whoever asks for the edge

/** Opens what this thread computes with. @throws Error with the reason, which is the machine's and no subject's */
export async function openHere(): Promise<void> {
  await edge();
}

async function edge(): Promise<Edge> {
  try {
    return await opening;
  } catch (error) {
    throw new Error(error instanceof Error ? error.message : String(error));
  }
}

/** Does one job in this thread. Its answer is never thrown: errors are part of it. */
export default async function compute(task: ThreadTask): Promise<ThreadAnswer> {
  const { name, input, attempt, resumeFrom, stopFlag, port } = task;
  const stop = new AbortController();
  const lookForStop = () => {
    if (Atomics.load(stopFlag, 0) === 0) return;
    stop.abort(new TwinError('Cancelled', `${name}: cancelled`));
  };
  try {
    lookForStop();
    stop.signal.throwIfAborted();
    const control = {
      /** Looks whenever it is asked for: a thread that computes hears of a stop in no other way. */
      get signal() {
        lookForStop();
        return stop.signal;
      },
      resumeFrom,
      onProgress: (progress: CalibrationProgress) => {
        port.postMessage({ type: 'progress', progress } satisfies FromThread);
        lookForStop();
      },
      admit: async (memory_MB: number) => {
        port.postMessage({ type: 'need', memory_MB } satisfies FromThread);
        const [answer] = (await once(port, 'message')) as [ToThread]; // what threadCompute.ts sends, and nothing else does
        if (!answer.isAdmitted) throw readError(answer.error);
      },
    };
    return { isDone: true, result: await runJob(await edge(), name, input, control, attempt) };
  } catch (error) {
    return { isDone: false, error: spellError(error) };
  } finally {
    port.close();
  }
}
