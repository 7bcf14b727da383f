import { movingMean } from './slope.ts';

/** Where the T wave stands, ms from the first sample. */
export interface TBounds {
  readonly peak_ms: number;
  readonly end_ms: number;
  /** Root mean square over leads at the peak, mV; what a T wave's size is judged by */
  readonly height_mV: number;
}

/** Leads are smoothed over this long first, ms: a T wave is slow, mains and muscle noise are not. */
const SMOOTH_ms = 20;
/** A T wave is looked for from here on after the end of the QRS, ms: before is the ST segment. */
export const ST_SEGMENT_ms = 60;
/** The steepest descent follows the peak within this time, ms. */
const LONGEST_DESCENT_ms = 180;
/** Half the span over which the descent's slope is taken, ms. */
const SLOPE_HALF_ms = 8;

/**
 * T peak and T end over all leads at once, on the magnitude `m(t) = √(mean over leads of φ²)`: the highest maximum after the ST segment, and the
 * point where the tangent to its steepest descent meets the lowest level reached after it (the tangent method, Lepeschkin & Surawicz,
 * Circulation 1952, here on all leads together).
 *
 * @param voltage  mV, baseline at zero, [samples, leads]
 * @param qrsOffset_ms  from the first sample
 * @returns undefined where no wave rises and falls within the samples
 */
export function delineateT(
  voltage: Float64Array,
  leads: number,
  interval_ms: number,
  qrsOffset_ms: number,
): TBounds | undefined {
  const magnitude = magnitudeOf(voltage, leads, interval_ms);
  const first = Math.max(1, Math.round((qrsOffset_ms + ST_SEGMENT_ms) / interval_ms));
  let peak = -1;
  for (let at = first; at < magnitude.length - 1; at++) {
    if (magnitude[at] < magnitude[at - 1] || magnitude[at] < magnitude[at + 1]) continue;
    if (peak < 0 || magnitude[at] > magnitude[peak]) peak = at;
  }
  if (peak < 0) return undefined;
  const reach = Math.max(1, Math.round(SLOPE_HALF_ms / interval_ms));
  const last = Math.min(magnitude.length - 1 - reach, peak + Math.round(LONGEST_DESCENT_ms / interval_ms));
  let steepest = -1;
  let slope = 0;
  for (let at = peak + 1; at <= last; at++) {
    const here = (magnitude[at + reach] - magnitude[at - reach]) / (2 * reach * interval_ms);
    if (here < slope) {
      slope = here;
      steepest = at;
    }
  }
  if (steepest < 0) return undefined;
  let level = magnitude[steepest];
  for (let at = steepest; at < magnitude.length; at++) level = Math.min(level, magnitude[at]);
  const end_ms = steepest * interval_ms + (magnitude[steepest] - level) / -slope;
  if (!(end_ms <= (magnitude.length - 1) * interval_ms)) return undefined;
  return { peak_ms: peak * interval_ms, end_ms, height_mV: magnitude[peak] };
}

/** Root mean square over the smoothed leads, mV, [samples] */
export function magnitudeOf(voltage: Float64Array, leads: number, interval_ms: number): Float64Array {
  const squares = new Float64Array(voltage.length / leads);
  for (let lead = 0; lead < leads; lead++) {
    const signal = movingMean(
      voltage.filter((_, at) => at % leads === lead),
      interval_ms,
      SMOOTH_ms,
    );
    for (let at = 0; at < squares.length; at++) squares[at] += signal[at] ** 2 / leads;
  }
  return squares.map(Math.sqrt);
}
