import { STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { LEADS, standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import type { Random } from '../../twin/random.ts';

/** How a simulated beat becomes a recording. */
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
/** Kept after the last QRS onset, ms. */
const LEAD_OUT_ms = 760;

/** Noise-free beat on a uniform clock: QRS and T wave, and a P wave where there are atria. */
export interface SimulatedBeat {
  /** mV, [samples, 8 independent leads] */
  readonly voltage_mV: Float64Array;
  /** Time of the first sample relative to QRS onset, ms */
  readonly start_ms: number;
  readonly interval_ms: number;
}

/** A recording of repeated beats, noise drawn on the independent leads so that Einthoven's law holds in what is written. */
export function recordBeats(simulated: SimulatedBeat, settings: RecordingSettings, random: Random): EcgRecording {
  const { sampleRate_Hz, beats, noise_mV, wander_mV } = settings;
  const step_ms = 1000 / sampleRate_Hz;
  const onsets: number[] = [];
  let at_ms = LEAD_IN_ms;
  for (let beat = 0; beat < beats; beat++) {
    onsets.push(Math.round(at_ms / step_ms) * step_ms);
    at_ms += INTERVAL_ms + INTERVAL_SPREAD_ms * random.normal();
  }
  const samples = Math.round((at_ms - INTERVAL_ms + LEAD_OUT_ms) / step_ms);
  const independent = new Float64Array(samples * LEADS);
  const phases = Array.from({ length: LEADS }, () => 2 * Math.PI * random.uniform());
  let beat = 0;
  for (let sample = 0; sample < samples; sample++) {
    const time_ms = sample * step_ms;
    while (beat + 1 < beats && time_ms >= onsets[beat + 1] + simulated.start_ms) beat++;
    const since_ms = time_ms - onsets[beat];
    for (let lead = 0; lead < LEADS; lead++) {
      const wander = wander_mV * Math.sin(2 * Math.PI * BREATHING_Hz * (time_ms / 1000) + phases[lead]);
      independent[sample * LEADS + lead] = beatAt(simulated, since_ms, lead) + wander + noise_mV * random.normal();
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
function beatAt({ voltage_mV, start_ms, interval_ms }: SimulatedBeat, time_ms: number, lead: number): number {
  const place = (time_ms - start_ms) / interval_ms;
  const before = Math.floor(place);
  if (before < 0 || (before + 2) * LEADS > voltage_mV.length) return 0;
  const share = place - before;
  return (1 - share) * voltage_mV[before * LEADS + lead] + share * voltage_mV[(before + 1) * LEADS + lead];
}
