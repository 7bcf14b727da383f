import { standardLead } from '../ecg/leads.ts';
import { negativePeak_mV, positivePeak_mV, type Qrs, recordedQrs, simulatedQrs } from './beats.ts';
import type { Metric } from './metric.ts';

/** Voltage criteria of LV hypertrophy, of the twin and of the recording. */
export const voltageCriteria: Metric = {
  columns: [
    {
      name: 'sokolowLyon_mV',
      unit: 'mV',
      description: 'Sokolow–Lyon voltage of the simulated ECG: S in V1 and the larger R of V5 and V6.',
      source: 'docs/metrics.md#voltage-criteria',
    },
    {
      name: 'sokolowLyonRecorded_mV',
      unit: 'mV',
      description: 'Sokolow–Lyon voltage of the recorded beat.',
      source: 'docs/metrics.md#voltage-criteria',
    },
    {
      name: 'cornell_mV',
      unit: 'mV',
      description: 'Cornell voltage of the simulated ECG: R in aVL and S in V3.',
      source: 'docs/metrics.md#voltage-criteria',
    },
    {
      name: 'cornellRecorded_mV',
      unit: 'mV',
      description: 'Cornell voltage of the recorded beat.',
      source: 'docs/metrics.md#voltage-criteria',
    },
  ],
  measure(subject) {
    const simulated = simulatedQrs(subject);
    const recorded = recordedQrs(subject);
    return {
      sokolowLyon_mV: sokolowLyon_mV(simulated),
      sokolowLyonRecorded_mV: sokolowLyon_mV(recorded),
      cornell_mV: cornell_mV(simulated),
      cornellRecorded_mV: cornell_mV(recorded),
    };
  },
};

const sokolowLyon_mV = (qrs: Qrs): number =>
  negativePeak_mV(qrs, standardLead('V1')) +
  Math.max(positivePeak_mV(qrs, standardLead('V5')), positivePeak_mV(qrs, standardLead('V6')));

const cornell_mV = (qrs: Qrs): number =>
  positivePeak_mV(qrs, standardLead('aVL')) + negativePeak_mV(qrs, standardLead('V3'));
