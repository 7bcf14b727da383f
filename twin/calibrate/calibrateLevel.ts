import { withConductionSpeed } from '../anatomy/conductionSpeed.ts';
import type { ActionPotential, HeartModel, OpenHeart } from '../backend.ts';
import { leadVectorsOf } from '../ecg/leadField.ts';
import { LEADS, standardLeads } from '../ecg/leads.ts';
import { openLocator } from '../eikonal/locate.ts';
import { TwinError } from '../errors.ts';
import { meanEdge_mm } from '../mesh/quality.ts';
import { tetCount } from '../mesh/tetMesh.ts';
import type { CalibrateInput } from './calibrate.ts';
import type { CoarseHeart } from './coarseHeart.ts';
import { compareEcgs } from './fit.ts';
import { openTarget, type Target } from './loss.ts';
import { OPTIMISERS } from './optimisers/index.ts';
import { FIRST_DAMPING } from './optimisers/optimiser.ts';
import { openParameterSpace, type StartingPoint, velocitiesOf, velocityVector } from './parameters.ts';
import { bringIntoLayer, type PmjLayer } from './pmjLayer.ts';
import { type CalibrationProblem, type Evaluated, evaluate } from './problem.ts';
import type { ActivationParameters, CalibrationCheckpoint, CalibrationSettings } from './twin.ts';

/** Upstroke of ventricular muscle (Grandits et al. 2025). */
export const VENTRICULAR_UPSTROKE: ActionPotential = { rest_mV: -85, peak_mV: 30, riseTime_ms: 1 };

/**
 * Correlation at which coarse levels end: the last may leave one and a half times what the twin may, but no more than of 0.002, each earlier one five times as much as the next.
 * A coarse iteration costs a sixth of the next mesh's, so it pays to go near the end; what a coarse mesh fits beyond is its own error and does not carry
 * over (measured, `docs/decisions/0025-smoothed-courses.md`).
 */
const LAST_COARSE = 1.5;
const EARLIER = 5;
const MOST_LEFT = 0.002;
/** One mesh of a calibration's way from coarse to fine. */
export interface Level {
  readonly heart: CoarseHeart;
  /** From 0, the coarsest */
  readonly level: number;
  readonly levels: number;
  readonly start: StartingPoint;
}

/** Where a level ended. */
export interface LevelEnd {
  readonly checkpoint: CalibrationCheckpoint;
  readonly state: Evaluated;
  readonly target: Target;
}

/** Iterates on one mesh until it is fitted, stalls or its share of the iterations is spent; a level that is over answers at once. */
export async function calibrateLevel(
  input: CalibrateInput,
  { heart: coarse, level, levels, start }: Level,
  from: CalibrationCheckpoint,
): Promise<LevelEnd> {
  const { settings, beat, backend } = input;
  const { iterate, stalled } = OPTIMISERS[input.optimiser ?? 'levenberg-marquardt'];
  const edge_mm = meanEdge_mm(coarse.mesh);
  const target = openTarget(beat, edge_mm);
  const layer = openLayer(coarse, settings);
  const heart = await openHeart(input, coarse, {
    start_ms: -beat.qrsOnset_ms,
    interval_ms: beat.interval_ms,
    samples: target.samples,
  });
  try {
    const space = openParameterSpace(start, settings, target.fitsGain);
    const leastSquares = backend.step && { leastSquares: backend.step };
    const problem: CalibrationProblem = { heart, layer, edge_mm, target, space, ...leastSquares };
    throwIfAborted(input.signal);
    let state = await evaluate(problem, parametersOf(from, layer));
    let checkpoint = from;
    const limit = Math.ceil((settings.maxIterations * (level + 1)) / levels);
    const enough = correlationEnough(settings.targetCorrelation, levels - 1 - level);
    const leastGain = level < levels - 1 ? stalled.coarse : stalled.finest;
    let isOver = from.level > level || from.iteration >= limit || correlationOf(state, target) >= enough;
    if (isOver) checkpoint = afterLevel({ ...checkpoint, level: Math.max(checkpoint.level, level + 1) });
    while (!isOver) {
      throwIfAborted(input.signal);
      const { iteration: done, damping, memory = [] } = checkpoint;
      const next = await iterate(problem, state, { iteration: done, damping, vectors: memory });
      const iteration = done + 1;
      const correlation = correlationOf(next.state, target);
      isOver =
        !next.hasImproved ||
        state.loss - next.state.loss < leastGain * state.loss ||
        iteration >= limit ||
        correlation >= enough;
      state = next.state;
      const reached = { level, iteration, damping: next.memory.damping, ...parametersToKeep(state) };
      if (isOver) checkpoint = afterLevel({ ...reached, level: level + 1 });
      else checkpoint = next.memory.vectors.length > 0 ? { ...reached, memory: next.memory.vectors } : reached;
      await input.onProgress?.({ iteration, maxIterations: settings.maxIterations, correlation, checkpoint });
    }
    return { checkpoint, state, target };
  } finally {
    await heart.close();
  }
}

/** Opens a heart at one resolution with the electrodes and conductivities of the input. */
export const openHeart = (
  { anatomy, backend, settings }: CalibrateInput,
  heart: CoarseHeart,
  window: HeartModel['window'],
): Promise<OpenHeart> =>
  backend.open({
    mesh: withConductionSpeed(heart.mesh, heart.endocardialDistance, settings),
    leadVectors: leadVectorsOf(heart, anatomy.electrodes, settings.conductivity),
    leads: LEADS,
    window,
    actionPotential: VENTRICULAR_UPSTROKE,
  });

/** The layer of a heart; its locator finds tetrahedra of the layer alone, since no PMJ is ever elsewhere. */
export function openLayer(
  { mesh, endocardialDistance }: Pick<CoarseHeart, 'mesh' | 'endocardialDistance'>,
  { layer_mm }: Pick<CalibrationSettings, 'layer_mm'>,
): PmjLayer {
  const touching = new Uint8Array(tetCount(mesh));
  for (let tet = 0; tet < touching.length; tet++) {
    for (let corner = 4 * tet; corner < 4 * tet + 4; corner++) {
      if (endocardialDistance[mesh.tets[corner]] <= layer_mm) touching[tet] = 1;
    }
  }
  return { locator: openLocator(mesh, touching), endocardialDistance, layer_mm };
}

/** The checkpoint from which the next level begins: without memory of this one. */
export function afterLevel({ memory: _, ...checkpoint }: CalibrationCheckpoint): CalibrationCheckpoint {
  return { ...checkpoint, damping: FIRST_DAMPING };
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TwinError('Cancelled', 'calibration: ended because it was asked to');
}

/** @param coarser number of finer levels to come */
function correlationEnough(target: number, coarser: number): number {
  return coarser === 0 ? target : 1 - LAST_COARSE * EARLIER ** (coarser - 1) * Math.min(1 - target, MOST_LEFT);
}

function correlationOf(state: Evaluated, target: Target): number {
  const simulated = standardLeads(state.solution.ecg_mV).map((value) => value * state.mismatch.gain);
  return compareEcgs(simulated, target.standard).correlation;
}

const parametersToKeep = ({ parameters, mismatch }: Evaluated) => ({
  gain: mismatch.gain,
  pmjPositions: [...parameters.pmjPositions],
  pmjTimes_ms: [...parameters.pmjTimes_ms],
  velocities_mm_ms: velocityVector(parameters),
});

/** A checkpoint's parameters on this level's mesh; another mesh of the same heart may have its surface elsewhere. */
function parametersOf(checkpoint: CalibrationCheckpoint, layer: PmjLayer): ActivationParameters {
  return {
    pmjPositions: bringIntoLayer(layer, Float64Array.from(checkpoint.pmjPositions)),
    pmjTimes_ms: Float64Array.from(checkpoint.pmjTimes_ms),
    ...velocitiesOf(checkpoint.velocities_mm_ms),
  };
}
