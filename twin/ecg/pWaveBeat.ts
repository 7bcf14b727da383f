import type { PWave } from './beat.ts';
import { delineateP } from './delineateP.ts';
import { LEADS } from './leads.ts';
import { type AlignedBeats, type BeatClock, medianFromPr } from './qrstBeat.ts';
import { resample } from './resample.ts';
import { movingMean } from './slope.ts';

/** No P wave begins earlier before QRS onset, ms; a stretch shorter than the other holds none. */
const EARLIEST_ms = 400;
const LEAST_ms = 80;
/** The last T wave of a beat is over this long after its T end, ms; where no T end is known it ends at this share of the time between beats. */
const AFTER_T_ms = 30;
const T_END_SHARE = 0.6;
/** Kept before P onset, ms. */
const MARGIN_ms = 10;
/** Stretch before QRS onset whose mean is the level, ms. */
const BASELINE_ms = 8;
/** With this many beats the wave must be the same in those of even and of odd number, by correlation over all leads: fibrillation is not. */
const LEAST_BEATS = 4;
const LEAST_CORRELATION = 0.5;
/** Before they are compared they are smoothed over this long, ms. */
const SMOOTH_ms = 20;

/**
 * The P wave: the median over the beats of what lies between the T wave before and QRS onset, delineated over all leads, with its level at P onset set to zero.
 *
 * @param tEnd_ms  after QRS onset; undefined where there is no T wave
 * @returns the reason in words where there is none
 */
export function cutPWave(beats: AlignedBeats, clock: BeatClock, tEnd_ms: number | undefined): PWave | string {
  const { voltage, step_ms, rr_ms } = beats;
  const free_ms = rr_ms === undefined ? EARLIEST_ms : rr_ms - (tEnd_ms ?? T_END_SHARE * rr_ms) - AFTER_T_ms;
  const wanted = Math.floor(Math.min(EARLIEST_ms, free_ms) / step_ms);
  // A recording that begins later than that shows what it has.
  const before = beats.onsets.some((onset) => onset >= wanted) ? wanted : Math.min(wanted, Math.max(...beats.onsets));
  if (before * step_ms < LEAST_ms) {
    return `only ${Math.max(0, before * step_ms).toFixed(0)} ms lie before the QRS onset and after ${rr_ms === undefined ? 'the recording’s beginning' : 'the T wave before'}`;
  }
  const whole = beats.onsets.filter((onset) => onset >= before && beats.isIntact(onset - before, onset));
  if (whole.length === 0) return 'no beat is whole before its QRS';
  const median = (onsets: readonly number[]) =>
    medianFromPr(voltage, onsets, before, before + 1, Math.round(BASELINE_ms / step_ms));
  const beat = median(whole);
  const bounds = delineateP(beat, LEADS, step_ms);
  if (typeof bounds === 'string') return bounds;
  const { onset_ms, offset_ms } = bounds;
  const [first, last] = [onset_ms, offset_ms].map((time) => Math.round(time / step_ms));
  if (whole.length >= LEAST_BEATS) {
    const halves = [0, 1].map((odd) => smooth(median(whole.filter((_, at) => at % 2 === odd)), step_ms));
    const alike = correlation(halves[0], halves[1], first, last);
    if (alike < LEAST_CORRELATION) {
      return `what lies before the QRS is not the same from beat to beat (correlation ${alike.toFixed(2)}), as in atrial fibrillation`;
    }
  }

  // The window's first sample lies on the beat's clock; the level at P onset is that of the samples around it.
  const toClock_ms = clock.before_ms - beats.lag_ms - before * step_ms;
  const start_ms = Math.ceil((Math.max(0, onset_ms - MARGIN_ms) + toClock_ms) / clock.interval_ms) * clock.interval_ms;
  const samples = Math.floor((before * step_ms + toClock_ms - start_ms) / clock.interval_ms) + 1;
  const voltage_mV = new Float64Array(samples * LEADS);
  for (let lead = 0; lead < LEADS; lead++) {
    const signal = beat.filter((_, at) => at % LEADS === lead);
    const low = Math.max(0, first - Math.round(BASELINE_ms / step_ms));
    let level = 0;
    for (let at = low; at <= first; at++) level += signal[at] / (first - low + 1);
    const cut = resample(signal, step_ms, clock.interval_ms, start_ms - toClock_ms, samples);
    for (let at = 0; at < samples; at++) voltage_mV[at * LEADS + lead] = cut[at] - level;
  }
  return { voltage_mV, start_ms, onset_ms: onset_ms + toClock_ms, offset_ms: offset_ms + toClock_ms };
}

/** Each lead's moving mean: what fibrillation brings is as slow as a P wave, muscle noise is not. */
function smooth(beat: Float64Array, step_ms: number): Float64Array {
  const out = new Float64Array(beat.length);
  for (let lead = 0; lead < LEADS; lead++) {
    const signal = beat.filter((_, at) => at % LEADS === lead);
    for (const [at, value] of movingMean(signal, step_ms, SMOOTH_ms).entries()) out[at * LEADS + lead] = value;
  }
  return out;
}

/** Correlation of two beats over samples and leads, about each lead's mean there. */
function correlation(a: Float64Array, b: Float64Array, first: number, last: number): number {
  let [aa, bb, ab] = [0, 0, 0];
  for (let lead = 0; lead < LEADS; lead++) {
    let [meanA, meanB] = [0, 0];
    for (let at = first; at <= last; at++) {
      meanA += a[at * LEADS + lead] / (last - first + 1);
      meanB += b[at * LEADS + lead] / (last - first + 1);
    }
    for (let at = first; at <= last; at++) {
      const [x, y] = [a[at * LEADS + lead] - meanA, b[at * LEADS + lead] - meanB];
      aa += x * x;
      bb += y * y;
      ab += x * y;
    }
  }
  return ab / Math.sqrt(aa * bb);
}
