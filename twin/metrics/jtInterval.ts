import { recordedQrs, simulatedQrs } from './beats.ts';
import type { Metric } from './metric.ts';
import { recordedT, simulatedT } from './tWaves.ts';

/** From the QRS offset to the T end, of the twin and of the recording: QT without the time that activation takes. */
export const jtInterval: Metric = {
  columns: [
    {
      name: 'jtInterval_ms',
      unit: 'ms',
      description: 'JT interval of the simulated ECG: QRS offset to T end, over twelve leads together.',
      source: 'docs/metrics.md#jt-interval',
    },
    {
      name: 'jtIntervalRecorded_ms',
      unit: 'ms',
      description: 'JT interval of the recorded beat: QRS offset to T end, over its leads together.',
      source: 'docs/metrics.md#jt-interval',
    },
  ],
  measure: (subject) => ({
    jtInterval_ms: simulatedT(subject).end_ms - simulatedQrs(subject).duration_ms,
    jtIntervalRecorded_ms: recordedT(subject).end_ms - recordedQrs(subject).duration_ms,
  }),
};
