import { pBounds } from '../atria/pBounds.ts';
import type { Metric } from './metric.ts';

/** The P wave, simulated and recorded. */
export const pWave: Metric = {
  columns: [
    {
      name: 'simulatedPDuration_ms',
      unit: 'ms',
      description:
        'Time over which the simulated P wave is above 5 % of its greatest root mean square over twelve leads.',
      source: 'docs/metrics.md#p-wave',
    },
    {
      name: 'pDurationRecorded_ms',
      unit: 'ms',
      description: 'P onset to P offset of the recorded beat, delineated on its leads together.',
      source: 'docs/metrics.md#p-wave',
    },
    {
      name: 'prIntervalRecorded_ms',
      unit: 'ms',
      description: 'P onset to QRS onset of the recorded beat.',
      source: 'docs/metrics.md#p-wave',
    },
    {
      name: 'atrialVelocityFactor',
      unit: '1',
      description: 'Factor on the atrial velocities that was fitted to the recorded P wave; 1 where none was recorded.',
      source: 'docs/metrics.md#p-wave',
    },
    {
      name: 'pFitCorrelation',
      unit: '1',
      description: 'Correlation of the simulated and the recorded P wave over twelve leads.',
      source: 'docs/metrics.md#p-wave',
    },
  ],
  measure({ beat, twin }) {
    const simulated = twin.pWave && pBounds(twin.pWave.ecg_mV, twin.pWave);
    const recorded = beat.pWave;
    return {
      simulatedPDuration_ms: simulated ? simulated.offset_ms - simulated.onset_ms : Number.NaN,
      pDurationRecorded_ms: recorded ? recorded.offset_ms - recorded.onset_ms : Number.NaN,
      prIntervalRecorded_ms: recorded ? beat.qrsOnset_ms - recorded.onset_ms : Number.NaN,
      atrialVelocityFactor: twin.pWave?.parameters.velocityFactor ?? Number.NaN,
      pFitCorrelation: twin.pWave?.fit.correlation ?? Number.NaN,
    };
  },
};
