import { LEADS, standardLeads, TWELVE } from '../ecg/leads.ts';

/** Share of the greatest magnitude below which a simulated, noise-free P wave counts as not there; ours. */
const VISIBLE = 0.05;

/**
 * First and last time at which the root mean square over twelve leads is above 5 % of its greatest, on the ECG's own clock, linear between samples; NaN for
 * an ECG without signal. For simulated P waves: a recorded one has noise.
 *
 * @param ecg_mV  [samples, 8]
 */
export function pBounds(
  ecg_mV: Float64Array,
  { start_ms, interval_ms }: { readonly start_ms: number; readonly interval_ms: number },
): { readonly onset_ms: number; readonly offset_ms: number } {
  const standard = standardLeads(ecg_mV);
  const magnitude = Float64Array.from({ length: ecg_mV.length / LEADS }, (_, sample) => {
    let square = 0;
    for (let at = sample * TWELVE; at < (sample + 1) * TWELVE; at++) square += standard[at] ** 2;
    return Math.sqrt(square / TWELVE);
  });
  const level = VISIBLE * magnitude.reduce((most, value) => Math.max(most, value), 0);
  const isSeen = (value: number) => value > level;
  const first = magnitude.findIndex(isSeen);
  if (first < 0) return { onset_ms: Number.NaN, offset_ms: Number.NaN };
  const last = magnitude.findLastIndex(isSeen);
  /** Where the magnitude crosses the level between a seen sample and its unseen neighbour. */
  const crossing = (seen: number, unseen: number) => {
    const beyond = magnitude[unseen] ?? magnitude[seen];
    const share = beyond < magnitude[seen] ? (magnitude[seen] - level) / (magnitude[seen] - beyond) : 0;
    return start_ms + interval_ms * (seen + share * (unseen - seen));
  };
  return { onset_ms: crossing(first, first - 1), offset_ms: crossing(last, last + 1) };
}
