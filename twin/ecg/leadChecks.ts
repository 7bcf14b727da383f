import type { Finding } from '../errors.ts';
import type { EcgRecording } from '../formats/format.ts';
import { LEADS, standardLead, standardLeads, TWELVE } from './leads.ts';

/** Share of the largest limb lead by which Einthoven's law may be missed, and the least that is told, mV: quantisation and filters of single leads. */
const EINTHOVEN_SHARE = 0.1;
const EINTHOVEN_LEAST_mV = 0.05;
/** Samples in a row at the very same extreme value, and how long they must last, for a lead to be called cut off. */
const CUT_SAMPLES = 4;
const CUT_ms = 6;
/** A lead with less range than this is not connected, mV. */
const FLAT_mV = 0.01;
/** QRS of a recording that is said to be in mV: largest peak-to-peak range over the leads, mV. */
const PLAUSIBLE_QRS_mV = [0.2, 12] as const;

/** Largest |III − (II − I)|, told when it is more than noise: the leads are mislabelled, misplaced or from different moments. */
export function checkEinthoven(recording: EcgRecording): Finding[] {
  const [one, two, three] = (['I', 'II', 'III'] as const).map(
    (name) => recording.voltage_mV[recording.leads.indexOf(name)],
  );
  if (!one || !two || !three) return [];
  // Levels differ where a recorder takes each lead's own off; the law then holds for what remains.
  const error = three.map((value, at) => value - (two[at] - one[at]));
  const level = medianOf(error);
  let worst = 0;
  for (const value of error) if (Math.abs(value - level) > worst) worst = Math.abs(value - level);
  const largest = Math.max(...[one, two, three].map(rangeOf));
  if (!(worst > Math.max(EINTHOVEN_SHARE * largest, EINTHOVEN_LEAST_mV))) return [];
  return [
    {
      code: 'einthoven-violated',
      severity: 'warning',
      message: `lead III differs from II − I by up to ${worst.toFixed(2)} mV, where the limb leads range over ${largest.toFixed(2)} mV; I and II are used, check the leads' names and electrodes`,
    },
  ];
}

/** Leads that stay at their highest or lowest value for several samples: the amplifier's or the file's range ended there. */
export function checkSaturation(recording: EcgRecording): Finding[] {
  const needed = Math.max(CUT_SAMPLES, Math.ceil((CUT_ms * recording.sampleRate_Hz) / 1000));
  const cut = recording.leads.filter((_, lead) => {
    const signal = recording.voltage_mV[lead];
    return (
      rangeOf(signal) > FLAT_mV &&
      (longestRunAt(signal, 'highest') >= needed || longestRunAt(signal, 'lowest') >= needed)
    );
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

/** A deflection counts as the lead's own direction when it is this many times the opposite one. */
const DOMINANT = 1.5;
/** aVR of a normally connected heart has hardly any positive part; from this share of its negative part on it is unusual. */
const UNUSUAL_AVR = 0.5;

/**
 * Arm electrodes exchanged, which mirrors I and exchanges II with III and aVR with aVL: a QRS that is negative in I though upright in V6, whose
 * vector looks the same way and does not depend on the arms' order, with a sizeable positive part in aVR. A right axis alone keeps aVR
 * negative; dextrocardia makes V6 small or negative.
 *
 * @param qrs  mV, baseline at zero, [samples, 8]
 */
export function checkLimbLeads(qrs: Float64Array): Finding[] {
  const standard = standardLeads(qrs);
  const highest = new Float64Array(TWELVE);
  const lowest = new Float64Array(TWELVE);
  for (let at = 0; at < standard.length; at++) {
    const lead = at % TWELVE;
    if (standard[at] > highest[lead]) highest[lead] = standard[at];
    if (standard[at] < lowest[lead]) lowest[lead] = standard[at];
  }
  const [one, aVR, six] = [standardLead('I'), standardLead('aVR'), standardLead('V6')];
  const isMirrored = -lowest[one] > DOMINANT * highest[one] && highest[six] > DOMINANT * -lowest[six];
  if (!isMirrored || !(highest[aVR] > UNUSUAL_AVR * -lowest[aVR])) return [];
  return [
    {
      code: 'limb-leads-swapped',
      severity: 'warning',
      message: `the QRS is negative in I (${lowest[one].toFixed(2)} mV) though upright in V6, and positive in aVR (${highest[aVR].toFixed(2)} mV): the arm electrodes were probably exchanged; nothing was changed, check the recording`,
    },
  ];
}

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

function rangeOf(signal: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of signal) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}

function medianOf(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  return known[known.length >> 1];
}

/** Samples that a lead stays at its end in a row. An end at exactly zero is the baseline of a computed ECG and no end of a range. */
function longestRunAt(signal: Float64Array, end: 'highest' | 'lowest'): number {
  let extreme = Number.NaN;
  for (const value of signal) {
    if (Number.isNaN(value)) continue;
    if (Number.isNaN(extreme) || (end === 'highest' ? value > extreme : value < extreme)) extreme = value;
  }
  if (extreme === 0) return 0;
  let longest = 0;
  let run = 0;
  for (const value of signal) {
    run = value === extreme ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}
