import { STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { LEADS, standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import type { Random } from '../../twin/random.ts';

/** How a simulated QRS becomes a recording. */
export interface RecordingSettings {
  readonly sampleRate_Hz: number;
  readonly beats: number;
  /** Standard deviation of white noise on each independent lead, mV. */
  readonly noise_mV: number;
  /** Amplitude of the slow baseline that breathing brings, mV. */
  readonly wander_mV: number;
}

/** Ten beats at 1 kHz, as a resting recorder's ten seconds; 10 µV of noise is a quiet subject and a good amplifier. */
export const DEFAULT_RECORDING: RecordingSettings = { sampleRate_Hz: 1000, beats: 10, noise_mV: 0.01, wander_mV: 0.05 };

/** Mean time between beats and its spread from beat to beat, ms. */
const INTERVAL_ms = 850;
const INTERVAL_SPREAD_ms = 25;
/** First QRS onset after the start of the recording, ms. */
const LEAD_IN_ms = 400;
/** Breaths a second. */
const BREATHING_Hz = 0.25;
/**
 * T wave, which stands for no repolarisation model: a raised cosine of the sign of the lead's QRS area and a fifth of the lead's greatest QRS
 * amplitude, from 180 to 380 ms after QRS onset. There is no P wave.
 */
const T_START_ms = 180;
const T_END_ms = 380;
const T_SHARE = 0.2;

/** Noise-free QRS on a uniform clock. */
export interface SimulatedQrs {
  /** mV, [samples, 8 independent leads] */
  readonly voltage_mV: Float64Array;
  /** Time of the first sample relative to QRS onset, ms */
  readonly start_ms: number;
  readonly interval_ms: number;
}

/** A recording of repeated beats, noise drawn on the independent leads so that Einthoven's law holds in what is written. */
export function recordBeats(qrs: SimulatedQrs, settings: RecordingSettings, random: Random): EcgRecording {
  const { sampleRate_Hz, beats, noise_mV, wander_mV } = settings;
  const step_ms = 1000 / sampleRate_Hz;
  const onsets: number[] = [];
  let at_ms = LEAD_IN_ms;
  for (let beat = 0; beat < beats; beat++) {
    onsets.push(Math.round(at_ms / step_ms) * step_ms);
    at_ms += INTERVAL_ms + INTERVAL_SPREAD_ms * random.normal();
  }
  const samples = Math.round((at_ms - INTERVAL_ms + 2 * T_END_ms) / step_ms);
  const independent = new Float64Array(samples * LEADS);
  const tWave = tAmplitudes(qrs);
  const phases = Array.from({ length: LEADS }, () => 2 * Math.PI * random.uniform());
  let beat = 0;
  for (let sample = 0; sample < samples; sample++) {
    const time_ms = sample * step_ms;
    while (beat + 1 < beats && time_ms >= onsets[beat + 1] + qrs.start_ms) beat++;
    const since_ms = time_ms - onsets[beat];
    for (let lead = 0; lead < LEADS; lead++) {
      const wander = wander_mV * Math.sin(2 * Math.PI * BREATHING_Hz * (time_ms / 1000) + phases[lead]);
      independent[sample * LEADS + lead] =
        qrsAt(qrs, since_ms, lead) + tWave[lead] * tShape(since_ms) + wander + noise_mV * random.normal();
    }
  }
  const standard = standardLeads(independent);
  return {
    leads: STANDARD_LEADS,
    sampleRate_Hz,
    voltage_mV: STANDARD_LEADS.map((_, lead) =>
      Float64Array.from({ length: samples }, (_value, sample) => standard[sample * TWELVE + lead]),
    ),
    isCalibrated: true,
    findings: [],
  };
}

/** Linear between samples, 0 before the first and after the last. */
function qrsAt({ voltage_mV, start_ms, interval_ms }: SimulatedQrs, time_ms: number, lead: number): number {
  const place = (time_ms - start_ms) / interval_ms;
  const before = Math.floor(place);
  if (before < 0 || (before + 2) * LEADS > voltage_mV.length) return 0;
  const share = place - before;
  return (1 - share) * voltage_mV[before * LEADS + lead] + share * voltage_mV[(before + 1) * LEADS + lead];
}

const tShape = (time_ms: number): number =>
  time_ms <= T_START_ms || time_ms >= T_END_ms
    ? 0
    : (1 - Math.cos((2 * Math.PI * (time_ms - T_START_ms)) / (T_END_ms - T_START_ms))) / 2;

function tAmplitudes({ voltage_mV }: SimulatedQrs): number[] {
  return Array.from({ length: LEADS }, (_, lead) => {
    let area = 0;
    let greatest = 0;
    for (let at = lead; at < voltage_mV.length; at += LEADS) {
      area += voltage_mV[at];
      greatest = Math.max(greatest, Math.abs(voltage_mV[at]));
    }
    return Math.sign(area) * T_SHARE * greatest;
  });
}
