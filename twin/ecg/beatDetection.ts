import { ecgSlope, movingMean, quantile } from './slope.ts';

/** Span over which slopes are averaged to make one hump of each QRS, ms. */
const QRS_WIDTH_ms = 80;
/** Half the span of the slope itself, ms: T waves, being slow, stay low. */
const SLOPE_HALF_ms = 10;
/** No two beats are nearer than this (240 beats a minute), ms. */
const REFRACTORY_ms = 250;
/** Length of the stretches whose highest humps tell how high a QRS is; the median of them ignores a spike or a pause. */
const STRETCH_ms = 1500;
/** A QRS reaches this share of that height. */
const SHARE_OF_HEIGHT = 0.5;

/**
 * Centres of the QRS complexes, as samples: local maxima of the smoothed slope over all leads above half of a typical hump's height.
 *
 * @param voltage  mV without gaps, [samples, leads]
 */
export function detectBeats(voltage: Float64Array, samples: number, leads: number, interval_ms: number): number[] {
  const slope = ecgSlope(voltage, samples, leads, interval_ms, SLOPE_HALF_ms);
  const hump = movingMean(slope, interval_ms, QRS_WIDTH_ms);
  const stretch = Math.max(1, Math.round(STRETCH_ms / interval_ms));
  const heights: number[] = [];
  for (let start = 0; start === 0 || start + stretch <= samples; start += stretch) {
    let highest = 0;
    for (let at = start; at < Math.min(samples, start + stretch); at++) highest = Math.max(highest, hump[at]);
    heights.push(highest);
  }
  const threshold = SHARE_OF_HEIGHT * quantile(heights, 0.5);
  if (!(threshold > 0)) return [];
  const refractory = Math.round(REFRACTORY_ms / interval_ms);
  const beats: number[] = [];
  for (let at = 0; at < samples; at++) {
    if (!(hump[at] > threshold)) continue;
    const last = beats.length - 1;
    if (last < 0 || at - beats[last] > refractory) beats.push(at);
    else if (hump[at] > hump[beats[last]]) beats[last] = at;
  }
  return beats;
}
