import type { Metric } from './metric.ts';

/** Time between the recording's beats. */
export const rrInterval: Metric = {
  columns: [
    {
      name: 'rrIntervalRecorded_ms',
      unit: 'ms',
      description: 'Mean time from one QRS to the next of the recording.',
      source: 'docs/metrics.md#rr-interval',
    },
  ],
  measure: ({ beat }) => ({ rrIntervalRecorded_ms: beat.rr_ms ?? Number.NaN }),
};
