import { delineateT, ST_SEGMENT_ms } from '../ecg/delineateT.ts';
import { standardLeads, TWELVE } from '../ecg/leads.ts';
import type { Repolarisation } from '../repolarisation/repolarisation.ts';
import { type Qrs, recordedQrs, type SimulatedQrs, simulatedQrs } from './beats.ts';
import type { Subject } from './metric.ts';

/** A T wave on the twelve leads. */
export interface TWave {
  /** mV, [samples, 12], from the end of the ST segment to the T end; empty where there is no T wave */
  readonly voltage_mV: Float64Array;
  /** After QRS onset of the same beat, ms; NaN where there is no T wave */
  readonly peak_ms: number;
  readonly end_ms: number;
}

const NONE: TWave = { voltage_mV: new Float64Array(0), peak_ms: Number.NaN, end_ms: Number.NaN };

/** What a simulated T wave is read off; every subject with its twin is one. */
export interface SimulatedT extends SimulatedQrs {
  readonly twin: SimulatedQrs['twin'] & { readonly repolarisation?: Pick<Repolarisation, 'ecg_mV'> };
}

/** The twin's T wave, its bounds found by the same method as a recording's. */
export function simulatedT(subject: SimulatedT): TWave {
  const { beat, twin } = subject;
  if (twin.repolarisation === undefined) return NONE;
  const qrs = simulatedQrs(subject);
  const voltage = standardLeads(twin.repolarisation.ecg_mV);
  const bounds = delineateT(voltage, TWELVE, beat.interval_ms, qrs.onset_ms + qrs.duration_ms);
  return bounds === undefined ? NONE : cut(voltage, beat.interval_ms, qrs, bounds.peak_ms, bounds.end_ms);
}

/** The recorded T wave, between the bounds that were found when the beat was prepared. */
export function recordedT(subject: Subject): TWave {
  const { qrst, interval_ms } = subject.beat;
  if (qrst === undefined) return NONE;
  return cut(standardLeads(qrst.voltage_mV), interval_ms, recordedQrs(subject), qrst.tPeak_ms, qrst.tEnd_ms);
}

function cut(voltage: Float64Array, interval_ms: number, qrs: Qrs, peak_ms: number, end_ms: number): TWave {
  const first = Math.ceil((qrs.onset_ms + qrs.duration_ms + ST_SEGMENT_ms) / interval_ms);
  const last = Math.round(end_ms / interval_ms);
  if (!(last > first)) return NONE;
  return {
    voltage_mV: voltage.subarray(first * TWELVE, (last + 1) * TWELVE),
    peak_ms: peak_ms - qrs.onset_ms,
    end_ms: end_ms - qrs.onset_ms,
  };
}

/** The deflection farthest from the baseline, with its sign, mV; NaN without a T wave. @param lead place in STANDARD_LEADS */
export function tAmplitude_mV({ voltage_mV }: TWave, lead: number): number {
  if (voltage_mV.length === 0) return Number.NaN;
  let most = 0;
  for (let at = lead; at < voltage_mV.length; at += TWELVE) {
    if (Math.abs(voltage_mV[at]) > Math.abs(most)) most = voltage_mV[at];
  }
  return most;
}
