import { LOOSE, STRICT } from '../ecg/beatReading.ts';
import { simulatedQrs } from './beats.ts';
import type { Metric } from './metric.ts';

const SOURCE = 'docs/metrics.md#qrs-sensitivity';

/** QRS duration at half and at twice the threshold, of the twin and of the recording: what a duration owes to low-amplitude waves. */
export const qrsSensitivity: Metric = {
  columns: ['', 'Recorded'].flatMap((whose) => [
    {
      name: `qrsDuration${whose}Loose_ms`,
      unit: 'ms',
      description: `QRS duration of the ${whose ? 'recorded beat' : 'simulated ECG'} when waves half as faint count too.`,
      source: SOURCE,
    },
    {
      name: `qrsDuration${whose}Strict_ms`,
      unit: 'ms',
      description: `QRS duration of the ${whose ? 'recorded beat' : 'simulated ECG'} when only waves twice as strong count.`,
      source: SOURCE,
    },
  ]),
  measure: (subject) => ({
    qrsDurationLoose_ms: simulatedQrs(subject, LOOSE).duration_ms,
    qrsDurationStrict_ms: simulatedQrs(subject, STRICT).duration_ms,
    qrsDurationRecordedLoose_ms: subject.beat.reading?.qrsDurationLoose_ms ?? Number.NaN,
    qrsDurationRecordedStrict_ms: subject.beat.reading?.qrsDurationStrict_ms ?? Number.NaN,
  }),
};
