import { delineateT } from '../../twin/ecg/delineateT.ts';
import { LEADS, standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import { drawP } from './drawnP.ts';
import type { SimulatedHeart } from './simulatedHearts.ts';

/** Where a simulated heart's waves truly begin and end, ms after its first ventricular activation. */
export interface WaveTruth {
  /** First and last time at which some of the twelve noise-free leads is farther from zero than 10 µV, of the activation alone */
  readonly qrsOnset_ms: number;
  readonly qrsOffset_ms: number;
  /** By the tangent to the noise-free leads, from their true QRS offset on */
  readonly tEnd_ms: number;
  /** First and last time at which some of the twelve noise-free leads is farther from zero than 10 µV, of the P wave alone */
  readonly pOnset_ms: number;
  readonly pOffset_ms: number;
}

/** A wave is seen where some lead is this far from zero, mV. */
export const SEEN_mV = 0.01;

export function truthOf(heart: SimulatedHeart): WaveTruth {
  const { beat, person } = heart;
  const qrs = seen(heart.qrs_mV, SEEN_mV);
  const qrsOffset_ms = beat.start_ms + qrs.last * beat.interval_ms;
  const t = delineateT(standardLeads(beat.voltage_mV), TWELVE, beat.interval_ms, qrsOffset_ms - beat.start_ms);
  const p = drawP(person);
  const samples = Math.ceil((p.offset_ms - p.onset_ms) / beat.interval_ms);
  const wave = Float64Array.from({ length: samples * LEADS }, (_, at) =>
    p.wave(p.onset_ms + Math.floor(at / LEADS) * beat.interval_ms, at % LEADS),
  );
  const pSeen = seen(wave, SEEN_mV);
  return {
    qrsOnset_ms: beat.start_ms + qrs.first * beat.interval_ms,
    qrsOffset_ms,
    tEnd_ms: t === undefined ? Number.NaN : beat.start_ms + t.end_ms,
    pOnset_ms: p.onset_ms + pSeen.first * beat.interval_ms,
    pOffset_ms: p.onset_ms + pSeen.last * beat.interval_ms,
  };
}

/** First and last sample at which some of the twelve leads exceeds a threshold; −1 where none does. @param voltage_mV [samples, 8] */
export function seen(
  voltage_mV: Float64Array,
  threshold_mV: number,
): { readonly first: number; readonly last: number } {
  const standard = standardLeads(voltage_mV);
  const isAbove = (value: number) => Math.abs(value) > threshold_mV;
  return {
    first: Math.floor(standard.findIndex(isAbove) / TWELVE),
    last: Math.floor(standard.findLastIndex(isAbove) / TWELVE),
  };
}
