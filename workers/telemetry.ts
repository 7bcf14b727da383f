import type { MetricMeter } from '@temporalio/common';
import { Runtime, type RuntimeOptions } from '@temporalio/worker';
import type { Compute } from '../activities/compute.ts';
import { TwinError } from '../twin/errors.ts';
import { openMetrics, STAGE_BINS_s, type WorkerMetrics } from './metrics.ts';
import type { WorkerSettings } from './settings.ts';

/** Edges of the bins of a task's wait, s. The SDK's own end at a quarter of an hour; a cohort's backlog may be a day old. */
const WAITING_BINS_s: readonly number[] = [0.1, 1, 10, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

type Told = Pick<WorkerSettings, 'pool' | 'backend' | 'metricsAddress'>;

/**
 * Installs Temporal's runtime for this process, with a page for Prometheus where an address for it is given.
 *
 * @throws TwinError BadStudy where that address cannot be listened on
 */
export function installRuntime(
  logger: NonNullable<RuntimeOptions['logger']>,
  settings: Told,
): WorkerMetrics | undefined {
  const { metricsAddress } = settings;
  const metrics =
    metricsAddress === undefined
      ? {}
      : {
          metrics: {
            prometheus: {
              bindAddress: metricsAddress,
              useSecondsForDurations: true,
              histogramBucketOverrides: {
                twinfold_stage_seconds: [...STAGE_BINS_s],
                temporal_activity_schedule_to_start_latency: [...WAITING_BINS_s],
              },
            },
          },
        };
  const meter = install(
    {
      logger,
      shutdownSignals: [], // the caller's signal decides
      telemetryOptions: { logging: { filter: { core: 'WARN', other: 'WARN' }, forward: {} }, ...metrics },
    },
    metricsAddress,
  );
  return metricsAddress === undefined ? undefined : openMetrics(meter, settings);
}

function install(options: RuntimeOptions, metricsAddress: string | undefined): MetricMeter {
  try {
    return Runtime.install(options).metricMeter;
  } catch (error) {
    if (metricsAddress === undefined || !(error instanceof Error)) throw error;
    throw new TwinError(
      'BadStudy',
      `metrics on ${metricsAddress}: ${error.message}; give a free address, as 127.0.0.1:9464`,
    );
  }
}

/** Compute that every one of these hears of. */
export const observed = (compute: Compute, observers: readonly (Observer | undefined)[]): Compute =>
  observers.reduce((inner, observer) => observer?.observe(inner) ?? inner, compute);

interface Observer {
  observe(compute: Compute): Compute;
}
