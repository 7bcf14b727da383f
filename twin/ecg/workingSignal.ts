import { type Finding, TwinError } from '../errors.ts';
import type { EcgRecording } from '../formats/format.ts';
import { sampleInterval_ms } from '../units.ts';
import { removeBaselineWander } from './baselineWander.ts';
import { detectBeats } from './beatDetection.ts';
import { delineateQrs } from './delineate.ts';
import { fillGaps } from './gaps.ts';
import { independentLeads } from './independentLeads.ts';
import { LEADS } from './leads.ts';
import { removeMainsHum } from './mainsHum.ts';
import { AFTER_ms, BEFORE_ms, type MedianBeat, medianAt, medianBeat } from './medianBeat.ts';
import { resample } from './resample.ts';

/** Everything is worked out at this interval; recordings at other rates are brought to it first. */
export const WORK_ms = 1;

/** A recording on the working clock with gaps bridged, hum and wander off, its beats found and laid on one another. */
export interface WorkingSignal {
  /** mV, [samples, 8 independent leads], every WORK_ms */
  readonly voltage: Float64Array;
  readonly samples: number;
  /** All beats, samples */
  readonly centres: readonly number[];
  readonly median: MedianBeat;
  /** Whether the median is cut out of whole beats; otherwise the recording holds less than one */
  readonly isWhole: boolean;
  /** Whether a stretch of samples is free of gaps */
  readonly isIntact: (from: number, to: number) => boolean;
  readonly findings: readonly Finding[];
}

/** @throws TwinError BadEcg when leads are missing, no beat is found, or too much of the recording is missing */
export function openWorkingSignal(recording: EcgRecording): WorkingSignal {
  const native_ms = sampleInterval_ms(recording.sampleRate_Hz);
  const { signals, isMissing, findings } = fillGaps(independentLeads(recording), native_ms);
  const samples = Math.floor(((signals[0].length - 1) * native_ms) / WORK_ms) + 1;
  const raw = interleave(signals.map((signal) => resample(signal, native_ms, WORK_ms, 0, samples)));
  const unhummed = removeMainsHum(raw, LEADS, WORK_ms, detectBeats(raw, samples, LEADS, WORK_ms));
  const humming = unhummed.voltage;
  const centres = detectBeats(humming, samples, LEADS, WORK_ms);
  if (centres.length === 0) throw withoutQrs('no steep deflection in any lead');

  const isIntact = (from: number, to: number) =>
    isFree(isMissing, (from * WORK_ms) / native_ms, (to * WORK_ms) / native_ms);
  const intact = centres.filter((centre) => isIntact(centre - BEFORE_ms / WORK_ms, centre + AFTER_ms / WORK_ms));
  if (intact.length === 0) throw withoutQrs('every beat lies in a gap of the recording');
  const whole = intact.filter((centre) => centre * WORK_ms >= BEFORE_ms && (samples - centre) * WORK_ms >= AFTER_ms);
  const first = medianBeat(humming, LEADS, whole.length > 0 ? whole : intact.slice(0, 1), WORK_ms);
  const { onset_ms } = delineateQrs(first.voltage, first.samples, LEADS, WORK_ms);
  const onsets = first.centres.map((centre) => centre + Math.round((onset_ms - BEFORE_ms) / WORK_ms));
  const levelled = removeBaselineWander(humming, LEADS, WORK_ms, onsets);
  const { voltage } = levelled;
  return {
    voltage,
    samples,
    centres,
    median: voltage === humming ? first : { ...first, voltage: medianAt(voltage, LEADS, first.centres, WORK_ms) },
    isWhole: whole.length > 0,
    isIntact,
    findings: [...findings, ...unhummed.findings, ...levelled.findings],
  };
}

export const withoutQrs = (found: string): TwinError =>
  new TwinError('BadEcg', `no QRS found (${found}), expected at least one whole beat`);

/** Whether nothing is missing between two places of the recording. */
function isFree(isMissing: Uint8Array, from: number, to: number): boolean {
  return !isMissing.subarray(Math.max(0, Math.floor(from)), Math.min(isMissing.length, Math.ceil(to))).includes(1);
}

/** @returns [samples, signals] */
export function interleave(signals: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(signals.length * (signals[0]?.length ?? 0));
  for (const [column, signal] of signals.entries()) {
    for (let at = 0; at < signal.length; at++) out[at * signals.length + column] = signal[at];
  }
  return out;
}
