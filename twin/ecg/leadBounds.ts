import type { QrsBounds } from './delineate.ts';
import { delineateT } from './delineateT.ts';
import { fittedSlope, quantile } from './slope.ts';

/** QRS of each lead by itself, ms from the first sample; NaN where a lead shows none. */
export interface LeadBounds {
  /** [leads] */
  readonly onset_ms: Float64Array;
  readonly offset_ms: Float64Array;
}

/** Half the span over which slopes are taken, ms. */
const SLOPE_HALF_ms = 5;
/** A lead's QRS is where its slope exceeds this share of its own peak, … */
const SHARE_OF_PEAK = 0.03;
/** … this share of the steepest lead's, so that a lead with hardly any QRS is not read to its noise, … */
const SHARE_OF_STEEPEST = 0.01;
/** … and this many times the quiet level of the samples before the QRS, which is this quantile of their slopes. */
const TIMES_QUIET = 2.3;
const QUIET_QUANTILE = 0.25;
/** Samples before the QRS from which noise is judged, ms before its onset; with less than half of them it is not. */
const QUIET_ms = [105, 25] as const;
/** How far a slope's span reaches over a bound before it exceeds the threshold, by half the span. */
const OVERREACH = 0.7;

/**
 * QRS lead by lead, as a reader sees it who looks at one lead at a time: it never leaves the one over all leads, and is shorter where the first
 * or last forces run across the lead.
 *
 * @param voltage  mV, [samples, leads]
 * @param qrs  bounds over all leads, from the first sample
 */
export function delineateLeads(
  voltage: Float64Array,
  leads: number,
  interval_ms: number,
  { onset_ms, offset_ms }: QrsBounds,
): LeadBounds {
  const samples = voltage.length / leads;
  const signals = Array.from({ length: leads }, (_, lead) => voltage.filter((_value, at) => at % leads === lead));
  const slopes = signals.map((signal) => fittedSlope(signal, samples, 1, interval_ms, SLOPE_HALF_ms));
  const first = Math.max(0, Math.ceil(onset_ms / interval_ms));
  const last = Math.min(samples - 1, Math.floor(offset_ms / interval_ms));
  const peaks = slopes.map((slope) =>
    slope.subarray(first, last + 1).reduce((most, value) => Math.max(most, value), 0),
  );
  const steepest = Math.max(...peaks);
  const reach_ms = OVERREACH * Math.max(1, Math.round(SLOPE_HALF_ms / interval_ms)) * interval_ms;
  const bounds = slopes.map((slope, lead) => {
    const noise = TIMES_QUIET * quietLevel(slope, onset_ms, interval_ms);
    const threshold = Math.max(SHARE_OF_PEAK * peaks[lead], SHARE_OF_STEEPEST * steepest, noise);
    const reaches = (at: number) => slope[at] > threshold;
    let [low, high] = [first, last];
    while (low <= last && !reaches(low)) low++;
    while (high >= first && !reaches(high)) high--;
    if (low >= high) return { onset: Number.NaN, offset: Number.NaN };
    // A lead that moves from the first sample on begins with the others.
    return {
      onset: low === first ? onset_ms : Math.min(Math.max(onset_ms, low * interval_ms + reach_ms), high * interval_ms),
      offset:
        high === last ? offset_ms : Math.max(Math.min(offset_ms, high * interval_ms - reach_ms), low * interval_ms),
    };
  });
  return {
    onset_ms: Float64Array.from(bounds, ({ onset }) => onset),
    offset_ms: Float64Array.from(bounds, ({ offset }) => offset),
  };
}

/**
 * T end lead by lead, by the same tangent as over all leads (`delineateT`), and on either side of that one; NaN where a lead shows no T wave.
 *
 * @param voltage  mV, zero before the QRS and after the T wave, [samples, leads]
 * @returns ms from the first sample, [leads]
 */
export function leadTEnds(
  voltage: Float64Array,
  leads: number,
  interval_ms: number,
  qrsOffset_ms: number,
): Float64Array {
  return Float64Array.from({ length: leads }, (_, lead) => {
    const signal = voltage.filter((_value, at) => at % leads === lead);
    return delineateT(signal, 1, interval_ms, qrsOffset_ms)?.end_ms ?? Number.NaN;
  });
}

function quietLevel(slope: Float64Array, onset_ms: number, interval_ms: number): number {
  const [from, to] = QUIET_ms.map((before) => Math.max(0, Math.round((onset_ms - before) / interval_ms)));
  if ((to - from) * interval_ms < (QUIET_ms[0] - QUIET_ms[1]) / 2) return 0;
  return quantile(slope.subarray(from, to), QUIET_QUANTILE);
}
