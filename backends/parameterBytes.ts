import type { ActivationParameters } from '../twin/calibrate/twin.ts';

/** The numbers of parameters, by which a backend knows again what it has solved: the four velocities, then times, then positions. */
export function parameterBytes({ pmjPositions, pmjTimes_ms, lv, rv }: ActivationParameters): Float64Array {
  const bytes = new Float64Array(4 + pmjTimes_ms.length + pmjPositions.length);
  bytes.set([lv.fibre_mm_ms, lv.transverse_mm_ms, rv.fibre_mm_ms, rv.transverse_mm_ms]);
  bytes.set(pmjTimes_ms, 4);
  bytes.set(pmjPositions, 4 + pmjTimes_ms.length);
  return bytes;
}

/** Whether two rows hold the same numbers. */
export function isEqual(one: Float64Array, other: Float64Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
