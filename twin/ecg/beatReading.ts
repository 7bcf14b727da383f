import type { BeatReading, QrstWindow } from './beat.ts';
import { delineateQrs, type QrsBounds } from './delineate.ts';
import { delineateLeads, leadTEnds } from './leadBounds.ts';
import { LEADS, standardLeads, TWELVE } from './leads.ts';

/** Factors on the threshold at which QRS durations are given beside the one that is used. */
export const LOOSE = 0.5;
export const STRICT = 2;

/** A beat as it was cut from the recording, before anything else was cut from it. */
export interface ReadableBeat {
  /** mV, [samples, 8] */
  readonly voltage: Float64Array;
  readonly step_ms: number;
  /** From the first sample */
  readonly qrs: QrsBounds;
  /** QRS onset in the QRS window */
  readonly windowOnset_ms: number;
  readonly interval_ms: number;
  readonly qrst: QrstWindow | undefined;
}

/** QRS at two other thresholds, and QRS and T wave lead by lead, on the clock of the QRS window. */
export function readBeat(beat: ReadableBeat): Omit<BeatReading, 'noise_mV' | 'einthovenResidual_mV'> {
  const { voltage, step_ms, qrs, windowOnset_ms, interval_ms, qrst } = beat;
  const samples = voltage.length / LEADS;
  const durationAt = (strictness: number): number => {
    const { onset_ms, offset_ms } = delineateQrs(voltage, samples, LEADS, step_ms, strictness);
    return offset_ms - onset_ms;
  };
  const leads = delineateLeads(standardLeads(voltage), TWELVE, step_ms, qrs);
  const toWindow_ms = windowOnset_ms - qrs.onset_ms;
  const duration_ms = qrs.offset_ms - qrs.onset_ms;
  return {
    qrsDurationLoose_ms: durationAt(LOOSE),
    qrsDurationStrict_ms: durationAt(STRICT),
    leadOnset_ms: leads.onset_ms.map((time) => time + toWindow_ms),
    leadOffset_ms: leads.offset_ms.map((time) => time + toWindow_ms),
    leadTEnd_ms:
      qrst === undefined
        ? new Float64Array(TWELVE).fill(Number.NaN)
        : leadTEnds(standardLeads(qrst.voltage_mV), TWELVE, interval_ms, windowOnset_ms + duration_ms),
  };
}
