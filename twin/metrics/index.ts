import { activation } from './activation.ts';
import { activationSites } from './activationSites.ts';
import { amplitudes } from './amplitudes.ts';
import { ari } from './ari.ts';
import { atrialActivation } from './atrialActivation.ts';
import { atrialVolume } from './atrialVolume.ts';
import { cavityVolume } from './cavityVolume.ts';
import { ensembleSpread } from './ensembleSpread.ts';
import { fit } from './fit.ts';
import { gain } from './gain.ts';
import { heartOrientation } from './heartOrientation.ts';
import { heartPosition } from './heartPosition.ts';
import { jtInterval } from './jtInterval.ts';
import { leadSpread } from './leadSpread.ts';
import { lvLength } from './lvLength.ts';
import { lvSegments } from './lvSegments.ts';
import { lvShape } from './lvShape.ts';
import type { Metric, MetricColumn, Subject } from './metric.ts';
import { muscleMass } from './muscleMass.ts';
import { pAxis } from './pAxis.ts';
import { pWave } from './pWave.ts';
import { qrsAxis } from './qrsAxis.ts';
import { qrsDuration } from './qrsDuration.ts';
import { qrsSensitivity } from './qrsSensitivity.ts';
import { qrsTAngle } from './qrsTAngle.ts';
import { qtc } from './qtc.ts';
import { qtInterval } from './qtInterval.ts';
import { recorder } from './recorder.ts';
import { recordingQuality } from './recordingQuality.ts';
import { repolarisationDispersion } from './repolarisationDispersion.ts';
import { rrInterval } from './rrInterval.ts';
import { tAmplitude } from './tAmplitude.ts';
import { tAxis } from './tAxis.ts';
import { tFit } from './tFit.ts';
import { tPeakToEnd } from './tPeakToEnd.ts';
import { tPolarity } from './tPolarity.ts';
import { velocities } from './velocities.ts';
import { voltageCriteria } from './voltageCriteria.ts';
import { wallThickness } from './wallThickness.ts';

/** Every metric, in the order of the cohort table. A new one is a file in this folder, a line here and a section in docs/metrics.md. */
export const metrics: readonly Metric[] = [
  qrsDuration,
  qrsAxis,
  activation,
  activationSites,
  velocities,
  ensembleSpread,
  muscleMass,
  cavityVolume,
  wallThickness,
  lvSegments,
  lvLength,
  lvShape,
  heartPosition,
  heartOrientation,
  voltageCriteria,
  amplitudes,
  fit,
  gain,
  rrInterval,
  qtInterval,
  qtc,
  jtInterval,
  tPeakToEnd,
  tAxis,
  qrsTAngle,
  tAmplitude,
  tPolarity,
  ari,
  repolarisationDispersion,
  tFit,
  qrsSensitivity,
  leadSpread,
  recordingQuality,
  atrialVolume,
  atrialActivation,
  pWave,
  pAxis,
  recorder,
];

/** The columns of all metrics, in their order. */
export const metricColumns: readonly MetricColumn[] = metrics.flatMap(({ columns }) => columns);

/** All metrics of one subject, by column and in the order of the columns; NaN is missing. */
export function measure(subject: Subject): Record<string, number> {
  const values: Record<string, number> = {};
  for (const metric of metrics) {
    const measured = metric.measure(subject);
    for (const { name } of metric.columns) values[name] = measured[name] ?? Number.NaN;
  }
  return values;
}
