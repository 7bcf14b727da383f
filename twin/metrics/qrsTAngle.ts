import type { LeadName } from '../ecg/beat.ts';
import { standardLead, TWELVE } from '../ecg/leads.ts';
import { degrees } from '../units.ts';
import { type Qrs, recordedQrs, simulatedQrs } from './beats.ts';
import type { Metric } from './metric.ts';
import { frontalAxis_deg } from './qrsAxis.ts';
import { recordedT, simulatedT, type TWave } from './tWaves.ts';

/** Frank's orthogonal leads (x to the left, y downwards, z backwards) as sums over eight leads (Kors et al., Eur Heart J 1990). */
const KORS: readonly (readonly [LeadName, number, number, number])[] = [
  ['I', 0.38, -0.07, 0.11],
  ['II', -0.07, 0.93, -0.23],
  ['V1', -0.13, 0.06, -0.43],
  ['V2', 0.05, -0.02, -0.06],
  ['V3', -0.01, -0.05, -0.14],
  ['V4', 0.14, 0.06, -0.2],
  ['V5', 0.06, -0.17, -0.11],
  ['V6', 0.54, 0.13, 0.31],
];

/** Angle between the mean vectors of QRS and T, in the frontal plane and in space, of the twin and of the recording. */
export const qrsTAngle: Metric = {
  columns: [
    {
      name: 'qrsTAngleFrontal_deg',
      unit: 'deg',
      description: 'Angle between the frontal axes of the simulated QRS and T wave; 0 to 180.',
      source: 'docs/metrics.md#qrs-t-angle',
    },
    {
      name: 'qrsTAngleFrontalRecorded_deg',
      unit: 'deg',
      description: 'Angle between the frontal axes of the recorded QRS and T wave; 0 to 180.',
      source: 'docs/metrics.md#qrs-t-angle',
    },
    {
      name: 'qrsTAngleSpatial_deg',
      unit: 'deg',
      description: 'Angle between the mean vectors of the simulated QRS and T wave in space; 0 to 180.',
      source: 'docs/metrics.md#qrs-t-angle',
    },
    {
      name: 'qrsTAngleSpatialRecorded_deg',
      unit: 'deg',
      description: 'Angle between the mean vectors of the recorded QRS and T wave in space; 0 to 180.',
      source: 'docs/metrics.md#qrs-t-angle',
    },
  ],
  measure(subject) {
    const [qrs, t] = [simulatedQrs(subject), simulatedT(subject)];
    const [recordedQrsWave, recordedTWave] = [recordedQrs(subject), recordedT(subject)];
    return {
      qrsTAngleFrontal_deg: frontalAngle_deg(qrs, t),
      qrsTAngleFrontalRecorded_deg: frontalAngle_deg(recordedQrsWave, recordedTWave),
      qrsTAngleSpatial_deg: spatialAngle_deg(qrs, t),
      qrsTAngleSpatialRecorded_deg: spatialAngle_deg(recordedQrsWave, recordedTWave),
    };
  },
};

function frontalAngle_deg(qrs: Qrs, t: TWave): number {
  const turn = Math.abs(frontalAxis_deg(qrs) - frontalAxis_deg(t));
  return turn > 180 ? 360 - turn : turn;
}

function spatialAngle_deg(qrs: Qrs, t: TWave): number {
  const [a, b] = [areaVector(qrs.voltage_mV), areaVector(t.voltage_mV)];
  const cosine = (a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) / (Math.hypot(...a) * Math.hypot(...b));
  return degrees(Math.acos(Math.min(1, Math.max(-1, cosine))));
}

/** Sum of a wave's vectors in Frank's directions. @param voltage mV, [samples, 12] */
function areaVector(voltage: Float64Array): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < voltage.length; at += TWELVE) {
    for (const [lead, ...weights] of KORS) {
      const value = voltage[at + standardLead(lead)];
      for (const axis of [0, 1, 2] as const) sum[axis] += weights[axis] * value;
    }
  }
  return sum;
}
