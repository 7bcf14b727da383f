import { mVPer } from '../../units.ts';
import { quote } from '../asciiScanner.ts';
import { badInput } from '../badInput.ts';
import type { NamedSignal } from '../ecgAssembly.ts';
import { numberedLead } from '../scp/leadNames.ts';
import { voltageUnitOf } from '../wfdb.ts';
import { type DicomFile, decimal, type Elements, itemsOf, text, unsigned } from './dataSet.ts';

/** Channels that were sampled together. */
export interface MultiplexGroup {
  readonly label: string;
  /** Made from others by the recorder, such as a median beat */
  readonly isDerived: boolean;
  readonly sampleRate_Hz: number;
  /** After the start of the recording */
  readonly offset_ms: number;
  readonly samples: number;
  /** Channels in a voltage, mV */
  readonly signals: readonly NamedSignal[];
  /** Channels of anything else, with their unit */
  readonly others: readonly string[];
}

/** Reads one number of a channel. */
type ReadStep = (view: DataView, at: number, isLittleEndian: boolean) => number;

interface SampleFormat {
  readonly bytes: number;
  readonly read: ReadStep;
}

/** Sample interpretations that are numbers (PS3.3, C.10.9); companded ones are of speech. */
const SAMPLE_FORMATS: Readonly<Record<string, SampleFormat>> = {
  SB: { bytes: 1, read: (view, at) => view.getInt8(at) },
  UB: { bytes: 1, read: (view, at) => view.getUint8(at) },
  SS: { bytes: 2, read: (view, at, isLittle) => view.getInt16(at, isLittle) },
  US: { bytes: 2, read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  SL: { bytes: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle) },
  UL: { bytes: 4, read: (view, at, isLittle) => view.getUint32(at, isLittle) },
};

/** More channels than any recorder has. */
const MOST_CHANNELS = 1024;

/**
 * Decodes one item of the waveform sequence: samples × sensitivity × correction + baseline, in mV, shifted by their skew.
 *
 * Source: DICOM PS3.3, section C.10.9.
 * @throws TwinError BadInput where the samples are fewer than promised or stored in a way that is not read
 */
export function readGroup(dicom: DicomFile, group: Elements, file: string): MultiplexGroup {
  const label = text(dicom, group, 'x003a0020') ?? '';
  const where = `${file}: waveform ${quote(label)}`;
  const channels = unsigned(dicom, group, 'x003a0005', 2) ?? 0;
  const samples = unsigned(dicom, group, 'x003a0010', 4) ?? 0;
  const definitions = itemsOf(group, 'x003a0200');
  if (channels === 0 || channels > MOST_CHANNELS || definitions.length !== channels)
    throw badInput(where, `${channels} channels by its number, ${definitions.length} that are described`);
  const interpretation = text(dicom, group, 'x54001006') ?? '';
  const format = Object.hasOwn(SAMPLE_FORMATS, interpretation) ? SAMPLE_FORMATS[interpretation] : undefined;
  const bits = unsigned(dicom, group, 'x54001004', 2);
  if (!format || bits !== format.bytes * 8)
    throw badInput(
      where,
      `samples of ${bits} bits, interpretation ${quote(interpretation)}; read are ${Object.keys(SAMPLE_FORMATS).join(', ')} of their own size`,
    );
  const data = group.x54001010;
  const held = Math.min(data?.length ?? 0, dicom.bytes.length - (data?.dataOffset ?? 0));
  const available = Math.floor(held / (format.bytes * channels));
  if (samples === 0 || available < samples)
    throw badInput(where, `${available} of ${samples} samples a channel; the file is empty or was cut short`);
  const view = new DataView(dicom.bytes.buffer, dicom.bytes.byteOffset + (data?.dataOffset ?? 0), held);
  const padding = group.x5400100a;
  const missing = padding && padding.length >= format.bytes ? stepAt(dicom, padding.dataOffset, format) : undefined;
  const signals: NamedSignal[] = [];
  const others: string[] = [];
  for (const [channel, definition] of definitions.entries()) {
    const name = channelName(dicom, definition, channel);
    const unit = text(dicom, itemsOf(definition, 'x003a0211')[0] ?? {}, 'x00080100') ?? '';
    const perUnit = voltageUnitOf(unit);
    const sensitivity = decimal(dicom, definition, 'x003a0210');
    if (!perUnit || sensitivity === undefined) {
      others.push(unit === '' ? name : `${name} in ${unit}`);
      continue;
    }
    const factor = sensitivity * (decimal(dicom, definition, 'x003a0212') ?? 1) * mVPer[perUnit];
    const baseline = (decimal(dicom, definition, 'x003a0213') ?? 0) * mVPer[perUnit];
    const voltage_mV = new Float64Array(samples).fill(Number.NaN);
    const skew = Math.round(decimal(dicom, definition, 'x003a0215') ?? 0);
    for (let sample = Math.max(0, skew); sample < Math.min(samples, samples + skew); sample++) {
      const step = format.read(view, ((sample - skew) * channels + channel) * format.bytes, dicom.isLittleEndian);
      if (step !== missing) voltage_mV[sample] = step * factor + baseline;
    }
    signals.push({ name, voltage_mV });
  }
  return {
    label,
    isDerived: text(dicom, group, 'x003a0004') === 'DERIVED' || /median|average|template|beat/i.test(label),
    sampleRate_Hz: decimal(dicom, group, 'x003a001a') ?? Number.NaN,
    offset_ms: decimal(dicom, group, 'x00181068') ?? 0,
    samples,
    signals,
    others,
  };
}

/** A channel's lead by the code of its source (SCP-ECG's or MDC's number), else by its label. */
function channelName(dicom: DicomFile, definition: Elements, channel: number): string {
  const [source] = itemsOf(definition, 'x003a0208');
  const code = source && text(dicom, source, 'x00080100');
  const number = /^(?:5\.6\.3-9-|2:)(\d{1,3})$/.exec(code ?? '')?.[1];
  if (number !== undefined) return numberedLead(Number(number));
  const meaning = source && text(dicom, source, 'x00080104');
  return text(dicom, definition, 'x003a0203') ?? meaning ?? `channel ${channel + 1}`;
}

const stepAt = ({ bytes, isLittleEndian }: DicomFile, at: number, format: SampleFormat): number | undefined =>
  at + format.bytes <= bytes.length
    ? format.read(new DataView(bytes.buffer, bytes.byteOffset + at, format.bytes), 0, isLittleEndian)
    : undefined;
