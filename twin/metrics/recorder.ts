import type { RecorderMeasurements } from '../formats/format.ts';
import type { Metric, MetricColumn } from './metric.ts';

type Name = keyof RecorderMeasurements;

const WHAT: Readonly<Record<Name, string>> = {
  heartRate_bpm: 'Heart rate',
  pDuration_ms: 'P duration',
  prInterval_ms: 'PR interval',
  qrsDuration_ms: 'QRS duration',
  qtInterval_ms: 'QT interval',
  qtcInterval_ms: 'QT interval corrected for the rate by the recorder’s formula',
  pAxis_deg: 'Frontal P axis',
  qrsAxis_deg: 'Frontal QRS axis',
  tAxis_deg: 'Frontal T axis',
};
const NAMES = Object.keys(WHAT) as Name[];

/** What the recorder itself measured, as its file says; beside the same quantities measured here. */
export const recorder: Metric = {
  columns: NAMES.map(
    (name): MetricColumn => ({
      name: columnOf(name),
      unit: name.slice(name.indexOf('_') + 1),
      description: `${WHAT[name]} as the recorder measured it.`,
      source: 'docs/metrics.md#recorder-measurements',
    }),
  ),
  measure: ({ beat }) =>
    Object.fromEntries(NAMES.map((name) => [columnOf(name), beat.measurements?.[name] ?? Number.NaN])),
};

/** `qrsDuration_ms` → `recorderQrsDuration_ms` */
function columnOf(name: Name): string {
  return `recorder${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
