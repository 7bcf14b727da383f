import { mVPer } from '../units.ts';
import { badInput } from './badInput.ts';
import { assembleEcg, type NamedSignal } from './ecgAssembly.ts';
import type { EcgFormat, EcgOptions, EcgRecording, RecorderMeasurements } from './format.ts';
import { recorderMeasurements } from './recorderMeasurements.ts';
import { readSampleList } from './sampleList.ts';
import { child, childrenOf, numberOf, plainContent, readXmlTree, type XmlElement } from './xmlTree.ts';

/** Where each measurement stands, and the unit that its element must name where it names one. */
const MEASUREMENTS = {
  heartRate_bpm: ['VentricularRate', 'bpm'],
  pDuration_ms: ['PDuration', 'ms'],
  prInterval_ms: ['PQInterval', 'ms'],
  qrsDuration_ms: ['QRSDuration', 'ms'],
  qtInterval_ms: ['QTInterval', 'ms'],
  qtcInterval_ms: ['QTCInterval', 'ms'],
  pAxis_deg: ['PAxis', 'degrees'],
  qrsAxis_deg: ['RAxis', 'degrees'],
  tAxis_deg: ['TAxis', 'degrees'],
} as const satisfies Readonly<Record<keyof RecorderMeasurements, readonly [string, string]>>;

const BLOCK = ['SampleRate', 'Resolution', 'ChannelSampleCountTotal', 'FirstValid', 'LastValid', 'WaveformData'];
const NAMES = new Set([
  ...['StripData', 'RestingECGMeasurements', 'MedianSamples', 'FullDisclosure'],
  ...BLOCK,
  ...Object.values(MEASUREMENTS).map(([name]) => name),
]);

/** Exports of GE CardioSoft, as UK Biobank has them: samples as text in steps of `Resolution` µV, the median beat among the measurements. */
export const cardioSoft: EcgFormat = {
  name: 'CardioSoft XML',
  extensions: ['.xml'],
  content: 'xml',
  rootElement: 'CardiologyXML',
  read(bytes, fileName, _beside, options: EcgOptions = {}): EcgRecording {
    const root = readXmlTree(bytes, fileName, NAMES);
    const strip = childrenOf(root, 'StripData').find((block) => child(block, 'WaveformData'));
    if (!strip) {
      const found = child(root, 'FullDisclosure')
        ? 'an exercise test without a strip at rest'
        : 'no StripData with WaveformData';
      throw badInput(fileName, `it holds ${found}; expected the rhythm strip of a resting ECG`);
    }
    const measured = child(root, 'RestingECGMeasurements');
    const median = child(measured, 'MedianSamples');
    return assembleEcg(
      fileName,
      {
        ...readBlock(strip, fileName),
        beat: median && readBlock(median, fileName),
        measurements: measurementsOf(measured),
      },
      options,
    );
  },
};

function readBlock(block: XmlElement, file: string): { sampleRate_Hz: number | undefined; signals: NamedSignal[] } {
  const unit = child(block, 'Resolution')?.attributes.units;
  const step_uV = numberOf(block, 'Resolution');
  if (step_uV === undefined || !(step_uV > 0) || (unit !== undefined && unit.toLowerCase() !== 'uvperlsb')) {
    const found = step_uV === undefined ? 'missing' : `${step_uV} ${unit?.slice(0, 20) ?? ''}`.trim();
    throw badInput(file, `the resolution of ${block.name} is ${found}; expected a positive number of uVperLsb`);
  }
  const promised = numberOf(block, 'ChannelSampleCountTotal');
  const firstValid = numberOf(block, 'FirstValid') ?? 0;
  const lastValid = numberOf(block, 'LastValid') ?? Number.POSITIVE_INFINITY;
  const signals = childrenOf(block, 'WaveformData').map((waveform) => {
    const name = waveform.attributes.lead ?? '';
    const steps = readSampleList(plainContent(waveform), file, `lead ${name.slice(0, 10)} of ${block.name}`);
    if (promised !== undefined && steps.length !== promised) {
      throw badInput(
        file,
        `lead ${name.slice(0, 10)} of ${block.name} has ${steps.length} of ${promised} samples; the file was probably cut short or edited`,
      );
    }
    const isValid = (sample: number): boolean => sample >= firstValid && sample <= lastValid;
    return {
      name,
      voltage_mV: steps.map((step, sample) => (isValid(sample) ? step * step_uV * mVPer.uV : Number.NaN)),
    };
  });
  return { sampleRate_Hz: numberOf(block, 'SampleRate'), signals };
}

function measurementsOf(measured: XmlElement | undefined): RecorderMeasurements | undefined {
  const found = Object.entries(MEASUREMENTS).map(([key, [name, unit]]) => {
    const units = child(measured, name)?.attributes.units?.toLowerCase() ?? unit;
    return [key, units === unit ? numberOf(measured, name) : undefined];
  });
  return recorderMeasurements(Object.fromEntries(found));
}
