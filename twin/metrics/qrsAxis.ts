import { standardLead, TWELVE } from '../ecg/leads.ts';
import { degrees } from '../units.ts';
import { type Qrs, recordedQrs, simulatedQrs } from './beats.ts';
import type { Metric } from './metric.ts';

/** Frontal QRS axis of the twin and of the recording. */
export const qrsAxis: Metric = {
  columns: [
    {
      name: 'qrsAxis_deg',
      unit: 'deg',
      description: 'Frontal QRS axis of the simulated ECG from the areas of I and aVF; −180 to 180.',
      source: 'docs/metrics.md#qrs-axis',
    },
    {
      name: 'qrsAxisRecorded_deg',
      unit: 'deg',
      description: 'Frontal QRS axis of the recorded beat from the areas of I and aVF; −180 to 180.',
      source: 'docs/metrics.md#qrs-axis',
    },
  ],
  measure: (subject) => ({
    qrsAxis_deg: frontalAxis_deg(simulatedQrs(subject)),
    qrsAxisRecorded_deg: frontalAxis_deg(recordedQrs(subject)),
  }),
};

/**
 * Direction of a wave's mean vector in the frontal plane, 0° to the left, 90° downwards. aVF, being a unipolar lead, is shorter than I by √3/2:
 *
 *     axis = atan2(2/√3 · ∫aVF dt, ∫I dt)
 */
export function frontalAxis_deg({ voltage_mV }: Pick<Qrs, 'voltage_mV'>): number {
  let first = 0;
  let foot = 0;
  for (let at = 0; at < voltage_mV.length; at += TWELVE) {
    first += voltage_mV[at + standardLead('I')];
    foot += voltage_mV[at + standardLead('aVF')];
  }
  return first === 0 && foot === 0 ? Number.NaN : degrees(Math.atan2((2 / Math.sqrt(3)) * foot, first));
}
