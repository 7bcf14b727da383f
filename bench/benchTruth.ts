import { toTorso } from '../cohorts/population/placedHeart.ts';
import { plantFunction } from '../cohorts/population/plantedFunction.ts';
import type { Anatomy } from '../twin/anatomy/anatomy.ts';
import { heartOfSize } from '../twin/anatomy/parametricHeart.ts';
import type { HeartModel } from '../twin/backend.ts';
import { DEFAULT_CALIBRATION, VENTRICULAR_UPSTROKE } from '../twin/calibrate/calibrate.ts';
import { type ActivationParameters, DEFAULT_VELOCITY } from '../twin/calibrate/twin.ts';
import { homogeneousLeadVectors } from '../twin/ecg/leadField.ts';
import { LEADS } from '../twin/ecg/leads.ts';
import { locateTet, openLocator } from '../twin/eikonal/locate.ts';
import { BENCH_PERSON, benchPlacement } from './benchHearts.ts';

/** 130 ms at 1 ms, as in the prototype's measurements: the whole of any activation planted here. */
export const BENCH_WINDOW: HeartModel['window'] = { start_ms: -5, interval_ms: 1, samples: 130 };

/**
 * Activations of the benchmark's heart by the synthetic population's law (which no prior of the calibration knows), by seed: 300 PMJs that lie inside the
 * muscle of every given mesh, so that the same parameters can be solved on each; velocities where a calibration starts.
 */
export function openBenchTruths(meshes: readonly Anatomy[]): (seed: number) => ActivationParameters {
  const heart = heartOfSize(BENCH_PERSON);
  const placement = benchPlacement();
  const locators = meshes.map(({ mesh }) => openLocator(mesh));
  const barycentric = new Float64Array(4);
  const isInside = (x: number, y: number, z: number) => {
    const [tx, ty, tz] = toTorso(placement, Float64Array.of(x, y, z));
    return locators.every((locator) => locateTet(locator, tx, ty, tz, barycentric) >= 0);
  };
  return (seed) => {
    const { pmjPositions, pmjTimes_ms } = plantFunction({ ...BENCH_PERSON, seed }, heart, isInside);
    return { pmjPositions: toTorso(placement, pmjPositions), pmjTimes_ms, lv: DEFAULT_VELOCITY, rv: DEFAULT_VELOCITY };
  };
}

/** The benchmark's heart on one mesh as the compute port takes it: eight leads in the homogeneous torso. */
export function benchHeartModel({ mesh, electrodes }: Anatomy): HeartModel {
  return {
    mesh,
    leadVectors: homogeneousLeadVectors(mesh, electrodes, DEFAULT_CALIBRATION.conductivity),
    leads: LEADS,
    window: BENCH_WINDOW,
    actionPotential: VENTRICULAR_UPSTROKE,
  };
}
