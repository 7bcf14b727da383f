import type { Finding } from '../errors.ts';

/** Frequencies of the mains, Hz. */
const MAINS_Hz = [50, 60] as const;
/** Hum is taken off with these multiples of its frequency. */
const HARMONICS = [1, 2, 3] as const;
/** Around a QRS nothing is read of the hum, ms; it goes on through it as it is on both sides. */
const QRS_HALF_ms = 75;
/** The hum's amplitude and phase are those of this long around each sample, ms: short enough for a frequency that is off by 0.2 Hz, long enough for beats. */
const SPAN_ms = 1000;
/** Hum is taken off from this amplitude on in some lead, mV, … */
const LEAST_mV = 0.005;
/** … when it stands this many times above what is found at neighbouring frequencies, by amplitude over all leads: muscle noise has all of them. */
const TIMES_NEIGHBOURS = 3;
/** Neighbouring frequencies by the mains', Hz: far enough not to see it through the span. */
const NEIGHBOURS_Hz = [-8, -6, 6, 8] as const;

/** A sine needs this many samples a cycle, inverted. */
const HIGHEST_CYCLES = 0.45;

/** A recording without hum. */
export interface Unhummed {
  /** mV, [samples, leads]; the very array that was given where there is no hum */
  readonly voltage: Float64Array;
  readonly findings: readonly Finding[];
}

/**
 * Takes mains hum off without moving or blunting anything else: outside of the QRS complexes the sine of the mains that fits best is followed through time, and
 * is subtracted everywhere (the subtraction procedure of Levkov et al., Med Biol Eng Comput 1984, with a least-squares sine for its averages):
 *
 *     h = x − mean of x over one period,   (a, b) = argmin Σ (h − a cos ωt − b sin ωt)² over the span,   x ← x − a cos ωt − b sin ωt
 *
 * @param voltage  mV without gaps, [samples, leads]
 * @param centres  of the QRS complexes, samples
 */
export function removeMainsHum(
  voltage: Float64Array,
  leads: number,
  interval_ms: number,
  centres: readonly number[],
): Unhummed {
  const samples = voltage.length / leads;
  const isQuiet = new Uint8Array(samples).fill(1);
  const half = Math.round(QRS_HALF_ms / interval_ms);
  const reach = Math.round(SPAN_ms / interval_ms / 2);
  for (const centre of centres) isQuiet.fill(0, Math.max(0, centre - half), Math.max(0, centre + half + 1));

  const signals = Array.from({ length: leads }, (_, lead) => voltage.filter((_value, at) => at % leads === lead));
  let best = { frequency_Hz: 0, times: 0, amplitude_mV: 0 };
  for (const frequency_Hz of MAINS_Hz) {
    if (frequency_Hz * interval_ms > HIGHEST_CYCLES * 1000) continue;
    const fast = signals.map((signal) => withoutMeanOverPeriod(signal, 1000 / frequency_Hz / interval_ms));
    const amplitudesAt = (at_Hz: number) => {
      const wave = waveOf(at_Hz, interval_ms, samples);
      return fast.map((signal) => Math.SQRT2 * rootMeanSquare(followSine(signal, isQuiet, wave, reach)));
    };
    const own = amplitudesAt(frequency_Hz);
    const others = NEIGHBOURS_Hz.map((by) => rootMeanSquare(amplitudesAt(frequency_Hz + by)));
    const times = rootMeanSquare(own) / rootMeanSquare(others);
    if (times > best.times) best = { frequency_Hz, times, amplitude_mV: Math.max(...own) };
  }
  if (!(best.times >= TIMES_NEIGHBOURS && best.amplitude_mV >= LEAST_mV)) return { voltage, findings: [] };

  const out = voltage.slice();
  const fast = signals.map((signal) => withoutMeanOverPeriod(signal, 1000 / best.frequency_Hz / interval_ms));
  for (const harmonic of HARMONICS) {
    if (harmonic * best.frequency_Hz * interval_ms > HIGHEST_CYCLES * 1000) continue;
    const wave = waveOf(harmonic * best.frequency_Hz, interval_ms, samples);
    for (const [lead, signal] of fast.entries()) {
      const hum = followSine(signal, isQuiet, wave, reach);
      for (let at = 0; at < samples; at++) out[at * leads + lead] -= hum[at];
    }
  }
  return {
    voltage: out,
    findings: [
      {
        code: 'mains-hum',
        severity: 'repaired',
        message: `${best.frequency_Hz} Hz hum of up to ${best.amplitude_mV.toPrecision(2)} mV in some lead was taken off, without a filter that would blunt or shift the QRS`,
      },
    ],
  };
}

/** What is left of a signal when its mean over one period around each sample is taken off: the hum whole, nothing of what is straight over a period. */
function withoutMeanOverPeriod(signal: Float64Array, period: number): Float64Array {
  const reach = Math.floor(period / 2);
  const share = period / 2 - reach;
  const last = signal.length - 1;
  return signal.map((value, at) => {
    // Trapezoids from −period/2 to +period/2; beyond its ends the signal keeps its end values.
    let sum = 0;
    for (let by = -reach; by <= reach; by++) {
      const weight = Math.abs(by) === reach ? 0.5 + share - (share * share) / 2 : 1;
      sum += weight * signal[Math.min(last, Math.max(0, at + by))];
    }
    for (const by of [-reach - 1, reach + 1])
      sum += ((share * share) / 2) * signal[Math.min(last, Math.max(0, at + by))];
    return value - sum / period;
  });
}

/** The sine of one frequency that fits best around each sample, [samples]. */
function followSine(signal: Float64Array, isQuiet: Uint8Array, { cosines, sines }: Wave, reach: number): Float64Array {
  const samples = signal.length;
  // Sums of cos², cos·sin, sin², x·cos, x·sin over the span, taken along sample by sample.
  const sums = new Float64Array(5);
  const add = (at: number, weight: 1 | -1): void => {
    if (at < 0 || at >= samples || isQuiet[at] === 0) return;
    const cosine = cosines[at];
    const sine = sines[at];
    sums[0] += weight * cosine * cosine;
    sums[1] += weight * cosine * sine;
    sums[2] += weight * sine * sine;
    sums[3] += weight * signal[at] * cosine;
    sums[4] += weight * signal[at] * sine;
  };
  for (let at = 0; at < reach; at++) add(at, 1);
  const out = new Float64Array(samples);
  for (let at = 0; at < samples; at++) {
    add(at + reach, 1);
    add(at - reach - 1, -1);
    const [cc, cs, ss, xc, xs] = sums;
    const determinant = cc * ss - cs * cs;
    if (!(determinant > 1)) continue;
    const a = (xc * ss - xs * cs) / determinant;
    const b = (xs * cc - xc * cs) / determinant;
    out[at] = a * cosines[at] + b * sines[at];
  }
  return out;
}

/** Cosine and sine of one frequency at each sample. */
interface Wave {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

function waveOf(frequency_Hz: number, interval_ms: number, samples: number): Wave {
  const omega = (2 * Math.PI * frequency_Hz * interval_ms) / 1000;
  return {
    cosines: Float64Array.from({ length: samples }, (_, at) => Math.cos(omega * at)),
    sines: Float64Array.from({ length: samples }, (_, at) => Math.sin(omega * at)),
  };
}

function rootMeanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] * values[at];
  return Math.sqrt(sum / values.length);
}
