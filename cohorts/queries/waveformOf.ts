import { STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { type NamedQuery, subjectOf } from './namedQuery.ts';

export const waveformOf: NamedQuery = {
  name: 'waveform-of',
  description: 'One lead of a subject’s recorded and simulated beat, a row for each sample.',
  parameters: [
    subjectOf('waveforms'),
    {
      name: 'lead',
      description: 'I, II, III, aVR, aVL, aVF, V1 … V6',
      type: 'text',
      values: STANDARD_LEADS,
      default: 'II',
    },
    { name: 'window', description: 'qrs, qrst or p', type: 'text', values: ['qrs', 'qrst', 'p'], default: 'qrs' },
  ],
  needs: ['waveforms'],
  sql: `
    WITH samples AS (
      SELECT kind, start_ms + 1000 * (unnest(range(len(voltage_mV))) / sampleRate_Hz) AS time_ms, unnest(voltage_mV) AS voltage_mV
      FROM waveforms WHERE subject = $subject AND lead = $lead AND "window" = $window
    )
    SELECT round(time_ms, 6) AS time_ms, any_value(voltage_mV) FILTER (kind = 'recorded') AS recorded_mV,
           any_value(voltage_mV) FILTER (kind = 'simulated') AS simulated_mV
    FROM samples GROUP BY 1 ORDER BY 1`,
};
