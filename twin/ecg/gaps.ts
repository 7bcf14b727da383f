import { type Finding, TwinError } from '../errors.ts';

/** At most this share of the samples may be missing. */
const MOST_MISSING = 0.5;

/** Signals without gaps, and where the gaps were. */
export interface Filled {
  readonly signals: Float64Array[];
  /** 1 where any signal had no value, [samples] */
  readonly isMissing: Uint8Array;
  readonly findings: readonly Finding[];
}

/**
 * Bridges missing samples by straight lines, so that filters have something to work on; what was bridged is told, and beats that
 * touch it are to be left out.
 *
 * @throws TwinError BadEcg when more than half of the samples are missing
 */
export function fillGaps(signals: readonly Float64Array[], interval_ms: number): Filled {
  const samples = signals[0]?.length ?? 0;
  const isMissing = new Uint8Array(samples);
  for (const signal of signals)
    for (let at = 0; at < samples; at++) if (!Number.isFinite(signal[at])) isMissing[at] = 1;
  let missing = 0;
  let run = 0;
  let longest = 0;
  for (const flag of isMissing) {
    missing += flag;
    run = flag === 1 ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  if (missing === 0) return { signals: [...signals], isMissing, findings: [] };
  if (missing > MOST_MISSING * samples) {
    throw new TwinError(
      'BadEcg',
      `${missing} of ${samples} samples are missing in some lead, expected at most half; take another recording`,
      { missing, samples },
    );
  }
  const finding: Finding = {
    code: 'ecg-gap',
    severity: 'repaired',
    count: missing,
    message: `${missing} of ${samples} samples are missing in some lead, the longest gap lasts ${(longest * interval_ms).toFixed(0)} ms; beats that touch a gap were left out`,
  };
  return { signals: signals.map(bridge), isMissing, findings: [finding] };
}

function bridge(signal: Float64Array): Float64Array {
  const out = signal.slice();
  let last = -1;
  for (let at = 0; at <= out.length; at++) {
    if (at < out.length && !Number.isFinite(out[at])) continue;
    const left = last >= 0 ? out[last] : at < out.length ? out[at] : 0;
    const right = at < out.length ? out[at] : left;
    for (let gap = last + 1; gap < at; gap++) out[gap] = left + ((right - left) * (gap - last)) / (at - last);
    last = at;
  }
  return out;
}
