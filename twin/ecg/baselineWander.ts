import type { Finding } from '../errors.ts';

/** The level before each QRS is the mean over this long, ms, … */
const LEVEL_ms = 24;
/** … that ends this long before its onset, so that its first wave is not in it. */
const GUARD_ms = 4;
/** A baseline that moves by less than this from top to bottom in every lead is left alone, mV: over a QRS it is a line of a few microvolts. */
const LEAST_mV = 0.15;
/** A curve needs this many levels; fewer beats are levelled by themselves. */
const LEAST_BEATS = 4;

/** A recording with its baseline at rest. */
export interface Levelled {
  /** mV, [samples, leads]; the very array that was given where the baseline hardly moves */
  readonly voltage: Float64Array;
  readonly findings: readonly Finding[];
}

/**
 * Takes a wandering baseline off where it moves: the natural cubic spline through each lead's level before every QRS, where the heart is electrically at rest (Meyer & Keiser,
 * Comput Biomed Res 1977). Unlike a high-pass filter it leaves ST segments and T waves as they are and makes no dips beside the QRS.
 *
 * @param voltage  mV without gaps, [samples, leads]
 * @param onsets  of the QRS complexes, samples, rising
 */
export function removeBaselineWander(
  voltage: Float64Array,
  leads: number,
  interval_ms: number,
  onsets: readonly number[],
): Levelled {
  const length = Math.round(LEVEL_ms / interval_ms);
  const guard = Math.round(GUARD_ms / interval_ms);
  const knots = onsets.map((onset) => onset - guard - length / 2).filter((knot) => knot - length / 2 >= 0);
  if (knots.length < LEAST_BEATS) return { voltage, findings: [] };
  const samples = voltage.length / leads;
  const courses: Float64Array[] = [];
  let largest_mV = 0;
  for (let lead = 0; lead < leads; lead++) {
    const levels = knots.map((knot) => {
      let sum = 0;
      for (let at = 0; at < length; at++) sum += voltage[(Math.round(knot - length / 2) + at) * leads + lead];
      return sum / length;
    });
    largest_mV = Math.max(largest_mV, Math.max(...levels) - Math.min(...levels));
    courses.push(naturalSpline(knots, levels, samples));
  }
  if (largest_mV < LEAST_mV) return { voltage, findings: [] };
  return {
    voltage: voltage.map((value, at) => value - courses[at % leads][Math.floor(at / leads)]),
    findings: [
      {
        code: 'baseline-wander',
        severity: 'repaired',
        message: `the baseline wanders by up to ${largest_mV.toPrecision(2)} mV in some lead; the curve through its levels before each QRS was taken off`,
      },
    ],
  };
}

/** Natural cubic spline through (x, y) at 0, 1, … samples − 1; before the first and after the last knot it stays at their values. */
function naturalSpline(x: readonly number[], y: readonly number[], samples: number): Float64Array {
  const n = x.length;
  // Second derivatives by elimination of the tridiagonal system.
  const second = new Float64Array(n);
  const upper = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    const [before, after] = [x[i] - x[i - 1], x[i + 1] - x[i]];
    const pivot = 2 * (before + after) - before * upper[i - 1];
    upper[i] = after / pivot;
    const bend = 6 * ((y[i + 1] - y[i]) / after - (y[i] - y[i - 1]) / before);
    second[i] = (bend - before * second[i - 1]) / pivot;
  }
  for (let i = n - 2; i > 0; i--) second[i] -= upper[i] * second[i + 1];
  const out = new Float64Array(samples);
  let i = 0;
  for (let at = 0; at < samples; at++) {
    if (at <= x[0] || at >= x[n - 1]) {
      out[at] = at <= x[0] ? y[0] : y[n - 1];
      continue;
    }
    while (at > x[i + 1]) i++;
    const width = x[i + 1] - x[i];
    const [a, b] = [(x[i + 1] - at) / width, (at - x[i]) / width];
    out[at] = a * y[i] + b * y[i + 1] + (((a ** 3 - a) * second[i] + (b ** 3 - b) * second[i + 1]) * width ** 2) / 6;
  }
  return out;
}
