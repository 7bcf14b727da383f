import type { Finding } from '../errors.ts';
import { INDEPENDENT_LEADS } from './beat.ts';
import { movingMean, quantile } from './slope.ts';

/** Noise is what a mean over this long takes off, ms: faster than P and T waves. */
const SMOOTH_ms = 20;
/** Around a QRS nothing is read, ms. */
const QRS_HALF_ms = 100;
/** Median absolute deviation of a normal variable with standard deviation 1. */
const MEDIAN_DEVIATION = 0.6745;
/** From this on a lead's noise is told, mV: a tenth of a small QRS. */
const NOISY_mV = 0.05;

/**
 * Noise of each lead outside of the QRS complexes, above about 25 Hz: a robust standard deviation, by the median absolute value of what is left when the mean over 20 ms is taken off.
 *
 * @param voltage  mV without gaps, [samples, leads]
 * @param centres  of the QRS complexes, samples
 * @returns mV, [leads]; NaN where the recording is all QRS
 */
export function leadNoise(
  voltage: Float64Array,
  leads: number,
  interval_ms: number,
  centres: readonly number[],
): Float64Array {
  const samples = voltage.length / leads;
  const isQuiet = new Uint8Array(samples).fill(1);
  const half = Math.round(QRS_HALF_ms / interval_ms);
  for (const centre of centres) isQuiet.fill(0, Math.max(0, centre - half), Math.max(0, centre + half + 1));
  return Float64Array.from({ length: leads }, (_, lead) => {
    const signal = voltage.filter((_value, at) => at % leads === lead);
    const smooth = movingMean(signal, interval_ms, SMOOTH_ms);
    const rest = signal.map((value, at) => Math.abs(value - smooth[at])).filter((_value, at) => isQuiet[at] === 1);
    return quantile(rest, 0.5) / MEDIAN_DEVIATION;
  });
}

/** Names leads whose QRS is not told well from their noise. @param noise_mV  of the independent leads, [8] */
export function checkNoise(noise_mV: Float64Array): Finding[] {
  const noisy = INDEPENDENT_LEADS.flatMap((name, lead) =>
    noise_mV[lead] > NOISY_mV ? [`${name} ${noise_mV[lead].toFixed(2)} mV`] : [],
  );
  if (noisy.length === 0) return [];
  return [
    {
      code: 'noisy-leads',
      severity: 'warning',
      count: noisy.length,
      message: `noise above 25 Hz has a standard deviation of ${noisy.join(', ')}; small waves are lost in it, and with them the QRS' first and last milliseconds`,
    },
  ];
}
