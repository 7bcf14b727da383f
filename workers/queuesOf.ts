import { createHash } from 'node:crypto';
import type { RunningServer } from '../infra/temporal/startServer.ts';
import { DEFAULT_QUEUES } from '../workflows/queues.ts';

/**
 * First word of a run's task queues, where nobody named one. A server of the run's own needs no other than `twinfold`; on a server that others
 * use as well, each store has queues of its own, so that no worker is given work whose files it does not see.
 */
export function queuesOf({ origin }: Pick<RunningServer, 'origin'>, store: string): string {
  if (origin !== 'address') return DEFAULT_QUEUES;
  return `${DEFAULT_QUEUES}-${createHash('sha256').update(store).digest('hex').slice(0, 8)}`;
}
