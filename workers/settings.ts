import { z } from 'zod';
import { serverAccess } from './access.ts';

const pool = z.enum(['workflow', 'cpu', 'gpu', 'large']);

/** All that one worker process must know; it comes as an argument, never from the environment. */
export const workerSettings = z.strictObject({
  pool,
  server: serverAccess,
  /** First word of the task queues */
  queues: z.string(),
  /** Subjects' stages that run at the same time, each in a thread of its own */
  slots: z.int().positive(),
  /** Compute backend, by name */
  backend: z.string(),
  /** The artifact store: a folder, or `s3://bucket/prefix` */
  store: z.string(),
  /** Folder of what is made once for a machine: the workflow bundle */
  cache: z.string(),
  /** Module that opens the science and the store in each thread; a file URL */
  edgeModule: z.url(),
  /** File that the log goes to; null for standard error */
  logFile: z.string().nullable(),
  /** Where Prometheus reads this worker's metrics, `host:port`; nothing listens where it is not said */
  metricsAddress: z.string().exactOptional(),
  /** OTLP/HTTP endpoint that traces go to, as `http://host:4318`; nothing is traced where it is not said */
  tracesUrl: z.url().exactOptional(),
});
export type WorkerSettings = z.infer<typeof workerSettings>;

/** What a module that `edgeModule` names is given. */
export interface EdgeSettings {
  /** A folder, or `s3://bucket/prefix` */
  readonly store: string;
  /** Compute backend, by name */
  readonly backend: string;
  readonly pool: 'cpu' | 'gpu' | 'large';
}
