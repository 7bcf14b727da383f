import type { Finding } from '../errors.ts';
import { mVPer, sampleInterval_ms } from '../units.ts';
import { quote } from './asciiScanner.ts';
import { badInput } from './badInput.ts';
import { decodeBase64 } from './base64.ts';
import { assembleEcg, checkSampleCount, type NamedSignal } from './ecgAssembly.ts';
import type { EcgFormat, EcgOptions, EcgRecording, RecorderMeasurements } from './format.ts';
import { crc32 } from './gunzip.ts';
import { recorderMeasurements } from './recorderMeasurements.ts';
import { voltageUnitOf } from './wfdb.ts';
import { child, childrenOf, numberOf, plainContent, readXmlTree, textOf, type XmlElement } from './xmlTree.ts';

const NAMES = new Set([
  ...['Waveform', 'WaveformType', 'SampleType', 'SampleBase', 'SampleExponent', 'LeadData', 'LeadID', 'LeadOff'],
  ...['LeadByteCountTotal', 'LeadSampleCountTotal', 'LeadSampleSize', 'LeadTimeOffset', 'LeadOffsetFirstSample'],
  ...['FirstSampleBaseline', 'LeadAmplitudeUnitsPerBit', 'LeadAmplitudeUnits', 'LeadDataCRC32', 'WaveFormData'],
  ...['RestingECGMeasurements', 'OriginalRestingECGMeasurements', 'VentricularRate', 'PRInterval', 'QRSDuration'],
  ...[
    'QTInterval',
    'QTCorrected',
    'PAxis',
    'RAxis',
    'TAxis',
    'POnset',
    'POffset',
    'ECGSampleBase',
    'ECGSampleExponent',
  ],
]);

/**
 * Exports of GE MUSE: base64 of little-endian 16-bit samples, mostly of the eight independent leads; the others are not stored and not made here.
 * Of the measurements the recorder's are taken, not those a reader edited.
 */
export const muse: EcgFormat = {
  name: 'GE MUSE XML',
  extensions: ['.xml'],
  content: 'xml',
  rootElement: 'RestingECG',
  read(bytes, fileName, _beside, options: EcgOptions = {}): EcgRecording {
    const root = readXmlTree(bytes, fileName, NAMES);
    const waveforms = childrenOf(root, 'Waveform');
    const ofType = (type: string): XmlElement | undefined =>
      waveforms.find((waveform) => textOf(waveform, 'WaveformType')?.toLowerCase() === type);
    const rhythm = ofType('rhythm');
    if (!rhythm) throw badInput(fileName, 'it has no Waveform of type Rhythm; was it exported without its waveforms?');
    const findings: Finding[] = [];
    const median = ofType('median');
    const measured = child(root, 'OriginalRestingECGMeasurements') ?? child(root, 'RestingECGMeasurements');
    const strip = readWaveform(rhythm, fileName, findings);
    const beat = median && readWaveform(median, fileName, findings);
    return assembleEcg(fileName, { ...strip, beat, measurements: measurementsOf(measured), findings }, options);
  },
};

function readWaveform(waveform: XmlElement, file: string, findings: Finding[]) {
  const type = textOf(waveform, 'WaveformType') ?? '';
  const samples = textOf(waveform, 'SampleType') ?? 'CONTINUOUS_SAMPLES';
  if (samples !== 'CONTINUOUS_SAMPLES')
    throw badInput(file, `the samples are ${quote(samples)}; expected CONTINUOUS_SAMPLES`);
  const leads = childrenOf(waveform, 'LeadData').map((lead) => readLead(lead, file, type));
  const wrong = leads.filter(({ isChecksumRight }) => !isChecksumRight).map(({ name }) => name);
  if (wrong.length > 0) {
    const message = `the ${type} samples of ${wrong.map(quote).join(', ')} do not fit their checksum; the file may be damaged`;
    findings.push({ code: 'checksum-mismatch', severity: 'warning', message, count: wrong.length });
  }
  const off = leads.filter(({ isOff }) => isOff).map(({ name }) => name);
  if (off.length > 0 && type.toLowerCase() === 'rhythm') {
    const message = `the recorder found ${off.map(quote).join(', ')} without contact`;
    findings.push({ code: 'lead-off', severity: 'warning', message, count: off.length });
  }
  return { sampleRate_Hz: rateOf(waveform, 'SampleBase', 'SampleExponent'), signals: leads };
}

interface MuseLead extends NamedSignal {
  readonly isChecksumRight: boolean;
  readonly isOff: boolean;
}

function readLead(lead: XmlElement, file: string, type: string): MuseLead {
  const name = textOf(lead, 'LeadID') ?? '';
  const where = `lead ${quote(name)} (${type.slice(0, 20)})`;
  for (const field of ['LeadTimeOffset', 'LeadOffsetFirstSample', 'FirstSampleBaseline']) {
    const value = numberOf(lead, field) ?? 0;
    if (value !== 0)
      throw badInput(file, `${where} has a ${field} of ${value}; only leads that begin together and at zero are read`);
  }
  const size = numberOf(lead, 'LeadSampleSize') ?? 2;
  if (size !== 2) throw badInput(file, `${where} has samples of ${size} bytes; expected 2`);
  const step = numberOf(lead, 'LeadAmplitudeUnitsPerBit');
  const unit = voltageUnitOf(textOf(lead, 'LeadAmplitudeUnits') ?? 'MICROVOLTS');
  if (step === undefined || !(step > 0) || unit === undefined) {
    const found = step === undefined ? 'missing' : `${step} ${quote(textOf(lead, 'LeadAmplitudeUnits') ?? '')}`;
    throw badInput(file, `the amplitude of a step in ${where} is ${found}; expected a positive number of MICROVOLTS`);
  }
  const data = child(lead, 'WaveFormData');
  const text = data && plainContent(data);
  const bytes = text && decodeBase64(text, 0, text.length, text.length);
  if (!bytes)
    throw badInput(
      file,
      `${where} has ${data ? 'characters among its samples that are no base64' : 'no WaveFormData'}`,
    );
  const samples = Math.floor(bytes.length / 2);
  checkSampleCount(file, samples);
  const promised = numberOf(lead, 'LeadSampleCountTotal') ?? samples;
  const promisedBytes = numberOf(lead, 'LeadByteCountTotal') ?? bytes.length;
  if (promised !== samples || promisedBytes !== bytes.length || bytes.length % 2 !== 0) {
    const expected = promised === samples ? `${promisedBytes} bytes` : `${promised} samples`;
    throw badInput(
      file,
      `${where} has ${samples} samples in ${bytes.length} bytes, and promises ${expected}; it was probably cut short`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const voltage_mV = Float64Array.from(
    { length: samples },
    (_, sample) => view.getInt16(2 * sample, true) * step * mVPer[unit],
  );
  const checksum = numberOf(lead, 'LeadDataCRC32');
  const isChecksumRight = checksum === undefined || checksum === 0 || ~crc32(bytes, -1) >>> 0 === checksum;
  return { name, voltage_mV, isChecksumRight, isOff: textOf(lead, 'LeadOff')?.toUpperCase() === 'TRUE' };
}

function rateOf(element: XmlElement | undefined, base: string, exponent: string): number | undefined {
  const value = numberOf(element, base);
  return value === undefined ? undefined : value * 10 ** (numberOf(element, exponent) ?? 0);
}

function measurementsOf(measured: XmlElement | undefined): RecorderMeasurements | undefined {
  // The P wave is given by its bounds alone, in samples.
  const rate_Hz = rateOf(measured, 'ECGSampleBase', 'ECGSampleExponent') ?? Number.NaN;
  const p = (numberOf(measured, 'POffset') ?? Number.NaN) - (numberOf(measured, 'POnset') ?? Number.NaN);
  return recorderMeasurements({
    heartRate_bpm: numberOf(measured, 'VentricularRate'),
    pDuration_ms: p * sampleInterval_ms(rate_Hz),
    prInterval_ms: numberOf(measured, 'PRInterval'),
    qrsDuration_ms: numberOf(measured, 'QRSDuration'),
    qtInterval_ms: numberOf(measured, 'QTInterval'),
    qtcInterval_ms: numberOf(measured, 'QTCorrected'),
    pAxis_deg: numberOf(measured, 'PAxis'),
    qrsAxis_deg: numberOf(measured, 'RAxis'),
    tAxis_deg: numberOf(measured, 'TAxis'),
  });
}
