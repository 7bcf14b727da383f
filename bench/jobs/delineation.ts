import { type Beat, DEFAULT_BEAT } from '../../twin/ecg/beat.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { prepareBeat } from '../../twin/ecg/prepareBeat.ts';
import type { NoiseLevel } from '../delineation/noise.ts';
import { recordHeart } from '../delineation/recordings.ts';
import { type SimulatedHeart, simulateHearts } from '../delineation/simulatedHearts.ts';
import { seen, truthOf, type WaveTruth } from '../delineation/truths.ts';

export interface DelineationJob {
  readonly people: number;
  readonly seed: number;
  readonly levels: readonly NoiseLevel[];
}

/** What was found in one recording, ms after the first ventricular activation; NaN where a wave was not found. */
export interface FoundWaves {
  readonly sex: string;
  readonly level: string;
  readonly truth: WaveTruth;
  readonly found: WaveTruth;
  /** QRS durations at half and twice the threshold less that at the default */
  readonly loose_ms: number;
  readonly strict_ms: number;
}

/** What of a QRS is seen without any noise. */
export interface VisibleQrs {
  readonly sex: string;
  readonly totalActivation_ms: number;
  /** Onset after the first activation and offset before the last, ms, at 10, 20, 50 and 100 µV and at 1 % of the largest deflection, [5] */
  readonly late_ms: readonly number[];
  readonly early_ms: readonly number[];
}

export interface DelineationAnswer {
  readonly found: readonly FoundWaves[];
  readonly visible: readonly VisibleQrs[];
  /** CPU seconds of preparing one beat, mean */
  readonly cpu_s: number;
}

/** Thresholds of `VisibleQrs`, mV. */
const THRESHOLDS_mV = [0.01, 0.02, 0.05, 0.1] as const;

/** Delineates every heart of a synthetic population at every level of noise. */
export async function delineation({ people, seed, levels }: DelineationJob): Promise<DelineationAnswer> {
  const hearts = await simulateHearts(people, seed);
  const found: FoundWaves[] = [];
  let cpu_us = 0;
  for (const level of levels) {
    for (const heart of hearts) {
      const { recording } = recordHeart(heart, level);
      const before = process.cpuUsage();
      const beat = prepareBeat(recording, DEFAULT_BEAT);
      cpu_us += process.cpuUsage(before).user;
      found.push(wavesOf(heart, level, beat));
    }
  }
  return { found, visible: hearts.map(visibleOf), cpu_s: cpu_us / 1e6 / found.length };
}

function wavesOf(heart: SimulatedHeart, level: NoiseLevel, beat: Beat): FoundWaves {
  const shift_ms = placeOf(heart, beat);
  const { qrsOnset_ms, qrsOffset_ms, qrst, pWave, reading } = beat;
  const duration_ms = qrsOffset_ms - qrsOnset_ms;
  return {
    sex: heart.person.sex,
    level: level.name,
    truth: truthOf(heart),
    found: {
      qrsOnset_ms: shift_ms + qrsOnset_ms,
      qrsOffset_ms: shift_ms + qrsOffset_ms,
      tEnd_ms: shift_ms + (qrst?.tEnd_ms ?? Number.NaN),
      pOnset_ms: shift_ms + (pWave?.onset_ms ?? Number.NaN),
      pOffset_ms: shift_ms + (pWave?.offset_ms ?? Number.NaN),
    },
    loose_ms: (reading?.qrsDurationLoose_ms ?? Number.NaN) - duration_ms,
    strict_ms: (reading?.qrsDurationStrict_ms ?? Number.NaN) - duration_ms,
  };
}

/** The beat's first sample on the heart's clock, ms: where it lies best on the noise-free leads, each lead's level left free. */
function placeOf({ beat: { voltage_mV, start_ms, interval_ms } }: SimulatedHeart, beat: Beat): number {
  const samples = beat.voltage_mV.length / LEADS;
  const residual = (shift_ms: number): number => {
    let sum = 0;
    for (let lead = 0; lead < LEADS; lead++) {
      let [mean, squares] = [0, 0];
      for (let sample = 0; sample < samples; sample++) {
        const place = (shift_ms + sample * beat.interval_ms - start_ms) / interval_ms;
        const before = Math.floor(place);
        const at = (index: number) => voltage_mV[index * LEADS + lead] ?? 0;
        const true_mV = at(before) + (place - before) * (at(before + 1) - at(before));
        const difference = beat.voltage_mV[sample * LEADS + lead] - true_mV;
        mean += difference / samples;
        squares += difference * difference;
      }
      sum += squares - samples * mean * mean;
    }
    return sum;
  };
  let best = 0;
  for (const [reach, step] of [
    [40, 1],
    [1, 0.1],
  ]) {
    const around = best;
    let least = Number.POSITIVE_INFINITY;
    for (let shift = around - reach; shift <= around + reach; shift += step) {
      const rest = residual(shift);
      if (rest < least) [least, best] = [rest, shift];
    }
  }
  return best;
}

function visibleOf({ person, qrs_mV, beat, totalActivation_ms }: SimulatedHeart): VisibleQrs {
  const largest = qrs_mV.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const spans = [...THRESHOLDS_mV, 0.01 * largest].map((threshold) => seen(qrs_mV, threshold));
  const time = (sample: number) => beat.start_ms + sample * beat.interval_ms;
  return {
    sex: person.sex,
    totalActivation_ms,
    late_ms: spans.map(({ first }) => time(first)),
    early_ms: spans.map(({ last }) => totalActivation_ms - time(last)),
  };
}
