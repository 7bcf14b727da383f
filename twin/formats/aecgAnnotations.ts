import { msPer } from '../units.ts';
import type { RecorderMeasurements } from './format.ts';
import { recorderMeasurements } from './recorderMeasurements.ts';
import { child, childrenOf, numberIn, type XmlElement } from './xmlTree.ts';

/** MDC codes of each measurement (ISO/IEEE 11073-10102 nomenclature); the first that is annotated counts. */
const CODES = {
  heartRate_bpm: ['MDC_ECG_HEART_RATE'],
  pDuration_ms: ['MDC_ECG_TIME_PD_P'],
  prInterval_ms: ['MDC_ECG_TIME_PD_PR', 'MDC_ECG_TIME_PD_PQ'],
  qrsDuration_ms: ['MDC_ECG_TIME_PD_QRS'],
  qtInterval_ms: ['MDC_ECG_TIME_PD_QT'],
  qtcInterval_ms: ['MDC_ECG_TIME_PD_QTC', 'MDC_ECG_TIME_PD_QTCB'],
  pAxis_deg: ['MDC_ECG_ANGLE_P_FRONT'],
  qrsAxis_deg: ['MDC_ECG_ANGLE_QRS_FRONT'],
  tAxis_deg: ['MDC_ECG_ANGLE_T_FRONT'],
} as const satisfies Readonly<Record<keyof RecorderMeasurements, readonly string[]>>;

interface Annotated {
  readonly code: string;
  readonly value: number;
  /** Of one beat of the rhythm */
  readonly isOfBeat: boolean;
}

/**
 * What a device measured over all leads, from the annotations of its series: a value of the representative beat or of the whole recording first, else the median over the beats that
 * were annotated one by one. Annotations by people and of single leads are passed over.
 *
 * @param series  in order of preference
 */
export function recorderAnnotations(series: readonly XmlElement[]): RecorderMeasurements | undefined {
  const annotated = series.flatMap((one) =>
    childrenOf(one, 'subjectOf')
      .flatMap((subject) => childrenOf(subject, 'annotationSet'))
      .filter((set) => !child(set, 'author', 'assignedEntity', 'assignedAuthorType', 'assignedPerson'))
      .flatMap((set) => annotationsIn(set, false)),
  );
  const found = Object.entries(CODES).map(([name, codes]) => {
    const values = codes.map((code) => overallValue(annotated.filter((one) => one.code === code)));
    return [name, values.find((value) => value !== undefined)];
  });
  return recorderMeasurements(Object.fromEntries(found));
}

function annotationsIn(parent: XmlElement, isOfBeat: boolean): Annotated[] {
  return childrenOf(parent, 'component')
    .flatMap((component) => childrenOf(component, 'annotation'))
    .filter((annotation) => !isOfLead(annotation))
    .flatMap((annotation) => {
      const code = child(annotation, 'code')?.attributes.code?.toUpperCase() ?? '';
      const value = measuredValue(annotation, code);
      const own = value === undefined ? [] : [{ code, value, isOfBeat }];
      return [...own, ...annotationsIn(annotation, isOfBeat || code === 'MDC_ECG_BEAT')];
    });
}

/** Whether a lead is named as the region that an annotation is about. */
const isOfLead = (annotation: XmlElement): boolean =>
  childrenOf(child(annotation, 'support', 'supportingROI'), 'component').some((component) =>
    child(component, 'boundary', 'code')?.attributes.code?.toUpperCase().startsWith('MDC_ECG_LEAD_'),
  );

/** In ms, bpm or degrees; a time without a unit is in ms, as recorders mean it. */
function measuredValue(annotation: XmlElement, code: string): number | undefined {
  const attributes = child(annotation, 'value')?.attributes;
  const value = numberIn(attributes?.value);
  if (value === undefined || !code.startsWith('MDC_ECG_TIME_PD_')) return value;
  return millisecondsOf(value, attributes?.unit ?? 'ms');
}

function overallValue(annotated: readonly Annotated[]): number | undefined {
  const whole = annotated.find(({ isOfBeat }) => !isOfBeat);
  if (whole) return whole.value;
  const values = annotated.map(({ value }) => value).sort((a, b) => a - b);
  const middle = Math.floor(values.length / 2);
  return values.length % 2 === 1
    ? values[middle]
    : values.length === 0
      ? undefined
      : ((values[middle - 1] as number) + (values[middle] as number)) / 2;
}

/** A time in ms; undefined for a unit that is none of time. */
export function millisecondsOf(value: number, unit: string): number | undefined {
  return unit === 'us' || unit === 'ms' || unit === 's' ? value * msPer[unit] : undefined;
}
