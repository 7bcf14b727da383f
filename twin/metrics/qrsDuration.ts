import { recordedQrs, simulatedQrs } from './beats.ts';
import type { Metric } from './metric.ts';

/** Duration of the QRS complex over all leads, of the twin and of the recording. */
export const qrsDuration: Metric = {
  columns: [
    {
      name: 'qrsDuration_ms',
      unit: 'ms',
      description: 'QRS duration of the simulated ECG, delineated on twelve leads together.',
      source: 'docs/metrics.md#qrs-duration',
    },
    {
      name: 'qrsDurationRecorded_ms',
      unit: 'ms',
      description: 'QRS duration of the recorded beat, delineated on its leads together.',
      source: 'docs/metrics.md#qrs-duration',
    },
  ],
  measure: (subject) => ({
    qrsDuration_ms: simulatedQrs(subject).duration_ms,
    qrsDurationRecorded_ms: recordedQrs(subject).duration_ms,
  }),
};
