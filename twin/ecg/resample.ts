/** Half-width of the interpolation kernel in zero crossings: passes 0.9 of the lower Nyquist frequency within 1 %. */
const ZERO_CROSSINGS = 12;

/**
 * Band-limited resampling without shift: windowed sinc (Hann), cut at the lower of the two Nyquist frequencies, its weights brought to sum 1
 * so that a constant stays one. Beyond its ends the signal keeps its end values.
 *
 * @param start  time of the first new sample, in ms after the first old one
 * @returns [samples]
 */
export function resample(
  signal: Float64Array,
  from_ms: number,
  to_ms: number,
  start: number,
  samples: number,
): Float64Array {
  const out = new Float64Array(samples);
  const cut_ms = Math.max(from_ms, to_ms);
  const half_ms = ZERO_CROSSINGS * cut_ms;
  const last = signal.length - 1;
  for (let sample = 0; sample < samples; sample++) {
    const time = start + sample * to_ms;
    const near = Math.round(time / from_ms);
    if (from_ms >= to_ms && near >= 0 && near <= last && Math.abs(near * from_ms - time) < 1e-9) {
      out[sample] = signal[near];
      continue;
    }
    let sum = 0;
    let weights = 0;
    const low = Math.ceil((time - half_ms) / from_ms);
    const high = Math.floor((time + half_ms) / from_ms);
    for (let at = low; at <= high; at++) {
      const x = (time - at * from_ms) / cut_ms;
      const weight = sinc(x) * 0.5 * (1 + Math.cos((Math.PI * x) / ZERO_CROSSINGS));
      sum += weight * signal[Math.min(Math.max(at, 0), last)];
      weights += weight;
    }
    out[sample] = sum / weights;
  }
  return out;
}

function sinc(x: number): number {
  if (Math.abs(x) < 1e-12) return 1;
  return Math.sin(Math.PI * x) / (Math.PI * x);
}
