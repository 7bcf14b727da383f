import type { Anatomy } from '../anatomy/anatomy.ts';
import type { Backend } from '../backend.ts';
import type { Beat } from '../ecg/beat.ts';
import { LEADS } from '../ecg/leads.ts';
import { openHeart } from './calibrateLevel.ts';
import type { CalibrationSettings, Twin } from './twin.ts';

/** How far a twin lies from what its own parameters give. */
export interface TwinResidual {
  /** Largest difference of a node's activation, ms */
  readonly activation_ms: number;
  /** Largest difference of a sample of the eight leads, mV */
  readonly ecg_mV: number;
}

/**
 * Solves the activation and ECG of a twin's parameters anew and gives the largest differences from those that the twin holds: 0 on the
 * backend that made it, rounding on another one. Nothing is fitted, so that two backends are compared where they must agree.
 *
 * @throws TwinError NoConvergence when a PMJ lies outside the mesh
 */
export async function twinResidual({
  anatomy,
  beat,
  twin,
  settings,
  backend,
}: {
  readonly anatomy: Anatomy;
  readonly beat: Beat;
  readonly twin: Twin;
  readonly settings: CalibrationSettings;
  readonly backend: Backend;
}): Promise<TwinResidual> {
  const samples = beat.voltage_mV.length / LEADS;
  const window = { start_ms: -beat.qrsOnset_ms, interval_ms: beat.interval_ms, samples };
  const heart = await openHeart({ anatomy, beat, settings, backend }, anatomy, window);
  try {
    const solution = await heart.solve(twin.parameters);
    return {
      activation_ms: largest(solution.activation_ms, twin.activation_ms, 1),
      ecg_mV: largest(solution.ecg_mV, twin.ecg_mV, twin.gain),
    };
  } finally {
    await heart.close();
  }
}

/** max |gain · a − b|; nodes that no tetrahedron uses have no time in either. */
function largest(solved: Float64Array, held: Float64Array, gain: number): number {
  if (solved.length !== held.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let index = 0; index < held.length; index++) {
    const [one, other] = [gain * solved[index], held[index]];
    if (!Number.isFinite(one) && Number.isNaN(other)) continue;
    const apart = Number.isNaN(one - other) ? Number.POSITIVE_INFINITY : Math.abs(one - other);
    if (apart > most) most = apart;
  }
  return most;
}
