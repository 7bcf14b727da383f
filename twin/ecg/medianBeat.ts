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
  let places = centres;
  let median = medianAt(voltage, leads, places, interval_ms);
  if (centres.length > 1) {
    const half = Math.round(QRS_HALF_ms / interval_ms);
    const template = { beat: median, centre: before, half };
    const farthest = Math.round(FARTHEST_SHIFT_ms / interval_ms);
    const aligned = centres.map((centre) => align(voltage, leads, centre, template, farthest));
    const alike = aligned.filter(({ correlation }) => correlation >= LEAST_CORRELATION);
    places = (2 * alike.length >= aligned.length ? alike : aligned).map(({ place }) => place);
    median = medianAt(voltage, leads, places, interval_ms);
  }
  return { voltage: median, samples, used: places.length, leftOut: centres.length - places.length, centres: places };
}

/** Median over beats as they lie, each lead's own level taken off; beyond the recording its end values count. mV, [samples, leads] */
export function medianAt(
  voltage: Float64Array,
  leads: number,
  centres: readonly number[],
  interval_ms: number,
): Float64Array {
  const before = Math.round(BEFORE_ms / interval_ms);
  const samples = before + Math.round(AFTER_ms / interval_ms);
  const last = voltage.length / leads - 1;
  const beats = centres.map((centre) => {
    const out = new Float64Array(samples * leads);
    for (let sample = 0; sample < samples; sample++) {
      const from = Math.min(Math.max(centre - before + sample, 0), last);
      for (let lead = 0; lead < leads; lead++) out[sample * leads + lead] = voltage[from * leads + lead];
    }
    return takeLevelOff(out, leads);
  });
  return medianOf(beats, leads);
}

/** A beat to align others with: its QRS lies within `half` samples of its centre. */
interface Template {
  /** [samples, leads] */
  readonly beat: Float64Array;
  readonly centre: number;
  readonly half: number;
}

function align(
  voltage: Float64Array,
  leads: number,
  centre: number,
  template: Template,
  farthest: number,
): { correlation: number; place: number } {
  let best = { correlation: Number.NEGATIVE_INFINITY, place: centre };
  // Coarse steps over the whole range, then single samples around the best.
  const stride = Math.max(1, Math.round(farthest / 8));
  for (const [reach, step] of [
    [farthest, stride],
    [stride, 1],
  ] as const) {
    const around = best.place;
    for (let place = around - reach; place <= around + reach; place += step) {
      const correlation = correlate(voltage, place, template, leads);
      if (correlation > best.correlation) best = { correlation, place };
    }
  }
  return best;
}

/** Correlation of a recording's beat with a template over QRS and all leads, about each lead's mean there. */
function correlate(voltage: Float64Array, place: number, { beat, centre, half }: Template, leads: number): number {
  const last = voltage.length / leads - 1;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let lead = 0; lead < leads; lead++) {
    let [meanA, meanB] = [0, 0];
    for (let by = -half; by < half; by++) {
      meanA += voltage[Math.min(Math.max(place + by, 0), last) * leads + lead] / (2 * half);
      meanB += beat[(centre + by) * leads + lead] / (2 * half);
    }
    for (let by = -half; by < half; by++) {
      const a = voltage[Math.min(Math.max(place + by, 0), last) * leads + lead] - meanA;
      const b = beat[(centre + by) * leads + lead] - meanB;
      aa += a * a;
      bb += b * b;
      ab += a * b;
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
