import type { Finding } from '../errors.ts';
import { quote } from './asciiScanner.ts';
import { badInput } from './badInput.ts';
import type { EcgOptions, EcgRecording, RecorderMeasurements } from './format.ts';
import { canonicalLead } from './leadName.ts';

/** Samples of all leads together: an hour of twelve leads at 400 Hz. */
const MOST_SAMPLES = 20_000_000;
/** No recorder of the body's surface samples faster, Hz. */
const MOST_RATE_Hz = 100_000;
/** A calibration pulse with the rest around it is longer than this, s, and higher than this, mV. */
const SHORTEST_CALIBRATION_s = 0.1;
const LEAST_PULSE_mV = 0.5;
/** No amplifier at the skin goes beyond, mV; a file that does has another resolution than it says. */
const MOST_mV = 10_000;
/** Beyond this in all leads at once lies no beat, but the greatest number that a sample can be: what fills beats up to a length, mV. */
const FILL_mV = 30;
/** Leads differ by no more than two common steps in a calibration that was filtered with the rest, mV. */
const SAME_mV = 0.0101;

/** One signal of a file by the name it has there. */
export interface NamedSignal {
  readonly name: string;
  /** mV, NaN where missing */
  readonly voltage_mV: Float64Array;
}

/** What a reader of a recorder's export has found. */
export interface FoundEcg {
  readonly sampleRate_Hz: number | undefined;
  readonly signals: readonly NamedSignal[];
  /** The recorder's representative beat, where there is one */
  readonly beat?: { readonly sampleRate_Hz: number | undefined; readonly signals: readonly NamedSignal[] } | undefined;
  readonly measurements?: RecorderMeasurements | undefined;
  readonly findings?: readonly Finding[];
  /** False where nothing says what unit the amplitudes are in */
  readonly isCalibrated?: boolean;
}

/**
 * A recording of what a file holds: leads by their canonical names, other signals left out and named, the calibration pulse that some recorders append cut off, missing samples
 * counted. The representative beat is kept where it has the same leads.
 *
 * @throws TwinError BadInput without leads, with a lead twice, with unequal lengths, or without a sampling rate
 */
export function assembleEcg(file: string, found: FoundEcg, options: EcgOptions): EcgRecording {
  const findings: Finding[] = [...(found.findings ?? [])];
  const { leads, others } = chooseLeads(file, found.signals, options);
  if (others.length > 0) {
    const message = `${others.join(', ')} ${others.length > 1 ? 'are no ECG leads and were' : 'is no ECG lead and was'} left out`;
    findings.push({ code: 'signals-ignored', severity: 'warning', message, count: others.length });
  }
  const sampleRate_Hz = checkRate(file, found.sampleRate_Hz);
  const [first] = leads;
  const samples = first?.voltage_mV.length ?? 0;
  const odd = leads.find(({ voltage_mV }) => voltage_mV.length !== samples);
  if (odd)
    throw badInput(
      file,
      `lead ${odd.name} has ${odd.voltage_mV.length} samples, lead ${first?.name} ${samples}; expected as many in each`,
    );
  const wild = leads.find(({ voltage_mV }) => voltage_mV.some((value) => Math.abs(value) > MOST_mV));
  if (wild) throw badInput(file, `lead ${wild.name} goes beyond ${MOST_mV} mV; is its resolution in the unit it says?`);
  const kept = samples - calibrationSamples(leads, sampleRate_Hz);
  if (kept < samples) {
    const left = (samples - kept) / sampleRate_Hz;
    const message = `the last ${left.toFixed(2)} s are the recorder's calibration pulse, the same in all leads, and were left out`;
    findings.push({ code: 'calibration-pulse', severity: 'repaired', message, count: samples - kept });
  }
  const voltage_mV = leads.map((lead) => lead.voltage_mV.slice(0, kept));
  const missing = voltage_mV.reduce((sum, values) => sum + countMissing(values), 0);
  if (missing > 0) {
    const message = `${missing} of ${leads.length * kept} samples are missing`;
    findings.push({ code: 'missing-samples', severity: 'warning', message, count: missing });
  }
  const { isCalibrated = true } = found;
  if (!isCalibrated) {
    const message = 'neither the file nor the study (ecg.unit) gives a unit; amplitudes are relative';
    findings.push({ code: 'gain-unknown', severity: 'warning', message });
  }
  const recording = { leads: leads.map(({ name }) => name), sampleRate_Hz, voltage_mV, isCalibrated };
  const beat = beatOf(found, recording.leads, options);
  if (typeof beat === 'string') {
    const message = `the recorder's own representative beat was left out: ${beat}`;
    findings.push({ code: 'recorder-beat-left-out', severity: 'warning', message });
  }
  return {
    ...recording,
    findings,
    ...(found.measurements ? { measurements: found.measurements } : {}),
    ...(beat && typeof beat !== 'string' ? { recorderBeat: beat } : {}),
  };
}

/** @throws TwinError BadInput where so many samples could not be of a resting ECG */
export function checkSampleCount(file: string, samples: number): void {
  if (samples > MOST_SAMPLES)
    throw badInput(file, `more than ${MOST_SAMPLES} samples; cut the recording to some minutes around rest`);
}

function chooseLeads(file: string, signals: readonly NamedSignal[], options: EcgOptions) {
  const leads: NamedSignal[] = [];
  const others: string[] = [];
  for (const { name, voltage_mV } of signals) {
    const lead = canonicalLead(name, options.leads);
    if (!lead) others.push(quote(name));
    else if (leads.some((other) => other.name === lead)) throw badInput(file, `lead ${lead} stands there twice`);
    else leads.push({ name: lead, voltage_mV });
  }
  if (leads.length > 0 && (leads[0]?.voltage_mV.length ?? 0) > 0) return { leads, others };
  const found =
    leads.length > 0
      ? 'its leads have no samples'
      : others.length > 0
        ? `none of its signals (${others.slice(0, 20).join(', ')}) is a lead`
        : 'it holds no signal';
  throw badInput(file, `${found}; expected I, II, …, V6; was it exported without its waveforms?`);
}

function checkRate(file: string, rate_Hz: number | undefined): number {
  if (rate_Hz !== undefined && rate_Hz > 0 && rate_Hz <= MOST_RATE_Hz) return rate_Hz;
  throw badInput(
    file,
    `the sampling rate is ${rate_Hz === undefined ? 'missing' : `${rate_Hz} Hz`}; expected more than 0 and at most ${MOST_RATE_Hz} Hz`,
  );
}

/**
 * Length of the tail in which all leads are the same and a pulse stands: the recorder's calibration, since no ECG is alike in two limb leads and the chest. 0 where there is
 * none, or where it would be half of the recording.
 */
function calibrationSamples(leads: readonly NamedSignal[], sampleRate_Hz: number): number {
  const [first, ...others] = leads.map(({ voltage_mV }) => voltage_mV);
  if (!first || others.length < 3) return 0;
  const isSame = (sample: number): boolean =>
    others.every((other) => Math.abs((other[sample] as number) - (first[sample] as number)) < SAME_mV);
  let start = first.length;
  while (start > 0 && isSame(start - 1)) start--;
  const tail = first.subarray(start);
  const height = tail.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const isTail = tail.length >= SHORTEST_CALIBRATION_s * sampleRate_Hz && tail.length < first.length / 2;
  return height >= LEAST_PULSE_mV && isTail ? tail.length : 0;
}

const countMissing = (values: Float64Array): number =>
  values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);

/** The beat with its leads in the recording's order; a string that says why it cannot be used; undefined where there is none. */
function beatOf(
  { beat }: FoundEcg,
  leads: readonly string[],
  options: EcgOptions,
): EcgRecording['recorderBeat'] | string {
  if (!beat || beat.signals.length === 0) return undefined;
  const { sampleRate_Hz } = beat;
  if (sampleRate_Hz === undefined || !(sampleRate_Hz > 0 && sampleRate_Hz <= MOST_RATE_Hz))
    return 'its sampling rate is not given';
  const byLead = new Map(beat.signals.map(({ name, voltage_mV }) => [canonicalLead(name, options.leads), voltage_mV]));
  const voltage_mV: Float64Array[] = [];
  for (const lead of leads) {
    const values = byLead.get(lead);
    if (!values) return `it has no lead ${lead}`;
    if (values.length === 0 || values.length !== (voltage_mV[0] ?? values).length)
      return `lead ${lead} has ${values.length} samples in it`;
    voltage_mV.push(values);
  }
  const isFill = (sample: number): boolean =>
    voltage_mV.every((values) => !(Math.abs(values[sample] as number) <= FILL_mV));
  let samples = voltage_mV[0]?.length ?? 0;
  while (samples > 0 && isFill(samples - 1)) samples--;
  if (samples === 0) return 'it has no samples';
  return { sampleRate_Hz, voltage_mV: voltage_mV.map((values) => values.slice(0, samples)) };
}
