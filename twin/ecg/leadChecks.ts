import { type Finding, TwinError } from '../errors.ts';
import type { EcgRecording } from '../formats/format.ts';
import { INDEPENDENT_LEADS } from './beat.ts';
import { LEADS } from './leads.ts';

const CHEST = INDEPENDENT_LEADS.filter((name) => name.startsWith('V'));
/** Samples in a row at the very same extreme value, and how long they must last, for a lead to be called cut off. */
const CUT_SAMPLES = 4;
const CUT_ms = 6;
/** So often, or once for so long. */
const CUT_RUNS = 3;
const LONG_ms = 24;
/** A lead with less range than this is not connected, mV. */
const FLAT_mV = 0.01;
/** QRS of a recording that is said to be in mV: largest peak-to-peak range over the leads, mV. */
const PLAUSIBLE_QRS_mV = [0.2, 12] as const;

/** Leads that stay at their highest or lowest value for several samples: the amplifier's or the file's range ended there. */
export function checkSaturation(recording: EcgRecording): Finding[] {
  const cut = recording.leads.filter((_, lead) => {
    const signal = recording.voltage_mV[lead];
    const ends = ['highest', 'lowest'] as const;
    return rangeOf(signal) > FLAT_mV && ends.some((end) => isCutOff(signal, end, recording.sampleRate_Hz));
  });
  if (cut.length === 0) return [];
  return [
    {
      code: 'saturated-leads',
      severity: 'warning',
      count: cut.length,
      message: `${cut.join(', ')}: cut off at the end of the recorder's range; their amplitudes are too small, the fit is pulled by them`,
    },
  ];
}

/** Names of leads without a signal. */
export function flatLeads(recording: EcgRecording): string[] {
  return recording.leads.filter((_, lead) => !(rangeOf(recording.voltage_mV[lead]) > FLAT_mV));
}

/**
 * Leads that hold the very same samples: a column that was copied, or a lead that was not recorded.
 *
 * @throws TwinError BadEcg when all chest leads are one
 */
export function checkIdenticalLeads(recording: EcgRecording): Finding[] {
  const groups: string[][] = [];
  const taken = new Set<number>();
  for (const [lead, name] of recording.leads.entries()) {
    if (taken.has(lead)) continue;
    const signal = recording.voltage_mV[lead];
    const same = recording.leads.flatMap((other, at) =>
      at > lead && isSame(signal, recording.voltage_mV[at]) ? [{ other, at }] : [],
    );
    for (const { at } of same) taken.add(at);
    if (same.length > 0) groups.push([name, ...same.map(({ other }) => other)]);
  }
  if (groups.length === 0) return [];
  const named = groups.map((group) => group.join(' = ')).join('; ');
  if (groups.some((group) => CHEST.every((name) => group.includes(name)))) {
    throw new TwinError(
      'BadEcg',
      `leads hold the very same samples (${named}), expected a signal of its own in each of V1–V6; a column was probably copied when the file was made`,
    );
  }
  return [
    {
      code: 'identical-leads',
      severity: 'warning',
      count: groups.reduce((sum, group) => sum + group.length, 0),
      message: `leads hold the very same samples: ${named}; one of each was probably copied when the file was made`,
    },
  ];
}

const isSame = (a: Float64Array, b: Float64Array): boolean =>
  a.every((value, at) => value === b[at] || (Number.isNaN(value) && Number.isNaN(b[at])));

/** Amplitudes that no QRS has, where the file says that they are mV. @param qrs  mV, [samples, 8] */
export function checkAmplitude(qrs: Float64Array): Finding[] {
  let largest = 0;
  for (let lead = 0; lead < LEADS; lead++) {
    largest = Math.max(largest, rangeOf(qrs.filter((_, at) => at % LEADS === lead)));
  }
  if (largest >= PLAUSIBLE_QRS_mV[0] && largest <= PLAUSIBLE_QRS_mV[1]) return [];
  return [
    {
      code: 'implausible-amplitude',
      severity: 'warning',
      message: `the QRS ranges over at most ${largest.toPrecision(3)} mV in any lead, expected ${PLAUSIBLE_QRS_mV.join('–')} mV; if the file's gain is wrong, set gain: fit`,
    },
  ];
}

/** Highest less lowest value; samples without one are passed over. */
export function rangeOf(signal: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of signal) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}

/**
 * Whether a lead is cut off at one end: it stays at the very same extreme value again and again, or once for longer than any wave does. A smooth peak
 * of a coarse recorder holds its highest step for some samples too, but no two beats reach the same one so long. An end at exactly zero is the
 * baseline of a computed ECG and no end of a range.
 */
function isCutOff(signal: Float64Array, end: 'highest' | 'lowest', rate_Hz: number): boolean {
  let extreme = Number.NaN;
  for (const value of signal) {
    if (Number.isNaN(value)) continue;
    if (Number.isNaN(extreme) || (end === 'highest' ? value > extreme : value < extreme)) extreme = value;
  }
  if (extreme === 0) return false;
  const needed = Math.max(CUT_SAMPLES, Math.ceil((CUT_ms * rate_Hz) / 1000));
  const surely = Math.max(CUT_SAMPLES, Math.ceil((LONG_ms * rate_Hz) / 1000));
  let runs = 0;
  let run = 0;
  for (const value of signal) {
    run = value === extreme ? run + 1 : 0;
    if (run === needed) runs++;
    if (run >= surely || runs >= CUT_RUNS) return true;
  }
  return false;
}
