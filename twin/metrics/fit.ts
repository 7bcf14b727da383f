import { STANDARD_LEADS } from '../ecg/beat.ts';
import { leadInName } from './leadInName.ts';
import type { Metric } from './metric.ts';

/** How well the twin's ECG is the recorded one, over all leads and in each. */
export const fit: Metric = {
  columns: [
    {
      name: 'fitCorrelation',
      unit: '1',
      description: 'Correlation of simulated and recorded QRS over twelve leads.',
      source: 'docs/metrics.md#fit',
    },
    {
      name: 'fitRmse_mV',
      unit: 'mV',
      description: 'Root mean square difference of simulated and recorded QRS over twelve leads.',
      source: 'docs/metrics.md#fit',
    },
    ...STANDARD_LEADS.flatMap((lead) => [
      {
        name: correlationColumn(lead),
        unit: '1',
        description: `Correlation of simulated and recorded QRS in lead ${lead}.`,
        source: 'docs/metrics.md#fit',
      },
      {
        name: rmseColumn(lead),
        unit: 'mV',
        description: `Root mean square difference of simulated and recorded QRS in lead ${lead}.`,
        source: 'docs/metrics.md#fit',
      },
    ]),
  ],
  measure({ twin: { fit } }) {
    const values: Record<string, number> = { fitCorrelation: fit.correlation, fitRmse_mV: fit.rmse_mV };
    for (const [at, lead] of STANDARD_LEADS.entries()) {
      values[correlationColumn(lead)] = fit.leadCorrelation[at];
      values[rmseColumn(lead)] = fit.leadRmse_mV[at];
    }
    return values;
  },
};

function correlationColumn(lead: string): string {
  return `fitCorrelation${leadInName(lead)}`;
}

function rmseColumn(lead: string): string {
  return `fitRmse${leadInName(lead)}_mV`;
}
