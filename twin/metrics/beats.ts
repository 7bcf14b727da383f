import type { Twin } from '../calibrate/twin.ts';
import type { Beat } from '../ecg/beat.ts';
import { delineateQrs } from '../ecg/delineate.ts';
import { LEADS, standardLeads, TWELVE } from '../ecg/leads.ts';
import { resample } from '../ecg/resample.ts';
import type { Subject } from './metric.ts';

/** What a simulated QRS is read off: an ECG and its sampling; every subject with its twin is one. */
export interface SimulatedQrs {
  readonly beat: Pick<Beat, 'interval_ms'>;
  readonly twin: Pick<Twin, 'ecg_mV'>;
}

/** A QRS complex on the twelve leads. */
export interface Qrs {
  /** mV, [samples, 12], from onset to offset, both included; empty where no QRS was found */
  readonly voltage_mV: Float64Array;
  readonly interval_ms: number;
  /** From the start of the beat's window, NaN where no QRS was found */
  readonly onset_ms: number;
  /** Offset − onset, NaN where no QRS was found */
  readonly duration_ms: number;
}

/** Bounds are searched on this grid, so that the beat's own sampling does not round them. Simulated beats are smooth on it. */
const GRID_ms = 1;

/** The twin's QRS, its bounds found on its own twelve leads by the same method as a recording's. @param strictness as of `delineateQrs` */
export function simulatedQrs({ beat, twin }: SimulatedQrs, strictness = 1): Qrs {
  const samples = twin.ecg_mV.length / LEADS;
  const fineSamples = Math.floor(((samples - 1) * beat.interval_ms) / GRID_ms) + 1;
  const independent = new Float64Array(fineSamples * LEADS);
  for (let lead = 0; lead < LEADS; lead++) {
    const signal = Float64Array.from({ length: samples }, (_, at) => twin.ecg_mV[at * LEADS + lead]);
    const fine = resample(signal, beat.interval_ms, GRID_ms, 0, fineSamples);
    for (let at = 0; at < fineSamples; at++) independent[at * LEADS + lead] = fine[at];
  }
  const voltage = standardLeads(independent);
  const { onset_ms, offset_ms } = delineateQrs(voltage, fineSamples, TWELVE, GRID_ms, strictness);
  return cut(voltage, GRID_ms, onset_ms, offset_ms);
}

/** The recorded QRS, between the bounds that were found when the beat was prepared. */
export function recordedQrs({ beat }: Subject): Qrs {
  return cut(standardLeads(beat.voltage_mV), beat.interval_ms, beat.qrsOnset_ms, beat.qrsOffset_ms);
}

function cut(voltage: Float64Array, interval_ms: number, onset_ms: number, offset_ms: number): Qrs {
  if (!(offset_ms > onset_ms)) {
    return { voltage_mV: new Float64Array(0), interval_ms, onset_ms: Number.NaN, duration_ms: Number.NaN };
  }
  const first = Math.max(0, Math.round(onset_ms / interval_ms));
  const last = Math.round(offset_ms / interval_ms);
  return {
    voltage_mV: voltage.subarray(first * TWELVE, (last + 1) * TWELVE),
    interval_ms,
    onset_ms,
    duration_ms: offset_ms - onset_ms,
  };
}

/** Greatest deflection above the baseline, mV ≥ 0; NaN without a QRS. @param lead place in STANDARD_LEADS */
export const positivePeak_mV = ({ voltage_mV }: Qrs, lead: number): number => peak(voltage_mV, lead, 1);

/** Greatest deflection below the baseline as a positive number, mV; NaN without a QRS. @param lead place in STANDARD_LEADS */
export const negativePeak_mV = ({ voltage_mV }: Qrs, lead: number): number => peak(voltage_mV, lead, -1);

function peak(voltage: Float64Array, lead: number, sign: 1 | -1): number {
  if (voltage.length === 0) return Number.NaN;
  let most = 0;
  for (let at = lead; at < voltage.length; at += TWELVE) most = Math.max(most, sign * voltage[at]);
  return most;
}
