import type { Priority } from '@temporalio/common';
import type { Schedule } from './messages.ts';

/** What a worker offers to do. `large` is for subjects that need more memory than a worker of the other pools has. */
export type Pool = 'workflow' | 'cpu' | 'gpu' | 'large';

/** First word of every task queue, where a deployment names no other. Workers and runs that share a store share it. */
export const DEFAULT_QUEUES = 'twinfold';

/** Task queue of a pool: `twinfold` for workflows, `twinfold-cpu`, `twinfold-gpu`, `twinfold-large`. */
export const queueOf = (pool: Pool, queues: string = DEFAULT_QUEUES): string =>
  pool === 'workflow' ? queues : `${queues}-${pool}`;

/** Usual priorities; of what waits in a queue the smallest number is done first. */
export const PRIORITY = { urgent: 1, cohort: 3, reprocessing: 4 } as const;

/** Where a task stands in its queue. Runs of equal priority take turns, however many subjects each has waiting. */
export const priorityOf = ({ priority }: Pick<Schedule, 'priority'>, run?: string): Priority => ({
  ...(priority === undefined ? {} : { priorityKey: priority }),
  ...(run === undefined ? {} : { fairnessKey: run }),
});
