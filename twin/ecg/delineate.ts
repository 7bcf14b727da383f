import { ecgSlope, movingMean, quantile } from './slope.ts';

/** Where the ventricles' activation begins and ends on the leads, ms from the first sample. */
export interface QrsBounds {
  readonly onset_ms: number;
  readonly offset_ms: number;
}

/** Half the span over which slopes are taken, ms: shorter lets mains and muscle noise through, longer blunts the bounds. */
const SLOPE_HALF_ms = 4;
/** QRS is where the slope exceeds this share of its peak: low enough for most tails of late small waves, and above PR and ST segments (1–2 % on real beats). */
const SHARE_OF_PEAK = 0.025;
/** How far a slope's span reaches over a bound before it exceeds the threshold, ms: all of it at a sharp bound, less at a slow one; by trial on simulated QRS. */
const OVERREACH_ms = 3;
/** … or this many times the quiet level beside it, whichever is more. */
const TIMES_QUIET = 2.5;
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
 * (`ecgSlope`) stays for 14 ms under `max(2.5 % of its peak, 2.5 × the quiet level beside the QRS)`. The first and last low-amplitude waves count in
 * whichever lead they appear, as in the global QRS duration that cardiologists read from superimposed leads.
 *
 * @param voltage  mV (or any one unit), [samples, leads]; one beat, whole or its QRS alone
 * @returns NaN for both where nothing changes
 */
export function delineateQrs(voltage: Float64Array, samples: number, leads: number, interval_ms: number): QrsBounds {
  const slope = ecgSlope(voltage, samples, leads, interval_ms, SLOPE_HALF_ms);
  const centre = steepest(movingMean(slope, interval_ms, CENTRE_WIDTH_ms));
  let peak = 0;
  const reach = Math.round(FARTHEST_ms / interval_ms);
  for (let at = Math.max(0, centre - reach); at < Math.min(samples, centre + reach); at++)
    peak = Math.max(peak, slope[at]);
  if (!(peak > 0)) return { onset_ms: Number.NaN, offset_ms: Number.NaN };
  const bound = (direction: -1 | 1, quiet: readonly [number, number]): number => {
    const threshold = Math.max(SHARE_OF_PEAK * peak, TIMES_QUIET * quietLevel(slope, centre, interval_ms, quiet));
    const last = lastAbove(slope, centre, direction, Math.min(threshold, 0.5 * peak), interval_ms);
    // Slopes reach out by half their span: a bound lies inside the last slope above the threshold, or where the recording ends.
    const isAtEnd = last <= 0 || last >= samples - 1;
    return last * interval_ms - (isAtEnd ? 0 : direction * OVERREACH_ms);
  };
  return { onset_ms: bound(-1, QUIET_BEFORE_ms), offset_ms: bound(1, QUIET_AFTER_ms) };
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
