import type { Metric } from './metric.ts';

/** Scale between the model's ECG and the recording's. */
export const gain: Metric = {
  columns: [
    {
      name: 'ecgGain',
      unit: '1',
      description: "Factor from the model's ECG to the recording's; 1 where the recording's own gain was trusted.",
      source: 'docs/metrics.md#ecg-gain',
    },
  ],
  measure: ({ twin }) => ({ ecgGain: twin.gain }),
};
