import { STANDARD_LEADS } from '../ecg/beat.ts';
import { negativePeak_mV, positivePeak_mV, recordedQrs, simulatedQrs } from './beats.ts';
import { leadInName } from './leadInName.ts';
import type { Metric } from './metric.ts';

/** R and S amplitudes of each lead, of the twin and of the recording. */
export const amplitudes: Metric = {
  columns: ['', 'Recorded'].flatMap((whose) =>
    STANDARD_LEADS.flatMap((lead) => [
      {
        name: `rAmplitude${whose}${leadInName(lead)}_mV`,
        unit: 'mV',
        description: `Greatest positive deflection of the ${whose ? 'recorded' : 'simulated'} QRS in lead ${lead}.`,
        source: 'docs/metrics.md#r-and-s-amplitude',
      },
      {
        name: `sAmplitude${whose}${leadInName(lead)}_mV`,
        unit: 'mV',
        description: `Greatest negative deflection of the ${whose ? 'recorded' : 'simulated'} QRS in lead ${lead}, as a positive number.`,
        source: 'docs/metrics.md#r-and-s-amplitude',
      },
    ]),
  ),
  measure(subject) {
    const values: Record<string, number> = {};
    for (const [whose, qrs] of [
      ['', simulatedQrs(subject)],
      ['Recorded', recordedQrs(subject)],
    ] as const) {
      for (const [at, lead] of STANDARD_LEADS.entries()) {
        values[`rAmplitude${whose}${leadInName(lead)}_mV`] = positivePeak_mV(qrs, at);
        values[`sAmplitude${whose}${leadInName(lead)}_mV`] = negativePeak_mV(qrs, at);
      }
    }
    return values;
  },
};
