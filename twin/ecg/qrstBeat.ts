import type { QrstWindow } from './beat.ts';
import { delineateT, magnitudeOf } from './delineateT.ts';
import { LEADS, standardLeads, TWELVE } from './leads.ts';
import { resample } from './resample.ts';
import { quantile } from './slope.ts';

/** A recording on the working clock, with the QRS onsets of the beats that look alike. */
export interface AlignedBeats {
  /** mV, [samples, 8], one sample each `step_ms` */
  readonly voltage: Float64Array;
  readonly step_ms: number;
  /** Samples that are nearest to the onsets, and how long after them these lie, the same for all */
  readonly onsets: readonly number[];
  readonly lag_ms: number;
  readonly qrsDuration_ms: number;
  /** Mean time between beats; undefined where there is one */
  readonly rr_ms: number | undefined;
  /** Whether a stretch of samples is free of gaps */
  readonly isIntact: (from: number, to: number) => boolean;
}

/** The clock of the beat's QRS window, which the longer window goes on with. */
export interface BeatClock {
  readonly interval_ms: number;
  /** From the window's first sample to QRS onset */
  readonly before_ms: number;
}

/** No T wave is looked for later after QRS onset, ms; nor nearer to the next QRS, which a P wave comes before. */
const LONGEST_ms = 700;
const BEFORE_NEXT_ms = 220;
/** A window that ends sooner after the QRS holds no T wave, ms. */
const LEAST_AFTER_QRS_ms = 180;
/** Kept after the T end, ms: a tangent meets the baseline before the wave does. */
const AFTER_T_ms = 60;
/** Stretches whose means are the baseline, ms: the end of the PR segment, and the last of the window. */
const BASELINE_ms = 8;
const END_LEVEL_ms = 10;
/** A T wave lower than this share of the QRS, or than this many times the lowest level after it, is not told from noise. */
const LEAST_SHARE_OF_QRS = 0.03;
const LEAST_OVER_LEVEL = 2.5;

/**
 * The beat on to past its T wave: the median over those beats of a recording that are whole as far as the next P wave, each from its own PR level,
 * then a line from the PR level to the level after the T wave taken off, since muscle at rest gives no signal.
 *
 * @returns the reason in words where there is none
 */
export function cutQrst(beats: AlignedBeats, clock: BeatClock): QrstWindow | string {
  const { voltage, step_ms, qrsDuration_ms } = beats;
  const total = voltage.length / LEADS;
  const before = Math.ceil(clock.before_ms / step_ms) + 1;
  const longest_ms = Math.min(LONGEST_ms, (beats.rr_ms ?? Number.POSITIVE_INFINITY) - BEFORE_NEXT_ms);
  const room = beats.onsets.filter((onset) => onset >= 0).map((onset) => total - 1 - onset);
  const after = Math.min(Math.round(longest_ms / step_ms), Math.max(0, ...room));
  if (after * step_ms < qrsDuration_ms + LEAST_AFTER_QRS_ms) {
    return `only ${Math.max(0, after * step_ms).toFixed(0)} ms follow the QRS onset before ${beats.rr_ms === undefined ? 'the recording ends' : 'the next beat or the end of the recording'}`;
  }
  const whole = beats.onsets.filter(
    (onset) => onset >= 0 && onset + after < total && beats.isIntact(Math.max(0, onset - before), onset + after),
  );
  if (whole.length === 0) return 'no beat is whole as far as its T wave';
  const median = medianFromPr(voltage, whole, before, before + after + 1, Math.round(BASELINE_ms / step_ms));

  const found = delineate(median, step_ms, before * step_ms, qrsDuration_ms);
  if (typeof found === 'string') return found;
  const kept = Math.min(before + after + 1, Math.ceil((found.end_ms + AFTER_T_ms) / step_ms) + 1);
  const levelled = takeLineOff(median.slice(0, kept * LEADS), before, Math.round(END_LEVEL_ms / step_ms));
  const bounds = delineate(levelled, step_ms, before * step_ms, qrsDuration_ms);
  if (typeof bounds === 'string') return bounds;

  const start_ms = before * step_ms + beats.lag_ms - clock.before_ms;
  const samples = Math.floor(((kept - 1) * step_ms - start_ms) / clock.interval_ms) + 1;
  const voltage_mV = new Float64Array(samples * LEADS);
  for (let lead = 0; lead < LEADS; lead++) {
    const signal = levelled.filter((_, at) => at % LEADS === lead);
    const cut = resample(signal, step_ms, clock.interval_ms, start_ms, samples);
    for (let at = 0; at < samples; at++) voltage_mV[at * LEADS + lead] = cut[at];
  }
  return { voltage_mV, tPeak_ms: bounds.peak_ms - start_ms, tEnd_ms: bounds.end_ms - start_ms };
}

/** T peak and end of a wave that is large enough to be one. */
function delineate(voltage: Float64Array, step_ms: number, qrsOnset_ms: number, qrsDuration_ms: number) {
  const standard = standardLeads(voltage);
  const offset_ms = qrsOnset_ms + qrsDuration_ms;
  const bounds = delineateT(standard, TWELVE, step_ms, offset_ms);
  if (bounds === undefined) return 'no wave rises and falls after the QRS';
  const magnitude = magnitudeOf(standard, TWELVE, step_ms);
  const at = (time_ms: number) => Math.round(time_ms / step_ms);
  const qrs = magnitude.subarray(at(qrsOnset_ms), at(offset_ms) + 1).reduce((most, value) => Math.max(most, value), 0);
  const level = magnitude.subarray(at(bounds.peak_ms)).reduce((least, value) => Math.min(least, value));
  if (bounds.height_mV < Math.max(LEAST_SHARE_OF_QRS * qrs, LEAST_OVER_LEVEL * level)) {
    return `the largest wave after the QRS is too small (${((100 * bounds.height_mV) / qrs).toFixed(0)} % of the QRS)`;
  }
  return bounds;
}

/** Median over beats of each sample above the beat's own PR level, [samples, 8]; before the recording's start its first value counts. */
export function medianFromPr(
  voltage: Float64Array,
  onsets: readonly number[],
  before: number,
  samples: number,
  baseline: number,
): Float64Array {
  const out = new Float64Array(samples * LEADS);
  const values = new Float64Array(onsets.length);
  for (let lead = 0; lead < LEADS; lead++) {
    const levels = onsets.map((onset) => {
      const low = Math.max(0, onset - baseline);
      let sum = 0;
      for (let at = low; at <= onset; at++) sum += voltage[at * LEADS + lead];
      return sum / (onset - low + 1);
    });
    for (let sample = 0; sample < samples; sample++) {
      for (let beat = 0; beat < onsets.length; beat++) {
        values[beat] = voltage[Math.max(0, onsets[beat] - before + sample) * LEADS + lead] - levels[beat];
      }
      const upper = quantile(values, 0.5);
      const lower = values.length % 2 === 1 ? upper : quantile(values, (values.length / 2 - 1) / values.length);
      out[sample * LEADS + lead] = (upper + lower) / 2;
    }
  }
  return out;
}

/** Takes off the line through zero at the onset and the mean of the last samples. */
function takeLineOff(out: Float64Array, onset: number, last: number): Float64Array {
  const samples = out.length / LEADS;
  for (let lead = 0; lead < LEADS; lead++) {
    let level = 0;
    for (let at = samples - last; at < samples; at++) level += out[at * LEADS + lead] / last;
    const slope = level / (samples - (last + 1) / 2 - onset);
    for (let at = onset; at < samples; at++) out[at * LEADS + lead] -= slope * (at - onset);
  }
  return out;
}
