import { STANDARD_LEADS } from '../ecg/beat.ts';
import { leadInName } from './leadInName.ts';
import type { Metric } from './metric.ts';
import { recordedT, simulatedT, tAmplitude_mV } from './tWaves.ts';

/** T amplitude of each lead, of the twin and of the recording. */
export const tAmplitude: Metric = {
  columns: ['', 'Recorded'].flatMap((whose) =>
    STANDARD_LEADS.map((lead) => ({
      name: `tAmplitude${whose}${leadInName(lead)}_mV`,
      unit: 'mV',
      description: `Greatest deflection of the ${whose ? 'recorded' : 'simulated'} T wave in lead ${lead}, negative where it is inverted.`,
      source: 'docs/metrics.md#t-amplitude',
    })),
  ),
  measure(subject) {
    const values: Record<string, number> = {};
    for (const [whose, wave] of [
      ['', simulatedT(subject)],
      ['Recorded', recordedT(subject)],
    ] as const) {
      for (const [at, lead] of STANDARD_LEADS.entries())
        values[`tAmplitude${whose}${leadInName(lead)}_mV`] = tAmplitude_mV(wave, at);
    }
    return values;
  },
};
