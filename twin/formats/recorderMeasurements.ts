import type { RecorderMeasurements } from './format.ts';

/** Longest time and fastest rate that a recorder's measurement can be; beyond lie the codes for "not measured" of several makers. */
const MOST_ms = 10_000;
const MOST_bpm = 600;

/** What a reader found of each measurement; undefined where the file says nothing. */
export type FoundMeasurements = { readonly [Name in keyof RecorderMeasurements]-?: number | undefined };

/**
 * A recorder's measurements without those that it did not make: a time or rate of 0 or less, numbers beyond any heart (codes such as 29999 or 32767), angles beyond
 * a whole turn. Angles are brought to −180 to 180°. Undefined where nothing is left.
 */
export function recorderMeasurements(found: Partial<FoundMeasurements>): RecorderMeasurements | undefined {
  const kept: Record<string, number> = {};
  for (const [name, value] of Object.entries(found)) {
    if (value === undefined || !Number.isFinite(value)) continue;
    if (name.endsWith('_deg')) {
      if (Math.abs(value) <= 360) kept[name] = value > 180 ? value - 360 : value <= -180 ? value + 360 : value;
    } else if (value > 0 && value <= (name.endsWith('_bpm') ? MOST_bpm : MOST_ms)) kept[name] = value;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}
