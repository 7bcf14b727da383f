import { workerData } from 'node:worker_threads';
import type { Edge } from '../activities/edge.ts';
import { runJob } from '../activities/jobs.ts';
import { TwinError } from '../twin/errors.ts';
import type { EdgeSettings } from './settings.ts';
import { spellError, type ThreadAnswer, type ThreadSettings, type ThreadTask } from './threadMessages.ts';

/** What an edge module exports. */
export interface EdgeModule {
  openEdge(settings: EdgeSettings): Promise<Edge>;
}

const { edgeModule, ...settings }: ThreadSettings = workerData;
const edge = import(edgeModule).then((module: EdgeModule) => module.openEdge(settings));

/** Does one job in this thread. Its answer is never thrown: errors are part of it. */
export default async function compute(task: ThreadTask): Promise<ThreadAnswer> {
  const { name, input, attempt, resumeFrom, stopFlag, progress } = task;
  const stop = new AbortController();
  const lookForStop = () => {
    if (Atomics.load(stopFlag, 0) === 0) return;
    stop.abort(new TwinError('Cancelled', `${name}: cancelled`));
  };
  try {
    lookForStop();
    stop.signal.throwIfAborted();
    const control = {
      signal: stop.signal,
      resumeFrom,
      onProgress: (state: unknown) => {
        progress.postMessage(state);
        lookForStop();
      },
    };
    return { isDone: true, result: await runJob(await edge, name, input, control, attempt) };
  } catch (error) {
    return { isDone: false, error: spellError(error) };
  } finally {
    progress.close();
  }
}
