import type { RecorderMeasurements } from '../format.ts';
import { type FoundMeasurements, recorderMeasurements } from '../recorderMeasurements.ts';
import { type DicomFile, decimal, itemsOf, text } from './dataSet.ts';

/** A measurement by its code in SCP-ECG's scheme, or by what the code means in words (PS3.16, CID 3687 and the like). */
const CONCEPTS: readonly { readonly name: keyof FoundMeasurements; readonly code: string; readonly meaning: RegExp }[] =
  [
    { name: 'heartRate_bpm', code: '5.10.2.5-1', meaning: /^(mean )?ventricular (heart )?rate|^heart rate/i },
    { name: 'pDuration_ms', code: '5.13.5-5', meaning: /^p (wave )?duration/i },
    { name: 'prInterval_ms', code: '5.13.5-7', meaning: /^p[rq] interval/i },
    { name: 'qrsDuration_ms', code: '5.13.5-9', meaning: /^qrs duration/i },
    { name: 'qtInterval_ms', code: '5.13.5-11', meaning: /^qt interval/i },
    { name: 'qtcInterval_ms', code: '5.10.2.5-5', meaning: /^qtc/i },
    { name: 'pAxis_deg', code: '5.10.3-11', meaning: /^p (wave )?axis/i },
    { name: 'qrsAxis_deg', code: '5.10.3-13', meaning: /^qrs axis/i },
    { name: 'tAxis_deg', code: '5.10.3-15', meaning: /^t (wave )?axis/i },
  ];
const RR = { code: '5.10.2.1-3', meaning: /^(mean )?rr interval/i };

/** Numbers of the annotation sequence that are the recorder's own measurements; the first of each. Free texts, which may name people, are never read. */
export function readMeasurements(file: DicomFile): RecorderMeasurements | undefined {
  const found: Partial<Record<keyof FoundMeasurements, number>> = {};
  let rr_ms: number | undefined;
  for (const annotation of itemsOf(file.elements, 'x0040b020')) {
    const value = decimal(file, annotation, 'x0040a30a');
    const [concept] = itemsOf(annotation, 'x0040a043');
    if (value === undefined || !concept) continue;
    const unit = text(file, itemsOf(annotation, 'x004008ea')[0] ?? {}, 'x00080100') ?? '';
    const scaled = unit === 's' ? value * 1000 : value;
    const code = text(file, concept, 'x00080100');
    const meaning = text(file, concept, 'x00080104') ?? '';
    const is = (known: { readonly code: string; readonly meaning: RegExp }) =>
      code === known.code || known.meaning.test(meaning);
    if (is(RR)) rr_ms ??= scaled;
    const measured = CONCEPTS.find(is);
    if (measured) found[measured.name] ??= scaled;
  }
  if (found.heartRate_bpm === undefined && rr_ms !== undefined && rr_ms > 0) found.heartRate_bpm = 60_000 / rr_ms;
  return recorderMeasurements(found);
}
