import type { Metric } from './metric.ts';
import { frontalAxis_deg } from './qrsAxis.ts';
import { recordedT, simulatedT } from './tWaves.ts';

/** Frontal T axis of the twin and of the recording. */
export const tAxis: Metric = {
  columns: [
    {
      name: 'tAxis_deg',
      unit: 'deg',
      description: 'Frontal T axis of the simulated ECG from the areas of I and aVF; −180 to 180.',
      source: 'docs/metrics.md#t-axis',
    },
    {
      name: 'tAxisRecorded_deg',
      unit: 'deg',
      description: 'Frontal T axis of the recorded beat from the areas of I and aVF; −180 to 180.',
      source: 'docs/metrics.md#t-axis',
    },
  ],
  measure: (subject) => ({
    tAxis_deg: frontalAxis_deg(simulatedT(subject)),
    tAxisRecorded_deg: frontalAxis_deg(recordedT(subject)),
  }),
};
