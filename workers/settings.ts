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
  /** Memory that jobs may take together, MB; a share of the machine's or the container's where it is not said */
  memory_MB: z.number().positive().exactOptional(),
  /** What is at work when a stop is asked for may go on this long, s; then it ends at its next checkpoint */
  drain_s: z.number().nonnegative().exactOptional(),
  /** The device that this process computes on, as `twinfold doctor` names it; the backend's own choice where it is not said */
  device: z.string().exactOptional(),
  /** Name and build of this program as Temporal's worker versioning knows it: a run ends on the build that it began on */
  deployment: z.strictObject({ name: z.string().min(1), buildId: z.string().min(1) }).exactOptional(),
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

/** On a machine of one's own a stop should be quick, and a calibration goes on from its checkpoint; a cluster can afford minutes. */
const DEFAULT_DRAIN_s = 3;
export const drainTime_ms = ({ drain_s = DEFAULT_DRAIN_s }: Pick<WorkerSettings, 'drain_s'>): number => 1000 * drain_s;

/** What a module that `edgeModule` names is given. */
export interface EdgeSettings {
  /** A folder, or `s3://bucket/prefix` */
  readonly store: string;
  /** Compute backend, by name */
  readonly backend: string;
  readonly pool: 'cpu' | 'gpu' | 'large';
  /** As `twinfold doctor` names it; the backend's own choice where it is not said */
  readonly device?: string;
}
