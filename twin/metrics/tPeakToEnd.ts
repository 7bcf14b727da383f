import type { Metric } from './metric.ts';
import { recordedT, simulatedT, type TWave } from './tWaves.ts';

/** From the peak of the T wave to its end, of the twin and of the recording. */
export const tPeakToEnd: Metric = {
  columns: [
    {
      name: 'tPeakToEnd_ms',
      unit: 'ms',
      description: 'T peak to T end of the simulated ECG, over twelve leads together.',
      source: 'docs/metrics.md#t-peak-to-end',
    },
    {
      name: 'tPeakToEndRecorded_ms',
      unit: 'ms',
      description: 'T peak to T end of the recorded beat, over its leads together.',
      source: 'docs/metrics.md#t-peak-to-end',
    },
  ],
  measure: (subject) => ({
    tPeakToEnd_ms: peakToEnd_ms(simulatedT(subject)),
    tPeakToEndRecorded_ms: peakToEnd_ms(recordedT(subject)),
  }),
};

const peakToEnd_ms = ({ peak_ms, end_ms }: TWave): number => end_ms - peak_ms;
