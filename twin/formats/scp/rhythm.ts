/** Where a beat stands that was left out of the rhythm: samples counted from 1, both ends included. */
export interface SubtractedBeat {
  /** 0 is the reference beat; other beats were not subtracted */
  readonly type: number;
  readonly first: number;
  readonly fiducial: number;
  readonly last: number;
}

/** Samples that were kept at the full rate, counted from 1, both ends included. */
export interface Zone {
  readonly first: number;
  readonly last: number;
}

/** Beats and protected zones of section 4. */
export interface BeatPlaces {
  readonly beatLength_ms: number;
  /** Sample of the fiducial point within the reference beat, counted from 1 */
  readonly fiducial: number;
  readonly beats: readonly SubtractedBeat[];
  /** By their first samples, rising */
  readonly zones: readonly Zone[];
}

/** Zones of a lead without overlap. @param zones  by their first samples, rising */
export function zonesWithin(zones: readonly Zone[], first: number, last: number): Zone[] {
  const within: Zone[] = [];
  let next = first;
  for (const zone of zones) {
    const clipped = { first: Math.max(zone.first, next), last: Math.min(zone.last, last) };
    if (clipped.last < clipped.first) continue;
    within.push(clipped);
    next = clipped.last + 1;
  }
  return within;
}

/** Samples that are stored of a lead whose unprotected stretches keep one in `factor`, with the rest of each stretch as it is. */
export function storedSamples(zones: readonly Zone[], first: number, last: number, factor: number): number {
  let count = 0;
  let next = first;
  const stretch = (end: number): number => Math.floor((end - next) / factor) + ((end - next) % factor);
  for (const zone of zones) {
    count += stretch(zone.first) + zone.last - zone.first + 1;
    next = zone.last + 1;
  }
  return count + stretch(last + 1);
}

/**
 * A lead at its full rate again: between protected zones each stored sample is the middle of `factor` and straight lines join them.
 *
 * Source: EN 1064, annex C (bimodal compression).
 * @param stored  [storedSamples]
 * @param out  [last − first + 1]
 */
export function unfoldBimodal(
  stored: Float64Array,
  zones: readonly Zone[],
  first: number,
  factor: number,
  out: Float64Array,
): void {
  let from = 0;
  let to = 0;
  const stretch = (length: number): void => {
    const blocks = Math.floor(length / factor);
    const half = Math.floor(factor / 2);
    for (let sample = 0; sample < blocks * factor; sample++) {
      const place = Math.min(Math.max((sample - half) / factor, 0), blocks - 1);
      const left = Math.floor(place);
      const before = stored[from + left] as number;
      const after = stored[from + Math.min(left + 1, blocks - 1)] as number;
      out[to++] = before + (place - left) * (after - before);
    }
    from += blocks;
    for (let rest = length % factor; rest > 0; rest--) out[to++] = stored[from++] as number;
  };
  let next = first;
  for (const zone of zones) {
    stretch(zone.first - next);
    for (let sample = zone.first; sample <= zone.last; sample++) out[to++] = stored[from++] as number;
    next = zone.last + 1;
  }
  stretch(first + out.length - next);
}

/** Sums first or second differences up in place; the first one or two values stand as they are. */
export function sumDifferences(values: Float64Array, order: number): void {
  for (let at = order; at < values.length; at++) {
    const last = values[at - 1] as number;
    const slope = order === 2 ? last - (values[at - 2] as number) : 0;
    if (order > 0) values[at] = (values[at] as number) + last + slope;
  }
}

/**
 * Adds the reference beat back where it was subtracted.
 *
 * @param beat  mV, [samples of the beat]
 * @param first  number of the lead's first sample
 * @param out  mV, [samples]
 */
export function addReferenceBeats(
  { beats, fiducial }: BeatPlaces,
  beat: Float64Array,
  first: number,
  out: Float64Array,
): void {
  for (const place of beats) {
    if (place.type !== 0) continue;
    const shift = fiducial - place.fiducial - 1;
    const start = Math.max(place.first, first, -shift);
    const end = Math.min(place.last, first + out.length - 1, beat.length - 1 - shift);
    for (let sample = start; sample <= end; sample++)
      out[sample - first] = (out[sample - first] as number) + (beat[sample + shift] as number);
  }
}
