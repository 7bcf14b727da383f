import { quantile } from './slope.ts';

/** A representative beat. */
export interface MedianBeat {
  /** mV, [samples, leads] */
  readonly voltage: Float64Array;
  readonly samples: number;
  /** Beats whose median it is, and those that looked otherwise (ectopic, disturbed) */
  readonly used: number;
  readonly leftOut: number;
  /** Samples of the recording at which the used beats lie on one another */
  readonly centres: readonly number[];
}

/** Cut out around each QRS' centre, ms. */
export const BEFORE_ms = 300;
export const AFTER_ms = 450;
/** Beats are aligned by shifting them at most this far, ms. */
const FARTHEST_SHIFT_ms = 30;
/** Around the centre, the part by which beats are aligned and compared, ms. */
const QRS_HALF_ms = 80;
/** A beat whose QRS correlates less with the median over all leads is left out. */
const LEAST_CORRELATION = 0.9;

/**
 * Median of a recording's beats: aligned by the best correlation of their QRS over all leads, each lead's own level taken off, beats of
 * another shape left out (they stay when most are so).
 *
 * @param voltage  mV without gaps, [samples, leads]
 * @param centres  samples, at least one; only beats that lie wholly inside the recording can be given
 */
export function medianBeat(
  voltage: Float64Array,
  leads: number,
  centres: readonly number[],
  interval_ms: number,
): MedianBeat {
  const before = Math.round(BEFORE_ms / interval_ms);
  const samples = before + Math.round(AFTER_ms / interval_ms);
  const total = voltage.length / leads;
  const cut = (centre: number): Float64Array => {
    const out = new Float64Array(samples * leads);
    for (let sample = 0; sample < samples; sample++) {
      const from = Math.min(Math.max(centre - before + sample, 0), total - 1);
      for (let lead = 0; lead < leads; lead++) out[sample * leads + lead] = voltage[from * leads + lead];
    }
    return takeLevelOff(out, leads);
  };
  let beats = centres.map(cut);
  let places = centres;
  let median = medianOf(beats, leads);
  if (beats.length > 1) {
    const half = Math.round(QRS_HALF_ms / interval_ms);
    const window = { low: before - half, high: before + half };
    const shift = Math.round(FARTHEST_SHIFT_ms / interval_ms);
    const aligned = centres.map((centre) => align(cut, centre, median, leads, window, shift));
    const alike = aligned.filter(({ correlation }) => correlation >= LEAST_CORRELATION);
    const kept = 2 * alike.length >= aligned.length ? alike : aligned;
    beats = kept.map(({ beat }) => beat);
    places = kept.map(({ place }) => place);
    median = medianOf(beats, leads);
  }
  return { voltage: median, samples, used: beats.length, leftOut: centres.length - beats.length, centres: places };
}

interface Window {
  readonly low: number;
  readonly high: number;
}

function align(
  cut: (centre: number) => Float64Array,
  centre: number,
  template: Float64Array,
  leads: number,
  window: Window,
  farthest: number,
): { beat: Float64Array; correlation: number; place: number } {
  let best = { beat: template, correlation: Number.NEGATIVE_INFINITY, place: centre };
  // Coarse steps over the whole range, then single samples around the best.
  const stride = Math.max(1, Math.round(farthest / 8));
  let middle = 0;
  for (const [reach, step] of [
    [farthest, stride],
    [stride, 1],
  ] as const) {
    const around = middle;
    for (let shift = around - reach; shift <= around + reach; shift += step) {
      const beat = cut(centre + shift);
      const correlation = correlate(beat, template, leads, window);
      if (correlation > best.correlation) {
        best = { beat, correlation, place: centre + shift };
        middle = shift;
      }
    }
  }
  return best;
}

/** Correlation over a window and all leads, about each lead's mean there. */
function correlate(a: Float64Array, b: Float64Array, leads: number, { low, high }: Window): number {
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let lead = 0; lead < leads; lead++) {
    let meanA = 0;
    let meanB = 0;
    for (let sample = low; sample < high; sample++) {
      meanA += a[sample * leads + lead] / (high - low);
      meanB += b[sample * leads + lead] / (high - low);
    }
    for (let sample = low; sample < high; sample++) {
      const x = a[sample * leads + lead] - meanA;
      const y = b[sample * leads + lead] - meanB;
      aa += x * x;
      bb += y * y;
      ab += x * y;
    }
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : Number.NEGATIVE_INFINITY;
}

/** Takes each lead's median off, so that a wandering baseline does not widen the spread between beats. */
function takeLevelOff(beat: Float64Array, leads: number): Float64Array {
  for (let lead = 0; lead < leads; lead++) {
    const level = quantile(
      beat.filter((_, at) => at % leads === lead),
      0.5,
    );
    for (let at = lead; at < beat.length; at += leads) beat[at] -= level;
  }
  return beat;
}

function medianOf(beats: readonly Float64Array[], leads: number): Float64Array {
  const [first] = beats;
  if (first === undefined) return new Float64Array(leads);
  if (beats.length === 1) return first.slice();
  const values = new Float64Array(beats.length);
  return first.map((_, at) => {
    for (const [index, beat] of beats.entries()) values[index] = beat[at];
    values.sort();
    const middle = values.length >> 1;
    return values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  });
}
