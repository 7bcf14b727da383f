import type { Finding } from '../errors.ts';
import { mVPer } from '../units.ts';
import { millisecondsOf, recorderAnnotations } from './aecgAnnotations.ts';
import { quote } from './asciiScanner.ts';
import { badInput } from './badInput.ts';
import { assembleEcg, type NamedSignal } from './ecgAssembly.ts';
import type { EcgFormat, EcgOptions, EcgRecording } from './format.ts';
import { canonicalLead } from './leadName.ts';
import { readSampleList } from './sampleList.ts';
import { voltageUnitOf } from './wfdb.ts';
import { child, childrenOf, numberIn, plainContent, readXmlTree, type XmlElement } from './xmlTree.ts';

const NAMES = new Set([
  ...[
    'component',
    'series',
    'sequenceSet',
    'sequence',
    'code',
    'value',
    'head',
    'increment',
    'origin',
    'scale',
    'digits',
  ],
  ...['derivation', 'derivedSeries', 'subjectOf', 'annotationSet', 'annotation', 'author', 'assignedEntity'],
  ...['assignedAuthorType', 'assignedPerson', 'support', 'supportingROI', 'boundary'],
]);

/** Codes of a derived series that is the recorder's beat. */
const BEATS = ['REPRESENTATIVE_BEAT', 'MEDIAN_BEAT'];

/** HL7 annotated ECGs: the rhythm series, its representative beat, and the measurements a device annotated. */
export const aecg: EcgFormat = {
  name: 'HL7 aECG',
  extensions: ['.xml'],
  content: 'xml',
  rootElement: 'AnnotatedECG',
  read(bytes, fileName, _beside, options: EcgOptions = {}): EcgRecording {
    const root = readXmlTree(bytes, fileName, NAMES);
    const all = childrenOf(root, 'component').flatMap((component) => childrenOf(component, 'series'));
    const series = all.find((candidate) => codeOf(candidate) === 'RHYTHM') ?? all[0];
    if (!series) throw badInput(fileName, 'it has no series; was it exported without its waveforms?');
    const derived = childrenOf(series, 'derivation').flatMap((derivation) => childrenOf(derivation, 'derivedSeries'));
    const beat = derived.find((candidate) => BEATS.includes(codeOf(candidate) ?? ''));
    const findings: Finding[] = [];
    const rhythm = readSeries(series, fileName);
    if (rhythm.otherSets > 0) {
      const message = `${rhythm.otherSets} further sets of leads, recorded at other times, were left out`;
      findings.push({ code: 'series-parts-ignored', severity: 'warning', message, count: rhythm.otherSets });
    }
    return assembleEcg(
      fileName,
      {
        ...rhythm,
        beat: beat && readSeries(beat, fileName),
        measurements: recorderAnnotations([...(beat ? [beat] : []), series]),
        findings,
      },
      options,
    );
  },
};

const codeOf = (element: XmlElement): string | undefined => child(element, 'code')?.attributes.code;

interface Series {
  readonly sampleRate_Hz: number | undefined;
  readonly signals: readonly NamedSignal[];
  /** Sets that were passed over: a series may hold leads that were not recorded together */
  readonly otherSets: number;
}

/** The set of a series with the most leads, the first of them where several have as many. */
function readSeries(series: XmlElement, file: string): Series {
  const sets = childrenOf(series, 'component').flatMap((component) => childrenOf(component, 'sequenceSet'));
  const sequencesOf = (set: XmlElement): XmlElement[] =>
    childrenOf(set, 'component').flatMap((component) => childrenOf(component, 'sequence'));
  const isLead = (sequence: XmlElement): boolean => canonicalLead(codeOf(sequence) ?? '') !== undefined;
  let best: readonly XmlElement[] = [];
  let most = 0;
  for (const set of sets) {
    const sequences = sequencesOf(set);
    const leads = sequences.filter(isLead).length;
    if (leads <= most) continue;
    best = sequences;
    most = leads;
  }
  if (most === 0)
    throw badInput(
      file,
      `the series ${quote(codeOf(series) ?? '')} has no lead (MDC_ECG_LEAD_…); was it exported without its waveforms?`,
    );
  const isTime = (sequence: XmlElement): boolean => (codeOf(sequence) ?? '').startsWith('TIME_');
  const increment = best.filter(isTime).map((sequence) => child(sequence, 'value', 'increment')?.attributes)[0];
  const signals = best.filter((sequence) => !isTime(sequence)).map((sequence) => readSequence(sequence, file));
  return { sampleRate_Hz: rateOf(increment), signals, otherSets: sets.length - 1 };
}

/** Samples of one lead: origin + scale × digits. */
function readSequence(sequence: XmlElement, file: string): NamedSignal {
  const name = codeOf(sequence) ?? '';
  const value = child(sequence, 'value');
  const [scale, scaleUnit] = quantityOf(value, 'scale');
  const [origin, originUnit] = quantityOf(value, 'origin');
  const where = `lead ${quote(name)}`;
  const digits = child(value, 'digits');
  if (!digits) throw badInput(file, `${where} has no digits`);
  const unit = voltageUnitOf(scaleUnit ?? '');
  const unitOfOrigin = voltageUnitOf(originUnit ?? scaleUnit ?? '');
  if (scale === undefined || scale === 0 || unit === undefined || unitOfOrigin === undefined) {
    const found = scale === undefined ? 'missing' : `${scale} ${quote(scaleUnit ?? '')}`;
    throw badInput(file, `the scale of ${where} is ${found}; expected a number of uV or mV a step`);
  }
  const factor = scale * mVPer[unit];
  const shift = (origin ?? 0) * mVPer[unitOfOrigin];
  const steps = readSampleList(plainContent(digits), file, where);
  return { name, voltage_mV: steps.map((step) => shift + step * factor) };
}

function quantityOf(value: XmlElement | undefined, name: string): readonly [number | undefined, string | undefined] {
  const attributes = child(value, name)?.attributes;
  return [numberIn(attributes?.value), attributes?.unit];
}

function rateOf(increment: Readonly<Record<string, string>> | undefined): number | undefined {
  const step = numberIn(increment?.value);
  const step_ms = step === undefined ? undefined : millisecondsOf(step, increment?.unit ?? 's');
  if (step_ms === undefined || !(step_ms > 0)) return undefined;
  const rate_Hz = 1000 / step_ms;
  // Increments are printed with few decimals; a rate this close to a whole number of hertz is that number.
  return Math.abs(rate_Hz - Math.round(rate_Hz)) < 1e-4 * rate_Hz ? Math.round(rate_Hz) : rate_Hz;
}
