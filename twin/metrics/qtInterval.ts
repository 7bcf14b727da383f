import type { Metric } from './metric.ts';
import { recordedT, simulatedT } from './tWaves.ts';

/** QT interval over all leads, of the twin and of the recording; not corrected for the heart rate. */
export const qtInterval: Metric = {
  columns: [
    {
      name: 'qtInterval_ms',
      unit: 'ms',
      description: 'QT interval of the simulated ECG: QRS onset to T end, delineated on twelve leads together.',
      source: 'docs/metrics.md#qt-interval',
    },
    {
      name: 'qtIntervalRecorded_ms',
      unit: 'ms',
      description: 'QT interval of the recorded beat, delineated on its leads together.',
      source: 'docs/metrics.md#qt-interval',
    },
  ],
  measure: (subject) => ({
    qtInterval_ms: simulatedT(subject).end_ms,
    qtIntervalRecorded_ms: recordedT(subject).end_ms,
  }),
};
