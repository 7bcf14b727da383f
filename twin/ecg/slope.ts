/**
 * How fast an ECG changes over all leads together, mV/ms:
 *
 *     s(t) = √( mean over leads of ((φ(t + h) − φ(t − h)) / 2h)² ),   h ≈ half_ms
 *
 * At the ends one-sided. Where the QRS is, s is large in some lead, whatever the heart's axis.
 *
 * @param voltage  mV, [samples, leads]
 * @returns [samples]
 */
export function ecgSlope(
  voltage: Float64Array,
  samples: number,
  leads: number,
  interval_ms: number,
  half_ms: number,
): Float64Array {
  const reach = Math.max(1, Math.round(half_ms / interval_ms));
  const out = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    const low = Math.max(0, sample - reach);
    const high = Math.min(samples - 1, sample + reach);
    if (low === high) continue;
    let squares = 0;
    for (let lead = 0; lead < leads; lead++) {
      const change = voltage[high * leads + lead] - voltage[low * leads + lead];
      squares += change * change;
    }
    out[sample] = Math.sqrt(squares / leads) / ((high - low) * interval_ms);
  }
  return out;
}

/**
 * As `ecgSlope`, by the straight line that fits each lead best over `2 half_ms` around t, which noise moves less than the two ends of that span do:
 *
 *     s(t) = √( mean over leads of (Σ u φ(t + u) / Σ u²)² )
 *
 * At the ends over what there is of the span.
 *
 * @param voltage  mV, [samples, leads]
 * @returns [samples]
 */
export function fittedSlope(
  voltage: Float64Array,
  samples: number,
  leads: number,
  interval_ms: number,
  half_ms: number,
): Float64Array {
  const reach = Math.max(1, Math.round(half_ms / interval_ms));
  const out = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    const low = Math.max(0, sample - reach);
    const high = Math.min(samples - 1, sample + reach);
    if (low === high) continue;
    const middle = (low + high) / 2;
    let norm = 0;
    for (let at = low; at <= high; at++) norm += (at - middle) * (at - middle);
    let squares = 0;
    for (let lead = 0; lead < leads; lead++) {
      let sum = 0;
      for (let at = low; at <= high; at++) sum += (at - middle) * voltage[at * leads + lead];
      squares += sum * sum;
    }
    out[sample] = Math.sqrt(squares / leads) / (norm * interval_ms);
  }
  return out;
}

/** Mean over `width_ms` around each sample, shorter at the ends. */
export function movingMean(signal: Float64Array, interval_ms: number, width_ms: number): Float64Array {
  const reach = Math.round(width_ms / interval_ms / 2);
  const sums = new Float64Array(signal.length + 1);
  for (let at = 0; at < signal.length; at++) sums[at + 1] = sums[at] + signal[at];
  return signal.map((_, at) => {
    const low = Math.max(0, at - reach);
    const high = Math.min(signal.length, at + reach + 1);
    return (sums[high] - sums[low]) / (high - low);
  });
}

/** Value below which a share of the values lies (nearest rank); NaN of none. */
export function quantile(values: ArrayLike<number>, share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
