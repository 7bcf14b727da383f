import { INDEPENDENT_LEADS, STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { LEADS, standardLeads, TWELVE } from '../../twin/ecg/leads.ts';
import type { EcgRecording } from '../../twin/formats/format.ts';
import { openRandom } from '../../twin/random.ts';

/** What is recorded of a heart whose QRS is known to the millisecond. */
export interface DrawnEcg {
  readonly qrs_ms?: number;
  readonly sampleRate_Hz?: number;
  readonly noise_mV?: number;
  readonly seconds?: number;
  readonly tWave_mV?: number;
}

/** First QRS onset and time from one to the next, ms. */
export const FIRST_ONSET_ms = 500;
export const CYCLE_ms = 850;

/** Share of the QRS and amplitude in mV of each lead's first (q or r), main and last wave. */
const WAVES: Readonly<Record<(typeof INDEPENDENT_LEADS)[number], readonly [number, number, number]>> = {
  I: [-0.1, 0.8, -0.1],
  II: [-0.1, 1.3, -0.2],
  V1: [0.3, -1.2, 0.1],
  V2: [0.4, -1.3, 0.1],
  V3: [0.4, 0.6, -0.8],
  V4: [-0.1, 1.4, -0.5],
  V5: [-0.2, 1.5, -0.2],
  V6: [-0.2, 1.2, -0.1],
};

/** A twelve-lead recording of beats with P, QRS and T waves drawn by hand; the QRS begins and ends where it should. */
export function drawnRecording(options: DrawnEcg = {}): EcgRecording {
  const { qrs_ms = 90, sampleRate_Hz = 500, noise_mV = 0, seconds = 10, tWave_mV = 0.25 } = options;
  const samples = Math.round(seconds * sampleRate_Hz);
  const random = openRandom(5, 'drawn-ecg');
  const eight = new Float64Array(samples * LEADS);
  for (let sample = 0; sample < samples; sample++) {
    const inCycle = (((sample * 1000) / sampleRate_Hz - FIRST_ONSET_ms + 300) % CYCLE_ms) - 300;
    for (const [lead, name] of INDEPENDENT_LEADS.entries()) {
      const [first, main, last] = WAVES[name];
      const value =
        first * hump(inCycle, 0, 0.35 * qrs_ms) +
        main * hump(inCycle, 0.2 * qrs_ms, 0.8 * qrs_ms) +
        last * hump(inCycle, 0.65 * qrs_ms, qrs_ms) +
        0.1 * hump(inCycle, -170, -80) +
        tWave_mV * Math.sign(main) * hump(inCycle, qrs_ms + 90, qrs_ms + 290);
      eight[sample * LEADS + lead] = value + noise_mV * random.normal();
    }
  }
  const twelve = standardLeads(eight);
  return {
    leads: STANDARD_LEADS,
    sampleRate_Hz,
    voltage_mV: STANDARD_LEADS.map((_, lead) => twelve.filter((_, at) => at % TWELVE === lead)),
    isCalibrated: true,
    findings: [],
  };
}

/** A raised cosine between two times. */
function hump(time: number, from: number, to: number): number {
  return time <= from || time >= to ? 0 : 0.5 * (1 - Math.cos((2 * Math.PI * (time - from)) / (to - from)));
}
