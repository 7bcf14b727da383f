import type { Metric } from './metric.ts';

const SOURCE = 'docs/metrics.md#recording-quality';

/** How much of a recording is no heart. */
export const recordingQuality: Metric = {
  columns: [
    {
      name: 'noiseRecorded_mV',
      unit: 'mV',
      description: 'Standard deviation of noise above 25 Hz outside of the QRS, root mean square over the leads.',
      source: SOURCE,
    },
    {
      name: 'noiseWorstLeadRecorded_mV',
      unit: 'mV',
      description: 'The same in the lead where it is largest.',
      source: SOURCE,
    },
    {
      name: 'einthovenResidualRecorded_mV',
      unit: 'mV',
      description: 'Largest difference of lead III from II − I, each lead’s own level taken off.',
      source: SOURCE,
    },
  ],
  measure({ beat: { reading } }) {
    const noise = reading?.noise_mV;
    return {
      noiseRecorded_mV: noise
        ? Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length)
        : Number.NaN,
      noiseWorstLeadRecorded_mV: noise ? Math.max(...noise) : Number.NaN,
      einthovenResidualRecorded_mV: reading?.einthovenResidual_mV ?? Number.NaN,
    };
  },
};
