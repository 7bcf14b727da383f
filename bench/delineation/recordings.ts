import { STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { LEADS, standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { openRandom } from '../../twin/random.ts';
import { drawP } from './drawnP.ts';
import { drawNoise, type NoiseLevel } from './noise.ts';
import type { SimulatedHeart } from './simulatedHearts.ts';

/** A recording whose beats' places are known. */
export interface KnownRecording {
  readonly recording: EcgRecording;
  /** First ventricular activation of each beat, ms from the recording's start */
  readonly activations_ms: readonly number[];
}

const SAMPLE_RATE_Hz = 500;
const SECONDS = 10;
/** Mean time between beats and its spread, ms. */
const INTERVAL_ms = 850;
const INTERVAL_SPREAD_ms = 25;
const FIRST_ms = 450;
/** A beat begins before its P wave, ms. */
const BEFORE_ms = 230;

/** Ten seconds of a heart with its P, QRS and T waves, sampled at 500 Hz and quantised to 1 µV, with noise on the independent leads. */
export function recordHeart(heart: SimulatedHeart, level: NoiseLevel): KnownRecording {
  const { person } = heart;
  const random = openRandom(person.seed, `recording ${level.name}`);
  const rhythm = openRandom(person.seed, 'rhythm');
  const p = drawP(person);
  const samples = SECONDS * SAMPLE_RATE_Hz;
  const activations_ms: number[] = [];
  for (let at = FIRST_ms; at < 1000 * SECONDS; at += INTERVAL_ms + INTERVAL_SPREAD_ms * rhythm.normal())
    activations_ms.push(at);
  const eight = drawNoise(level, samples, SAMPLE_RATE_Hz, random);
  let beat = 0;
  for (let sample = 0; sample < samples; sample++) {
    const time_ms = (sample * 1000) / SAMPLE_RATE_Hz;
    while (beat + 1 < activations_ms.length && time_ms >= activations_ms[beat + 1] - BEFORE_ms) beat++;
    for (let lead = 0; lead < LEADS; lead++) {
      const since_ms = time_ms - activations_ms[beat];
      eight[sample * LEADS + lead] += ventricles(heart, since_ms, lead) + p.at(since_ms, lead);
    }
  }
  const twelve = standardLeads(eight.map((value) => Math.round(value * 1000) / 1000));
  return {
    activations_ms,
    recording: {
      leads: STANDARD_LEADS,
      sampleRate_Hz: SAMPLE_RATE_Hz,
      voltage_mV: STANDARD_LEADS.map((_, lead) =>
        Float64Array.from({ length: samples }, (_value, at) => twelve[at * TWELVE + lead]),
      ),
      isCalibrated: true,
      findings: [],
    },
  };
}

/** Linear between samples; its last value beyond the end, which is zero. */
function ventricles({ beat }: SimulatedHeart, time_ms: number, lead: number): number {
  const place = (time_ms - beat.start_ms) / beat.interval_ms;
  const before = Math.floor(place);
  if (before < 0 || (before + 2) * LEADS > beat.voltage_mV.length) return 0;
  const share = place - before;
  return (1 - share) * beat.voltage_mV[before * LEADS + lead] + share * beat.voltage_mV[(before + 1) * LEADS + lead];
}
