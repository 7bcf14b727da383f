import type { Finding } from '../errors.ts';
import { mVPer, type VoltageUnit } from '../units.ts';
import { quote } from './asciiScanner.ts';
import { badInput } from './badInput.ts';
import type { EcgFormat, EcgOptions, EcgRecording, ReadBeside } from './format.ts';
import { canonicalLead } from './leadName.ts';
import { parseWfdbHeader, type WfdbHeader, type WfdbSignal } from './wfdbHeader.ts';
import { FLAC_FORMATS, SAMPLE_PACKINGS, samplesIn } from './wfdbSamples.ts';

/** Steps per mV of a signal whose gain is unknown (WFDB manual, header(5)); amplitudes are then relative. */
const DEFAULT_GAIN = 200;

/** WFDB records (PhysioNet): a header, and signal files of formats 8, 16, 24, 32, 61, 80, 160, 212, 310 and 311 beside it; also records of several segments. */
export const wfdb: EcgFormat = {
  name: 'WFDB',
  extensions: ['.hea'],
  content: 'text',
  read(bytes, fileName, beside, options = {}): EcgRecording {
    const header = parseWfdbHeader(bytes, fileName);
    const channels = header.segments.length > 0 ? readSegments(header, beside) : readSignals(header, beside);
    return toRecording(header, channels, options);
  },
};

/** One signal in its own unit. */
interface Channel {
  readonly description: string;
  readonly unit: string;
  readonly samplesPerFrame: number;
  readonly isCalibrated: boolean;
  /** In `unit`, [samples]; NaN where missing */
  readonly values: Float64Array;
  readonly isChecksumRight: boolean;
}

function readSignals(header: WfdbHeader, beside: ReadBeside): Channel[] {
  const { signals, file } = header;
  const channels: Channel[] = [];
  for (let first = 0; first < signals.length; ) {
    let next = first + 1;
    while (next < signals.length && signals[next]?.file === signals[first]?.file) next++;
    const again = signals.slice(next).find((signal) => signal.file === signals[first]?.file);
    if (again) throw badInput(file, `${again.file} stands in two places; the signals of one file follow one another`);
    channels.push(...readGroup(header, signals.slice(first, next), beside));
    first = next;
  }
  if (channels.length === 0) throw badInput(file, 'the record has no signals');
  const lengths = channels.map(({ values, samplesPerFrame }) => values.length / samplesPerFrame);
  if (new Set(lengths).size > 1)
    throw badInput(
      file,
      `the signal files hold ${[...new Set(lengths)].join(' and ')} samples; expected as many in each`,
    );
  return channels;
}

/** The signals of one file, whose samples alternate. */
function readGroup(header: WfdbHeader, group: readonly WfdbSignal[], beside: ReadBeside): Channel[] {
  const [first] = group as [WfdbSignal];
  const { file, format, byteOffset } = first;
  const packing = Object.hasOwn(SAMPLE_PACKINGS, format) ? SAMPLE_PACKINGS[format] : undefined;
  if (FLAC_FORMATS.includes(format))
    throw badInput(
      header.file,
      `${file} is in signal format ${format}, which is compressed by FLAC; convert it with "xform -a" or wfdb.wrsamp to format 16`,
    );
  if (!packing) {
    throw badInput(
      header.file,
      `${file} is in signal format ${format}; read are ${Object.keys(SAMPLE_PACKINGS).join(', ')}`,
    );
  }
  if (group.some((signal) => signal.format !== format || signal.byteOffset !== byteOffset)) {
    throw badInput(header.file, `the signals in ${file} differ in format or offset, and one file has one of each`);
  }
  const perFrame = group.reduce((sum, { samplesPerFrame }) => sum + samplesPerFrame, 0);
  if (group.some(({ samplesPerFrame }) => samplesPerFrame === 0))
    throw badInput(header.file, `${file} has no sample of a signal in a frame; expected at least one`);
  const bytes = beside(file);
  if (!bytes) throw badInput(header.file, `there is no ${file} beside it`);
  const available = Math.floor(samplesIn(bytes.length - byteOffset, packing) / perFrame);
  const frames = header.samples ?? available;
  if (available < frames || frames === 0) {
    const cause = available === 0 ? 'the recording is empty' : 'it was probably cut short while copied';
    throw badInput(file, `${available} of ${header.samples ?? 'an unknown number of'} samples; ${cause}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let place = 0;
  return group.map((signal) => {
    const { samplesPerFrame } = signal;
    const samples = frames * samplesPerFrame;
    const values = new Float64Array(samples);
    const gain = signal.gain || DEFAULT_GAIN;
    let sum = 0;
    let level = signal.initial;
    for (let sample = 0; sample < samples; sample++) {
      const inFrame = sample % samplesPerFrame;
      const stored = packing.step(
        view,
        byteOffset,
        ((sample - inFrame) / samplesPerFrame) * perFrame + place + inFrame,
      );
      level += stored;
      const step = packing.isDifferences ? level : stored;
      sum = (sum + step) & 0xffff;
      values[sample] = step === packing.missing ? Number.NaN : (step - signal.baseline) / gain;
    }
    place += samplesPerFrame;
    const skew = Math.min(signal.skew * samplesPerFrame, samples);
    values.copyWithin(0, skew);
    values.fill(Number.NaN, samples - skew);
    const isChecksumRight = signal.checksum === undefined || ((signal.checksum ^ sum) & 0xffff) === 0;
    const { description, unit } = signal;
    return { description, unit, samplesPerFrame, isCalibrated: signal.gain !== 0, values, isChecksumRight };
  });
}

/** Joins segments end to end; a signal that a segment lacks is missing there. */
function readSegments(header: WfdbHeader, beside: ReadBeside): Channel[] {
  const seen = new Set<string>();
  const parts = header.segments.map(({ record, samples }) => {
    if (record === '~') return { samples, channels: [] };
    if (seen.has(record)) throw badInput(header.file, `the segment ${quote(record)} stands there twice`);
    seen.add(record);
    const file = `${record}.hea`;
    const bytes = beside(file);
    if (!bytes) throw badInput(header.file, `there is no ${file} beside it`);
    const segment = parseWfdbHeader(bytes, file);
    if (segment.segments.length > 0) throw badInput(file, 'a segment may not have segments itself');
    if (segment.sampleRate_Hz !== header.sampleRate_Hz) {
      throw badInput(file, `${segment.sampleRate_Hz} Hz in a record of ${header.sampleRate_Hz} Hz`);
    }
    if (samples === 0) return { samples, channels: [] }; // The layout segment of a variable record: names only.
    const channels = readSignals({ ...segment, samples }, beside);
    return { samples, channels };
  });
  const present = parts.flatMap(({ channels }) => channels);
  const names = [...new Set(present.map(({ description }) => description))];
  if (names.length === 0) throw badInput(header.file, 'none of its segments has signals');
  // Every sample of a present segment was read from bytes, so only gaps could be promised without end.
  const total = parts.reduce((sum, { samples }) => sum + samples, 0);
  const held = parts.reduce((sum, { samples, channels }) => sum + (channels.length > 0 ? samples : 0), 0);
  if (total > 100 * held)
    throw badInput(header.file, `${total} samples of which only ${held} were recorded; cut the record to its ECG`);
  return names.map((description) => {
    const own = present.filter((channel) => channel.description === description);
    const { unit = 'mV', samplesPerFrame = 1 } = own[0] ?? {};
    if (own.some((channel) => channel.unit !== unit || channel.samplesPerFrame !== samplesPerFrame))
      throw badInput(header.file, `the unit or the rate of ${quote(description)} changes between segments`);
    const values = new Float64Array(total * samplesPerFrame).fill(Number.NaN);
    let at = 0;
    for (const { samples, channels } of parts) {
      const channel = channels.find((candidate) => candidate.description === description);
      if (channel) values.set(channel.values, at);
      at += samples * samplesPerFrame;
    }
    const isCalibrated = own.every((channel) => channel.isCalibrated);
    return {
      description,
      unit,
      samplesPerFrame,
      values,
      isCalibrated,
      isChecksumRight: own.every((channel) => channel.isChecksumRight),
    };
  });
}

function toRecording(header: WfdbHeader, channels: readonly Channel[], options: EcgOptions): EcgRecording {
  const findings: Finding[] = [];
  const leads: string[] = [];
  const voltage_mV: Float64Array[] = [];
  const others: string[] = [];
  const wrong: string[] = [];
  const rates = new Set<number>();
  let isCalibrated = true;
  let missing = 0;
  for (const { description, unit, values, ...channel } of channels) {
    const lead = canonicalLead(description, options.leads);
    const voltageUnit = voltageUnitOf(unit);
    if (!lead || !voltageUnit) {
      others.push(quote(voltageUnit ? description : `${description} in ${unit}`));
      continue;
    }
    if (leads.includes(lead)) throw badInput(header.file, `lead ${lead} stands there twice`);
    if (!channel.isChecksumRight) wrong.push(lead);
    isCalibrated &&= channel.isCalibrated;
    leads.push(lead);
    rates.add(header.sampleRate_Hz * channel.samplesPerFrame);
    const factor = mVPer[voltageUnit];
    voltage_mV.push(factor === 1 ? values : values.map((value) => value * factor));
    missing += values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  }
  if (leads.length === 0)
    throw badInput(header.file, `none of its signals (${others.join(', ')}) is an ECG lead by name and unit`);
  const [sampleRate_Hz = header.sampleRate_Hz, ...furtherRates] = rates;
  if (furtherRates.length > 0)
    throw badInput(header.file, `its leads have ${[...rates].join(' and ')} Hz; resample them to one rate`);
  if (others.length > 0) {
    findings.push({
      code: 'signals-ignored',
      severity: 'warning',
      message: `${others.join(', ')} ${others.length > 1 ? 'are no ECG leads and were' : 'is no ECG lead and was'} left out`,
      count: others.length,
    });
  }
  if (wrong.length > 0) {
    findings.push({
      code: 'checksum-mismatch',
      severity: 'warning',
      message: `the samples of ${wrong.join(', ')} do not add up to the header's checksum; the file may be damaged`,
      count: wrong.length,
    });
  }
  if (!isCalibrated) {
    findings.push({
      code: 'gain-unknown',
      severity: 'warning',
      message: 'the header gives no gain; amplitudes are relative',
    });
  }
  if (missing > 0) {
    findings.push({
      code: 'missing-samples',
      severity: 'warning',
      message: `${missing} of ${leads.length * (voltage_mV[0]?.length ?? 0)} samples are marked as missing`,
      count: missing,
    });
  }
  return { leads, sampleRate_Hz, voltage_mV, isCalibrated, findings };
}

/** mV, µV or V as headers spell them; undefined for what is no voltage. */
export function voltageUnitOf(text: string): VoltageUnit | undefined {
  const unit = text.trim().replace(/^(\xc2?\xb5|\u03bc|micro)/i, 'u');
  if (/^uv(olts?)?$/i.test(unit)) return 'uV';
  if (/^(mv|millivolts?)$/i.test(unit)) return 'mV';
  return /^(v|volts?)$/i.test(unit) ? 'V' : undefined;
}
