import type { Twin } from '../../twin/calibrate/twin.ts';
import { type Beat, type LeadName, STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import type { DerivedColumn } from './derivedColumns.ts';

/** One lead of one beat, recorded or simulated. */
export interface WaveformRow {
  readonly subject: string;
  readonly window: 'qrs' | 'qrst' | 'p';
  readonly kind: 'recorded' | 'simulated';
  readonly lead: LeadName;
  readonly sampleRate_Hz: number;
  /** Time of the first sample, ms after the recorded QRS onset */
  readonly start_ms: number;
  readonly voltage_mV: Float32Array;
}

export const WAVEFORM_COLUMNS: readonly DerivedColumn<WaveformRow>[] = [
  { name: 'subject', unit: null, description: 'The subject.', type: 'text', read: ({ subject }) => subject },
  {
    name: 'window',
    unit: null,
    description: 'qrs: the beat that the activation was fitted to; qrst: that of the T wave; p: the P wave.',
    type: 'text',
    read: ({ window }) => window,
  },
  {
    name: 'kind',
    unit: null,
    description: 'recorded, as it was fitted to, or simulated by the twin.',
    type: 'text',
    read: ({ kind }) => kind,
  },
  {
    name: 'lead',
    unit: null,
    description: 'One of the twelve standard leads.',
    type: 'text',
    read: ({ lead }) => lead,
  },
  {
    name: 'sampleRate_Hz',
    unit: 'Hz',
    description: 'Samples a second.',
    type: 'number',
    read: ({ sampleRate_Hz }) => sampleRate_Hz,
  },
  {
    name: 'start_ms',
    unit: 'ms',
    description: 'Time of the first sample, after the recorded QRS onset.',
    type: 'number',
    read: ({ start_ms }) => start_ms,
  },
  {
    name: 'voltage_mV',
    unit: 'mV',
    description: 'The samples in their order.',
    type: 'numberList',
    read: ({ voltage_mV }) => voltage_mV,
  },
];

/** All beats of a subject, lead by lead: those that were recorded and those that its twin gives on the same clock. */
export function waveformRows(subject: string, beat: Beat, twin: Twin): WaveformRow[] {
  const { interval_ms, qrsOnset_ms, qrst, pWave } = beat;
  const qrs = { window: 'qrs', interval_ms, start_ms: -qrsOnset_ms } as const;
  const t = { ...qrs, window: 'qrst' } as const;
  const recordedP = { window: 'p', interval_ms, start_ms: (pWave?.start_ms ?? 0) - qrsOnset_ms } as const;
  const { pWave: simulatedP, repolarisation } = twin;
  const leadsOf = (kind: WaveformRow['kind'], clock: Clock, voltage_mV: Float64Array | undefined) =>
    voltage_mV === undefined ? [] : leadRows({ subject, kind, ...clock }, voltage_mV);
  return [
    ...leadsOf('recorded', qrs, beat.voltage_mV),
    ...leadsOf('simulated', qrs, twin.ecg_mV),
    ...leadsOf('recorded', t, qrst?.voltage_mV),
    ...leadsOf('simulated', t, repolarisation?.ecg_mV),
    ...leadsOf('recorded', recordedP, pWave?.voltage_mV),
    ...(simulatedP === undefined ? [] : leadsOf('simulated', { ...simulatedP, window: 'p' }, simulatedP.ecg_mV)),
  ];
}

interface Clock {
  readonly window: WaveformRow['window'];
  readonly interval_ms: number;
  readonly start_ms: number;
}

/** @param voltage_mV  [samples, 8 independent leads] */
function leadRows(
  { subject, kind, window, interval_ms, start_ms }: Clock & Pick<WaveformRow, 'subject' | 'kind'>,
  voltage_mV: Float64Array,
): WaveformRow[] {
  const twelve = standardLeads(voltage_mV);
  const samples = twelve.length / TWELVE;
  return STANDARD_LEADS.map((lead, at) => ({
    subject,
    window,
    kind,
    lead,
    sampleRate_Hz: 1000 / interval_ms,
    start_ms,
    voltage_mV: Float32Array.from({ length: samples }, (_, sample) => twelve[sample * TWELVE + at] ?? Number.NaN),
  }));
}
