import { fittedSlope, movingMean, quantile } from './slope.ts';

/** Where the atria's activation begins and ends on the leads, ms from the first sample. */
export interface PBounds {
  readonly onset_ms: number;
  readonly offset_ms: number;
}

/** Half the span over which slopes are taken, ms: a P wave is slower than a QRS and a tenth as high. */
const SLOPE_HALF_ms = 13;
/** Width over which the slope is averaged to find the P wave, ms. */
const CENTRE_WIDTH_ms = 80;
/** A P wave is seen where the slope exceeds this share of its peak, or this many times the quiet level of the stretch, whichever is more. */
const SHARE_SEEN = 0.2;
const TIMES_QUIET = 2.5;
const QUIET_QUANTILE = 0.3;
/** It begins and ends where the slope would be this share of its peak, farther out by this for each factor of e between the two, ms. */
const SHARE_AT_BOUND = 0.1;
const UNSEEN_ms = 4;
/** How far a slope's span reaches over a bound before it exceeds the threshold, by half the span. */
const OVERREACH = 0.9;
/** Between its flanks a P wave may be level this long, ms; a notched one is level for longer than a peaked one. */
const REST_ms = 26;
/** No P wave lasts longer or shorter, ms. */
const LONGEST_ms = 200;
const SHORTEST_ms = 35;
/** A wave whose slope does not reach this many times the quiet level is not told from noise; nor is one lower than this in every lead, mV. */
const LEAST_TIMES_QUIET = 3;
const LEAST_mV = 0.02;
/** Heights are read from leads that were smoothed over this long, ms. */
const SMOOTH_ms = 20;

/**
 * P onset and offset over all leads at once, as `delineateQrs` finds the QRS': outwards from the centre of the steepest 80 ms until the slope of the leads together stays low.
 * The wave itself is not judged by its shape; a T wave or a U wave must not be in the samples.
 *
 * @param voltage  mV, from the end of the last T wave to QRS onset, [samples, leads]
 * @returns the reason in words where there is none
 */
export function delineateP(voltage: Float64Array, leads: number, interval_ms: number): PBounds | string {
  const samples = voltage.length / leads;
  const slope = fittedSlope(voltage, samples, leads, interval_ms, SLOPE_HALF_ms);
  const hump = movingMean(slope, interval_ms, CENTRE_WIDTH_ms);
  let centre = 0;
  for (let at = 1; at < samples; at++) if (hump[at] > hump[centre]) centre = at;
  const half = Math.round(LONGEST_ms / 2 / interval_ms);
  let peak = 0;
  for (let at = Math.max(0, centre - half); at < Math.min(samples, centre + half); at++)
    peak = Math.max(peak, slope[at]);
  const quiet = quantile(slope, QUIET_QUANTILE);
  if (!(peak > LEAST_TIMES_QUIET * quiet)) return 'no wave before the QRS rises above the noise';

  const threshold = Math.min(Math.max(SHARE_SEEN * peak, TIMES_QUIET * quiet), 0.5 * peak);
  const unseen_ms = UNSEEN_ms * Math.log(threshold / (SHARE_AT_BOUND * peak));
  const reach_ms = OVERREACH * Math.max(1, Math.round(SLOPE_HALF_ms / interval_ms)) * interval_ms;
  const rest = Math.round(REST_ms / interval_ms);
  const bound = (direction: -1 | 1): number => {
    let last = centre;
    for (let at = centre; at >= 0 && at < samples && Math.abs(at - last) <= rest; at += direction) {
      if (slope[at] > threshold) last = at;
    }
    return last * interval_ms + direction * (unseen_ms - reach_ms);
  };
  const end_ms = (samples - 1) * interval_ms;
  const onset_ms = bound(-1);
  const offset_ms = Math.min(bound(1), end_ms);
  if (onset_ms <= 0) return 'the wave before the QRS has no beginning after the T wave before it';
  const duration_ms = offset_ms - onset_ms;
  if (!(duration_ms >= SHORTEST_ms && duration_ms <= LONGEST_ms)) {
    return `the wave before the QRS lasts ${Math.max(0, duration_ms).toFixed(0)} ms, a P wave ${SHORTEST_ms}–${LONGEST_ms} ms`;
  }
  if (heightOf(voltage, leads, interval_ms, { onset_ms, offset_ms }) < LEAST_mV) {
    return `the wave before the QRS is lower than ${LEAST_mV} mV in every lead`;
  }
  return { onset_ms, offset_ms };
}

/** Largest deflection of any smoothed lead from the line between the wave's ends, mV. */
function heightOf(voltage: Float64Array, leads: number, interval_ms: number, { onset_ms, offset_ms }: PBounds): number {
  const first = Math.max(0, Math.floor(onset_ms / interval_ms));
  const last = Math.min(voltage.length / leads - 1, Math.ceil(offset_ms / interval_ms));
  let highest = 0;
  for (let lead = 0; lead < leads; lead++) {
    const signal = movingMean(
      voltage.filter((_value, at) => at % leads === lead),
      interval_ms,
      SMOOTH_ms,
    );
    for (let at = first; at <= last; at++) {
      const line = signal[first] + ((signal[last] - signal[first]) * (at - first)) / (last - first);
      highest = Math.max(highest, Math.abs(signal[at] - line));
    }
  }
  return highest;
}
