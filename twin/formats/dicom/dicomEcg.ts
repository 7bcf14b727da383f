import type { Finding } from '../../errors.ts';
import { msFromSeconds } from '../../units.ts';
import { quote } from '../asciiScanner.ts';
import { badInput } from '../badInput.ts';
import { assembleEcg, checkSampleCount, type NamedSignal } from '../ecgAssembly.ts';
import type { EcgFormat, EcgOptions, EcgRecording } from '../format.ts';
import { canonicalLead } from '../leadName.ts';
import { readMeasurements } from './annotations.ts';
import { type DicomFile, itemsOf, parseDicomFile, text } from './dataSet.ts';
import { type MultiplexGroup, readGroup } from './waveform.ts';

/** Storage classes of ECGs (PS3.4, annex B.5). */
const ECG_CLASSES: readonly string[] = ['9.1.1', '9.1.2', '9.1.3', '9.1.4'].map(
  (end) => `1.2.840.10008.5.1.4.1.1.${end}`,
);
/** Other waveforms, by name. */
const OTHER_CLASSES: Readonly<Record<string, string>> = {
  '1.2.840.10008.5.1.4.1.1.9.2.1': 'a haemodynamic recording',
  '1.2.840.10008.5.1.4.1.1.9.3.1': 'an electrophysiology study with leads inside the heart',
  '1.2.840.10008.5.1.4.1.1.9.4.1': 'speech',
  '1.2.840.10008.5.1.4.1.1.9.4.2': 'sound',
  '1.2.840.10008.5.1.4.1.1.9.5.1': 'an arterial pulse',
  '1.2.840.10008.5.1.4.1.1.9.6.1': 'a respiration curve',
};
/** More groups than an ECG object may have (PS3.3, A.34: five, of one kind each). */
const MOST_GROUPS = 64;

/**
 * DICOM ECGs: 12-lead, general, ambulatory and 32-bit. The rhythm is every group that was recorded, each at its own time; a derived one with the same
 * leads is the recorder's beat. Nothing of the patient module is read.
 */
export const dicomEcg: EcgFormat = {
  name: 'DICOM ECG',
  extensions: ['.dcm', '.dicom'],
  content: 'dicom',
  read(bytes, file, _beside, options = {}): EcgRecording {
    const dicom = parseDicomFile(bytes, file);
    refuseOthers(dicom, file);
    const items = itemsOf(dicom.elements, 'x54000100');
    if (items.length === 0 || items.length > MOST_GROUPS)
      throw badInput(file, `holds ${items.length} groups of waveforms; expected 1 to ${MOST_GROUPS}`);
    const groups = items.map((item) => readGroup(dicom, item, file));
    const hasLead = ({ signals }: MultiplexGroup): boolean =>
      signals.some(({ name }) => canonicalLead(name, options.leads));
    const withLeads = groups.filter(hasLead);
    const recorded = withLeads.filter(({ isDerived }) => !isDerived);
    const rhythm = recorded.length > 0 ? recorded : withLeads.slice(0, 1);
    const beat = recorded.length > 0 ? withLeads.find(({ isDerived }) => isDerived) : undefined;
    const [first] = rhythm;
    if (!first) {
      const found = groups
        .flatMap(({ signals, others }) => [...signals.map(({ name }) => name), ...others])
        .slice(0, 20);
      throw badInput(file, `none of its channels (${found.map(quote).join(', ')}) is an ECG lead by name and unit`);
    }
    const used = rhythm.filter(({ sampleRate_Hz }) => sampleRate_Hz === first.sampleRate_Hz);
    const found = {
      sampleRate_Hz: first.sampleRate_Hz,
      signals: joinGroups(used, file, options),
      beat: beat && { sampleRate_Hz: beat.sampleRate_Hz, signals: beat.signals },
      measurements: readMeasurements(dicom),
      findings: used.length < rhythm.length ? [otherRates(rhythm.length - used.length, first.sampleRate_Hz)] : [],
    };
    return assembleEcg(file, found, options);
  },
};

function refuseOthers(dicom: DicomFile, file: string): void {
  const kind = text(dicom, dicom.elements, 'x00080016') ?? '';
  if (ECG_CLASSES.includes(kind)) return;
  const modality = text(dicom, dicom.elements, 'x00080060');
  const name = Object.hasOwn(OTHER_CLASSES, kind)
    ? OTHER_CLASSES[kind]
    : `no ECG (modality ${quote(modality ?? '')}, storage class ${quote(kind)})`;
  throw badInput(file, `is a DICOM file of ${name}; expected a 12-lead, general or ambulatory ECG`);
}

const otherRates = (count: number, rate_Hz: number): Finding => ({
  code: 'signals-ignored',
  severity: 'warning',
  count,
  message: `${count > 1 ? `${count} groups of leads were` : 'a group of leads was'} not sampled at ${rate_Hz} Hz like the first and ${count > 1 ? 'were' : 'was'} left out`,
});

/** Groups of one rate on one time axis: leads that were recorded one after the other are missing at other times. Other channels are named once. */
function joinGroups(groups: readonly MultiplexGroup[], file: string, options: EcgOptions): NamedSignal[] {
  const named = groups.flatMap(({ others }) => others.map((name) => ({ name, voltage_mV: new Float64Array() })));
  const [only, second] = groups;
  if (only && !second) return [...only.signals, ...named];
  const start_ms = Math.min(...groups.map(({ offset_ms }) => offset_ms));
  const placed = groups.map((group) => ({
    ...group,
    at: Math.round(((group.offset_ms - start_ms) * group.sampleRate_Hz) / msFromSeconds(1)),
  }));
  const length = Math.max(...placed.map(({ at, samples }) => at + samples));
  if (!(length <= 100 * Math.max(...groups.map(({ samples }) => samples))))
    throw badInput(file, `its groups of waveforms lie ${length} samples apart; their time offsets are damaged`);
  const joined = new Map<string, Float64Array>();
  for (const { signals, at } of placed) {
    for (const { name, voltage_mV } of signals) {
      const key = canonicalLead(name, options.leads) ?? name;
      if (!joined.has(key)) checkSampleCount(file, (joined.size + 1) * length);
      const whole = joined.get(key) ?? new Float64Array(length).fill(Number.NaN);
      for (const [sample, value] of voltage_mV.entries())
        if (Number.isNaN(whole[at + sample])) whole[at + sample] = value;
      joined.set(key, whole);
    }
  }
  return [...Array.from(joined, ([name, voltage_mV]) => ({ name, voltage_mV })), ...named];
}
