import type { Metric } from './metric.ts';

/** How well the twin's T wave is the recorded one. */
export const tFit: Metric = {
  columns: [
    {
      name: 'tFitCorrelation',
      unit: '1',
      description: 'Correlation of the simulated and the recorded ECG over twelve leads from the end of the QRS on.',
      source: 'docs/metrics.md#t-wave-fit',
    },
    {
      name: 'tFitRmse_mV',
      unit: 'mV',
      description: 'Root mean square difference of the simulated and the recorded ECG from the end of the QRS on.',
      source: 'docs/metrics.md#t-wave-fit',
    },
  ],
  measure: ({ twin: { repolarisation } }) => ({
    tFitCorrelation: repolarisation?.fit.correlation ?? Number.NaN,
    tFitRmse_mV: repolarisation?.fit.rmse_mV ?? Number.NaN,
  }),
};
