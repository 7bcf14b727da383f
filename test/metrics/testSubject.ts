import type { Anatomy } from '../../twin/anatomy/anatomy.ts';
import { consistentCoordinates } from '../../twin/anatomy/consistentCoordinates.ts';
import { ventricularCoordinates } from '../../twin/anatomy/coordinates.ts';
import { endocardialDistance } from '../../twin/anatomy/endocardialDistance.ts';
import { solveHarmonicFields } from '../../twin/anatomy/harmonicFields.ts';
import type { Twin } from '../../twin/calibrate/twin.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import type { Subject } from '../../twin/metrics/metric.ts';
import { TEST_HEART_ELECTRODES } from '../helpers/electrodes.ts';
import { testHeart } from '../helpers/hearts.ts';

export const { shape, mesh, surfaces } = testHeart();
const fields = solveHarmonicFields(mesh, surfaces);
const consistent = consistentCoordinates(mesh, surfaces, fields);
const anatomy: Anatomy = {
  mesh,
  surfaces,
  coordinates: ventricularCoordinates(mesh, surfaces, fields, mesh.regions),
  ...(consistent && { consistent }),
  endocardialDistance: endocardialDistance(mesh, surfaces),
  electrodes: TEST_HEART_ELECTRODES,
  findings: [],
  origin: { fibres: 'rule', regions: 'geometry', electrodes: 'file' },
};

export const INTERVAL_ms = 2;
const SAMPLES = 70;

/** Eight leads as multiples of one waveform of time in ms, mV, [samples, 8]. */
export function ecgOf(multiples: readonly number[], waveform: (time_ms: number) => number): Float64Array {
  return Float64Array.from(
    { length: SAMPLES * 8 },
    (_, at) => multiples[at % 8] * waveform(Math.floor(at / 8) * INTERVAL_ms),
  );
}

/** A smooth QRS from 20 to 120 ms: up and a little down, with edges that a delineation can find. */
export function spike(time_ms: number): number {
  const phase = (time_ms - 20) / 100;
  return phase <= 0 || phase >= 1 ? 0 : Math.sin(Math.PI * phase) ** 2 * Math.sin(2.5 * Math.PI * phase);
}

/** The test heart with a plane wave from apex to base at 1 mm/ms and an ECG of one waveform in all leads; parts can be replaced. */
export function lvAtRest(
  change: { twin?: Partial<Twin>; beat?: Partial<Beat>; anatomy?: Partial<Anatomy> } = {},
): Subject {
  const ecg_mV = ecgOf([1, 1.5, -1, -0.5, 0.5, 1, 1.2, 0.8], spike);
  const lowest = Math.min(...mesh.points.filter((_, at) => at % 3 === 2));
  const velocity = { fibre_mm_ms: 0.6, transverse_mm_ms: 0.2 };
  return {
    anatomy: { ...anatomy, ...change.anatomy },
    beat: {
      interval_ms: INTERVAL_ms,
      voltage_mV: ecg_mV,
      qrsOnset_ms: 20,
      qrsOffset_ms: 120,
      isCalibrated: true,
      findings: [],
      ...change.beat,
    },
    twin: {
      parameters: {
        pmjPositions: new Float64Array(3),
        pmjTimes_ms: new Float64Array(1),
        lv: velocity,
        rv: { fibre_mm_ms: 0.7, transverse_mm_ms: 0.25 },
      },
      gain: 1.25,
      activation_ms: Float64Array.from({ length: mesh.points.length / 3 }, (_, n) => mesh.points[3 * n + 2] - lowest),
      ecg_mV,
      sources: { nodes: new Uint32Array(1), times_ms: new Float64Array(1) },
      fit: {
        correlation: 0.99,
        rmse_mV: 0.1,
        leadCorrelation: Float64Array.from({ length: 12 }, (_, lead) => 0.9 + lead / 1000),
        leadRmse_mV: Float64Array.from({ length: 12 }, (_, lead) => lead / 100),
        iterations: 3,
        stoppedBecause: 'fitted',
      },
      seed: 1,
      ...change.twin,
    },
  };
}
