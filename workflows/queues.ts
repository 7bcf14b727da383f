/** What a worker offers to do. `large` is for subjects that need more memory than a worker of the other pools has. */
export type Pool = 'workflow' | 'cpu' | 'gpu' | 'large';

/** First word of every task queue, where a deployment names no other. Workers and runs that share a store share it. */
export const DEFAULT_QUEUES = 'twinfold';

/** Task queue of a pool: `twinfold` for workflows, `twinfold-cpu`, `twinfold-gpu`, `twinfold-large`. */
export const queueOf = (pool: Pool, queues: string = DEFAULT_QUEUES): string =>
  pool === 'workflow' ? queues : `${queues}-${pool}`;
