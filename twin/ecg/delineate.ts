import { fittedSlope, movingMean, quantile } from './slope.ts';

/** Where the ventricles' activation begins and ends on the leads, ms from the first sample. */
export interface QrsBounds {
  readonly onset_ms: number;
  readonly offset_ms: number;
}

/** Half the span over which slopes are taken, ms: shorter lets mains and muscle noise through, longer blunts the bounds. */
const SLOPE_HALF_ms = 5;
/**
 * QRS is seen where the slope exceeds this share of its peak, above the ringing of recorders' filters and the slopes of PR and ST segments, … This and the
 * numbers below were chosen on 40 simulated hearts at five levels of noise; `docs/benchmarks.md#delineation` scores them on others.
 */
const SHARE_SEEN = 0.025;
/** … or this many times the quiet level beside it, whichever is more. */
const TIMES_QUIET = 2.3;
/** It begins and ends where the slope would be this share of its peak: there some lead leaves zero by 10 µV. */
const SHARE_AT_BOUND = 0.02;
/** From where it is seen, the bound lies farther out by this for each factor of e between the two slopes, ms. */
const UNSEEN_BEFORE_ms = 3;
const UNSEEN_AFTER_ms = 2;
/** How far a slope's span reaches over a bound before it exceeds the threshold, by half the span. */
const OVERREACH = 0.7;
/** The quiet level is this quantile of the slope on a stretch beside the QRS; a P or T wave fills less than the rest. */
const QUIET_QUANTILE = 0.25;
/** Stretches, ms from the QRS' centre. Before: the PR segment. After: the ST segment; a wide QRS still leaves some of it. */
const QUIET_BEFORE_ms = [-150, -70] as const;
const QUIET_AFTER_ms = [90, 200] as const;
/** The QRS ends where the slope stays below the threshold this long; shorter rests are notches. */
const REST_ms = 14;
/** No QRS reaches farther from its centre. */
const FARTHEST_ms = 150;
/** Width over which the slope is averaged to find the QRS among noise and pacing spikes, ms. */
const CENTRE_WIDTH_ms = 40;

/**
 * QRS onset and offset over all leads at once: from the centre of the steepest 40 ms outwards, until the slope of the leads together
 * (`fittedSlope`) stays for 14 ms under `θ = max(2.5 % of its peak, 2.3 × the quiet level beside the QRS)`, and on by `ln(θ / 2 % of its peak)` times 3 ms
 * at the onset and 2 ms at the offset, for what θ hides. The first and last low-amplitude waves count in
 * whichever lead they appear, as in the global QRS duration that cardiologists read from superimposed leads.
 *
 * @param voltage  mV (or any one unit), [samples, leads]; one beat, whole or its QRS alone
 * @param strictness  factor on both shares of the peak: below 1 fainter waves count too; the QRS is never longer at a higher one
 * @returns NaN for both where nothing changes
 */
export function delineateQrs(
  voltage: Float64Array,
  samples: number,
  leads: number,
  interval_ms: number,
  strictness = 1,
): QrsBounds {
  const slope = fittedSlope(voltage, samples, leads, interval_ms, SLOPE_HALF_ms);
  const centre = steepest(movingMean(slope, interval_ms, CENTRE_WIDTH_ms));
  let peak = 0;
  const reach = Math.round(FARTHEST_ms / interval_ms);
  for (let at = Math.max(0, centre - reach); at < Math.min(samples, centre + reach); at++)
    peak = Math.max(peak, slope[at]);
  if (!(peak > 0)) return { onset_ms: Number.NaN, offset_ms: Number.NaN };
  const overreach_ms = OVERREACH * Math.max(1, Math.round(SLOPE_HALF_ms / interval_ms)) * interval_ms;
  const bound = (direction: -1 | 1, quiet: readonly [number, number], perFactor_ms: number): number => {
    const noise = TIMES_QUIET * quietLevel(slope, centre, interval_ms, quiet);
    const threshold = Math.min(Math.max(strictness * SHARE_SEEN * peak, noise), 0.5 * peak);
    const last = lastAbove(slope, centre, direction, threshold, interval_ms);
    if (last <= 0 || last >= samples - 1) return last * interval_ms; // the recording begins or ends with the QRS
    // Where the slope itself meets the threshold, between this sample and the next one.
    const rest = slope[last + direction];
    const past = rest < threshold ? (slope[last] - threshold) / (slope[last] - rest) : 0;
    const unseen_ms = perFactor_ms * Math.log(Math.max(threshold / (strictness * SHARE_AT_BOUND * peak), 1));
    const bound_ms = last * interval_ms + direction * (past * interval_ms - overreach_ms + unseen_ms);
    return Math.min(Math.max(bound_ms, 0), (samples - 1) * interval_ms);
  };
  return {
    onset_ms: bound(-1, QUIET_BEFORE_ms, UNSEEN_BEFORE_ms),
    offset_ms: bound(1, QUIET_AFTER_ms, UNSEEN_AFTER_ms),
  };
}

function steepest(values: Float64Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at] > values[best]) best = at;
  return best;
}

/** 0 where the recording holds less than half of the stretch: then there is nothing to judge noise by. */
function quietLevel(
  slope: Float64Array,
  centre: number,
  interval_ms: number,
  [from, to]: readonly [number, number],
): number {
  const low = Math.max(0, centre + Math.round(from / interval_ms));
  const high = Math.min(slope.length, centre + Math.round(to / interval_ms));
  if ((high - low) * interval_ms < (to - from) / 2) return 0;
  return quantile(slope.subarray(low, high), QUIET_QUANTILE);
}

/** The farthest sample above a threshold that is reached from the centre without a rest. */
function lastAbove(
  slope: Float64Array,
  centre: number,
  direction: -1 | 1,
  threshold: number,
  interval_ms: number,
): number {
  const rest = Math.max(1, Math.round(REST_ms / interval_ms));
  const reach = Math.round(FARTHEST_ms / interval_ms);
  let last = centre;
  for (let step = 1; step <= reach; step++) {
    const at = centre + direction * step;
    if (at < 0 || at >= slope.length) break;
    if (slope[at] > threshold) last = at;
    else if (Math.abs(at - last) > rest) break;
  }
  return last;
}
