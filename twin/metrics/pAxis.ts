import { LEADS, standardLeads } from '../ecg/leads.ts';
import type { Metric } from './metric.ts';
import { frontalAxis_deg } from './qrsAxis.ts';

/** Frontal axis of the recorded P wave. */
export const pAxis: Metric = {
  columns: [
    {
      name: 'pAxisRecorded_deg',
      unit: 'deg',
      description: 'Frontal axis of the recorded P wave from the areas of I and aVF; −180 to 180.',
      source: 'docs/metrics.md#p-axis',
    },
  ],
  measure({ beat: { pWave, interval_ms } }) {
    if (pWave === undefined) return { pAxisRecorded_deg: Number.NaN };
    const at = (time_ms: number) => Math.round((time_ms - pWave.start_ms) / interval_ms) * LEADS;
    const wave = pWave.voltage_mV.subarray(at(pWave.onset_ms), at(pWave.offset_ms) + LEADS);
    return { pAxisRecorded_deg: frontalAxis_deg({ voltage_mV: standardLeads(wave) }) };
  },
};
