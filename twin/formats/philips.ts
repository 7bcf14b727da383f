import { mVPer } from '../units.ts';
import { quote } from './asciiScanner.ts';
import { badInput } from './badInput.ts';
import { decodeBase64 } from './base64.ts';
import { assembleEcg, checkSampleCount, type NamedSignal } from './ecgAssembly.ts';
import type { EcgFormat, EcgOptions, EcgRecording, RecorderMeasurements } from './format.ts';
import { recorderMeasurements } from './recorderMeasurements.ts';
import { readSampleList } from './sampleList.ts';
import { decodeXli } from './xli.ts';
import {
  child,
  childrenOf,
  numberIn,
  numberOf,
  plainContent,
  readXmlTree,
  textOf,
  type XmlElement,
} from './xmlTree.ts';

/** Names of each measurement in the versions of the format; the first that is there counts. */
const MEASUREMENTS = {
  heartRate_bpm: ['heartrate', 'meanventrate'],
  pDuration_ms: ['pdur'],
  prInterval_ms: ['print', 'meanprint'],
  qrsDuration_ms: ['qrsdur', 'meanqrsdur'],
  qtInterval_ms: ['qtint', 'meanqtint'],
  qtcInterval_ms: ['qtcb', 'meanqtc'],
  pAxis_deg: ['pfrontaxis'],
  qrsAxis_deg: ['qrsfrontaxis'],
  tAxis_deg: ['tfrontaxis'],
} as const satisfies Readonly<Record<keyof RecorderMeasurements, readonly string[]>>;

const NAMES = new Set([
  ...[
    'documentinfo',
    'documentversion',
    'dataacquisition',
    'signalcharacteristics',
    'samplingrate',
    'signalresolution',
  ],
  ...['resolution', 'acquisitiontype', 'bitspersample', 'signaloffset', 'signalsigned', 'numberchannelsallocated'],
  ...['interpretations', 'interpretation', 'globalmeasurements', 'interpretationmeasurements', 'measurements'],
  ...[
    'internalmeasurements',
    'crossleadmeasurements',
    'waveforms',
    'parsedwaveforms',
    'repbeats',
    'repbeat',
    'waveform',
  ],
  ...Object.values(MEASUREMENTS).flat(),
]);

/** Leads of twelve channels that are not named, by the kinds of acquisition that have them in this order. */
const STANDARD = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const STANDARD_ACQUISITIONS = ['STD-12', '10-WIRE'];

/** Longest recording of this kind, ms; most have 11 s with the calibration pulse. */
const MOST_ms = 3_600_000;
const MOST_LEADS = 32;

/** Exports of Philips cardiographs (Sierra ECG 1.03, Philips ECG 1.04), leads compressed by XLI or plain, with representative beats where there are any. */
export const philips: EcgFormat = {
  name: 'Philips XML',
  extensions: ['.xml'],
  content: 'xml',
  rootElement: 'restingecgdata',
  read(bytes, fileName, _beside, options: EcgOptions = {}): EcgRecording {
    const root = readXmlTree(bytes, fileName, NAMES);
    const version = textOf(root, 'documentinfo', 'documentversion');
    if (version === undefined || !/^1\.0[34](\.\d+)?$/.test(version)) {
      throw badInput(
        fileName,
        `the document version is ${version === undefined ? 'missing' : quote(version)}; read are 1.03 and 1.04`,
      );
    }
    const strip = readStrip(root, fileName);
    const beat = readBeat(child(root, 'waveforms', 'repbeats'), fileName);
    return assembleEcg(fileName, { ...strip, beat, measurements: measurementsOf(root) }, options);
  },
};

function readStrip(root: XmlElement, file: string): { sampleRate_Hz: number | undefined; signals: NamedSignal[] } {
  const signal = child(root, 'dataacquisition', 'signalcharacteristics');
  const waveforms = child(root, 'waveforms', 'parsedwaveforms') ?? child(root, 'parsedwaveforms');
  if (!waveforms) throw badInput(file, 'it has no parsedwaveforms; was it exported without its waveforms?');
  const { attributes } = waveforms;
  // Version 1.04 says it at the waveforms, 1.03 among the signal's characteristics alone.
  const number = (attribute: string, ...names: readonly string[]): number | undefined =>
    numberIn(attributes[attribute]) ?? names.map((name) => numberOf(signal, name)).find((value) => value !== undefined);
  const sampleRate_Hz = number('samplespersecond', 'samplingrate');
  const step_uV = number('resolution', 'resolution', 'signalresolution');
  const duration_ms = number('durationperchannel');
  if (step_uV === undefined || !(step_uV > 0))
    throw badInput(file, `the resolution is ${step_uV ?? 'missing'}; expected µV a step`);
  if (
    sampleRate_Hz === undefined ||
    !(sampleRate_Hz > 0) ||
    duration_ms === undefined ||
    !(duration_ms > 0 && duration_ms <= MOST_ms)
  ) {
    const found = `sampling rate ${sampleRate_Hz ?? 'missing'}, duration of a channel ${duration_ms ?? 'missing'}`;
    throw badInput(file, `${found}; expected Hz, and ms up to an hour`);
  }
  const offset = number('signaloffset', 'signaloffset') ?? 0;
  const isSigned = (attributes.signalsigned ?? textOf(signal, 'signalsigned') ?? 'True').toLowerCase() === 'true';
  const bits = number('bitspersample', 'bitspersample') ?? numberIn(attributes.nbitspersample) ?? 16;
  if (offset !== 0 || !isSigned || bits !== 16) {
    throw badInput(
      file,
      `samples of ${bits} bits, ${isSigned ? 'signed' : 'unsigned'}, offset ${offset}; expected 16 bits, signed, without an offset`,
    );
  }
  const leads = leadNames(attributes, signal, file);
  const samples = Math.round((duration_ms * sampleRate_Hz) / 1000);
  checkSampleCount(file, samples * leads.length);
  const steps = readSteps(waveforms, file, leads, samples);
  const signals = leads.map((name, i) => ({
    name,
    voltage_mV: Float64Array.from(steps[i] ?? [], (step) => step * step_uV * mVPer.uV),
  }));
  return { sampleRate_Hz, signals };
}

function leadNames(
  attributes: XmlElement['attributes'],
  signal: XmlElement | undefined,
  file: string,
): readonly string[] {
  const count = numberIn(attributes.numberofleads) ?? numberOf(signal, 'numberchannelsallocated') ?? STANDARD.length;
  const labels = attributes.leadlabels?.trim().split(/\s+/, MOST_LEADS);
  if (labels && labels.length >= count && count > 0) return labels.slice(0, count);
  const acquisition = textOf(signal, 'acquisitiontype') ?? '';
  if (!labels && STANDARD_ACQUISITIONS.includes(acquisition.toUpperCase()) && count >= STANDARD.length) return STANDARD;
  throw badInput(
    file,
    `${count} channels${labels ? ` with ${labels.length} names` : ` of the kind ${quote(acquisition)}`}; expected as many leadlabels, or at least 12 of the kind ${STANDARD_ACQUISITIONS.join(' or ')}`,
  );
}

/** Steps of each lead, as many as promised. @throws TwinError BadInput */
function readSteps(
  waveforms: XmlElement,
  file: string,
  leads: readonly string[],
  samples: number,
): ArrayLike<number>[] {
  const { dataencoding, compression, compressflag, compressmethod } = waveforms.attributes;
  const content = plainContent(waveforms);
  const isCompressed = compressflag === undefined ? (compression ?? '') !== '' : compressflag.toLowerCase() === 'true';
  const method = compression ?? compressmethod ?? '';
  const encoding = dataencoding ?? 'Base64';
  const total = samples * leads.length;
  const short = (found: number): Error =>
    badInput(
      file,
      `${found} samples; expected ${samples} in each of ${leads.length} leads; the file was probably cut short`,
    );
  if (encoding.toLowerCase() === 'plain' && !isCompressed) {
    const steps = readSampleList(content, file, 'parsedwaveforms');
    if (steps.length < total) throw short(steps.length);
    return leads.map((_, i) => steps.subarray(i * samples, (i + 1) * samples));
  }
  if (encoding.toLowerCase() !== 'base64' || (isCompressed && method.toUpperCase() !== 'XLI')) {
    throw badInput(
      file,
      `leads in ${quote(encoding)}${isCompressed ? ` compressed by ${quote(method)}` : ''}; expected Base64, plain or compressed by XLI`,
    );
  }
  const bytes = decodeBase64(content, 0, content.length, content.length);
  if (!bytes) throw badInput(file, 'characters among the samples that are no base64');
  if (isCompressed) return restoreLimbLeads(decodeXli(bytes, file, leads.length, samples), leads);
  if (bytes.length < 2 * total) throw short(Math.floor(bytes.length / 2));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return leads.map((_, i) =>
    Int16Array.from({ length: samples }, (_none, sample) => view.getInt16(2 * (i * samples + sample), true)),
  );
}

/** Of III, aVR, aVL and aVF only what differs from Einthoven's and Goldberger's laws is stored; halves are cut off towards zero, as recorders do. */
function restoreLimbLeads(steps: Int16Array[], leads: readonly string[]): Int16Array[] {
  const at = (lead: string): Int16Array | undefined => steps[leads.findIndex((name) => name.toLowerCase() === lead)];
  const [one, two, three, avr, avl, avf] = ['i', 'ii', 'iii', 'avr', 'avl', 'avf'].map(at);
  if (!one || !two) return steps;
  for (let i = 0; i < one.length; i++) {
    const a = one[i] as number;
    const b = two[i] as number;
    const c = b - a - (three ? (three[i] as number) : 0);
    if (three) three[i] = c;
    if (avr) avr[i] = -(avr[i] as number) - Math.trunc((a + b) / 2);
    if (avl) avl[i] = Math.trunc((a - c) / 2) - (avl[i] as number);
    if (avf) avf[i] = Math.trunc((b + c) / 2) - (avf[i] as number);
  }
  return steps;
}

function readBeat(repbeats: XmlElement | undefined, file: string) {
  if (!repbeats) return undefined;
  const step_uV = numberIn(repbeats.attributes.resolution);
  const isBase64 = (repbeats.attributes.dataencoding ?? '').toLowerCase() === 'base64';
  const signals = childrenOf(repbeats, 'repbeat').map((repbeat) => {
    const content = plainContent(child(repbeat, 'waveform') ?? repbeat);
    const name = repbeat.attributes.leadname ?? '';
    const bytes = isBase64 ? decodeBase64(content, 0, content.length, content.length) : undefined;
    if (!bytes || bytes.length % 2 !== 0 || !(step_uV !== undefined && step_uV > 0)) {
      throw badInput(
        file,
        `the representative beat of lead ${quote(name)} is not whole 16-bit samples in Base64 with a resolution in µV`,
      );
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const voltage_mV = Float64Array.from(
      { length: bytes.length / 2 },
      (_, i) => view.getInt16(2 * i, true) * step_uV * mVPer.uV,
    );
    return { name, voltage_mV };
  });
  return { sampleRate_Hz: numberIn(repbeats.attributes.samplespersec), signals };
}

/** As printed with the interpretation, unless a reader edited it; else as the analysis program left it among its own. */
function measurementsOf(root: XmlElement): RecorderMeasurements | undefined {
  const interpretation = child(root, 'interpretations', 'interpretation');
  const blocks = [
    child(interpretation, 'globalmeasurements'),
    child(interpretation, 'interpretationmeasurements'),
    child(root, 'internalmeasurements', 'crossleadmeasurements'),
    child(root, 'measurements', 'globalmeasurements'),
  ].filter((block) => block !== undefined && !isEdited(block));
  const found = Object.entries(MEASUREMENTS).map(([key, names]) => {
    const elements = blocks.flatMap((block) => names.map((name) => child(block, name)));
    return [
      key,
      elements
        .map((element) => (element && !isEdited(element) ? numberOf(element) : undefined))
        .find((value) => value !== undefined),
    ];
  });
  return recorderMeasurements(Object.fromEntries(found));
}

const isEdited = (element: XmlElement): boolean => element.attributes.editedflag?.toLowerCase() === 'true';
