import type { Anatomy } from '../anatomy/anatomy.ts';
import type { ActionPotential, Backend, HeartModel } from '../backend.ts';
import type { Beat } from '../ecg/beat.ts';
import { homogeneousLeadVectors } from '../ecg/leadField.ts';
import { LEADS, standardLeads } from '../ecg/leads.ts';
import { openLocator } from '../eikonal/locate.ts';
import { TwinError } from '../errors.ts';
import { DEFAULT_REPOLARISATION } from '../repolarisation/repolarisation.ts';
import type { CoarseHeart } from './coarseHeart.ts';
import { compareEcgs } from './fit.ts';
import { FRONT_WINDOW, fitFront } from './fitFront.ts';
import { type CalibrationProblem, type Evaluated, evaluate, FIRST_DAMPING, iterate } from './levenbergMarquardt.ts';
import { openTarget, type Target } from './loss.ts';
import { openParameterSpace, startParameters, velocitiesOf, velocityVector } from './parameters.ts';
import { bringIntoLayer, type PmjLayer } from './pmjLayer.ts';
import { type PmjStart, placePmjs } from './startPmjs.ts';
import type {
  ActivationParameters,
  CalibrationCheckpoint,
  CalibrationProgress,
  CalibrationSettings,
  Twin,
} from './twin.ts';

/** Defaults of a study. Where a value is not from the source named, it was chosen by trials (`docs/decisions/0020-…` to `0024-…`). */
export const DEFAULT_CALIBRATION: CalibrationSettings = {
  pmjs: 300, // Grandits et al., Med Image Anal 2025
  layer_mm: 2.5, // Grandits et al. 2025
  seed: 1,
  maxIterations: 40,
  targetCorrelation: 0.997,
  coarseEdges_mm: [3, 2],
  velocitySpread: 0.15,
  // A set in use in the field, taken whole; smooth fronts then give a QRS of 1–2 mV (`docs/decisions/0020-homogeneous-torso.md`).
  conductivity: { intracellularFibre_S_m: 0.5272, intracellularTransverse_S_m: 0.2076, torso_S_m: 0.6667 },
  repolarisation: DEFAULT_REPOLARISATION,
};

/** Upstroke of ventricular muscle (Grandits et al. 2025). */
export const VENTRICULAR_UPSTROKE: ActionPotential = { rest_mV: -85, peak_mV: 30, riseTime_ms: 1 };

/** An iteration that lowers the loss by less than this share ends its level. */
const STALLED = 2e-5;

export interface CalibrateInput {
  readonly anatomy: Anatomy;
  readonly beat: Beat;
  readonly settings: CalibrationSettings;
  readonly backend: Backend;
  /** The same heart on coarser meshes, coarsest first; each level starts from the last one's parameters. */
  readonly coarser?: readonly CoarseHeart[];
  /** Called after every iteration and awaited. */
  readonly onProgress?: (progress: CalibrationProgress) => void | Promise<void>;
  readonly signal?: AbortSignal;
  /** A checkpoint of the same input; the result is that of the undisturbed calibration, byte for byte. */
  readonly resumeFrom?: CalibrationCheckpoint;
}

/**
 * Calibrates PMJs and conduction velocities to a recorded QRS: minimises
 *
 *     Σ_t mean over 12 leads (gain · φ(t) − recorded(t))²/σ² + Σ (t_i − t_i⁰)²/s_t² + Σ (log v/v⁰)²/s_v²
 *
 * by Levenberg–Marquardt steps in data space, from coarse to fine meshes, starting from the Purkinje front that gives the recorded QRS' bounds. Model time zero is
 * the beat's QRS onset; the first muscle is active before it.
 *
 * @throws TwinError Cancelled when the signal is aborted; NoConvergence when the model leaves its range; BadAnatomy when electrodes or layer are impossible
 */
export async function calibrate(input: CalibrateInput): Promise<Twin> {
  const { anatomy, settings, resumeFrom } = input;
  const target = openTarget(input.beat);
  const hearts: readonly CoarseHeart[] = [...(input.coarser ?? []), anatomy];
  throwIfAborted(input.signal);
  const start = await startFrom(input, hearts);
  let checkpoint = resumeFrom ?? firstCheckpoint(start);
  for (let level = checkpoint.level; level < hearts.length - 1; level++) {
    try {
      checkpoint = (await calibrateLevel(input, hearts, level, start, target, checkpoint)).checkpoint;
    } catch (error) {
      if (!isOutOfRange(error)) throw error;
      checkpoint = { ...checkpoint, level: level + 1, damping: FIRST_DAMPING };
    }
  }
  const { checkpoint: last, state } = await calibrateLevel(input, hearts, hearts.length - 1, start, target, checkpoint);
  const ecg_mV = state.solution.ecg_mV.map((value) => value * state.mismatch.gain);
  const fit = compareEcgs(standardLeads(ecg_mV), target.standard);
  const isFitted = fit.correlation >= settings.targetCorrelation;
  return {
    parameters: state.parameters,
    gain: state.mismatch.gain,
    activation_ms: state.solution.activation_ms.map((time) => (time === Number.POSITIVE_INFINITY ? Number.NaN : time)),
    ecg_mV,
    sources: state.solution.sources,
    fit: {
      ...fit,
      iterations: last.iteration,
      stoppedBecause: isFitted ? 'fitted' : last.iteration >= settings.maxIterations ? 'iteration-limit' : 'stalled',
    },
    seed: settings.seed,
  };
}

/** PMJs, times and velocities from which the iterations start; made anew when a calibration is resumed. */
async function startFrom(input: CalibrateInput, hearts: readonly CoarseHeart[]): Promise<PmjStart> {
  const { settings, beat } = input;
  const heart = hearts[0] as CoarseHeart;
  const placed = placePmjs(heart, openLayer(heart, settings), settings.pmjs, settings.seed);
  const open = await openHeart(input, heart, FRONT_WINDOW);
  try {
    return await fitFront(open, beat, placed);
  } catch (error) {
    if (hearts.length === 1 || !isOutOfRange(error)) throw error;
    return await startFrom(input, hearts.slice(1));
  } finally {
    await open.close();
  }
}

/** A thin wall can come apart on a coarse mesh, and no wave reaches the piece: then the next mesh is taken. */
const isOutOfRange = (error: unknown): boolean => error instanceof TwinError && error.code === 'NoConvergence';

const openHeart = (
  { anatomy, backend, settings }: CalibrateInput,
  { mesh }: CoarseHeart,
  window: HeartModel['window'],
) =>
  backend.open({
    mesh,
    leadVectors: homogeneousLeadVectors(mesh, anatomy.electrodes, settings.conductivity),
    leads: LEADS,
    window,
    actionPotential: VENTRICULAR_UPSTROKE,
  });

/** Iterates on one mesh until it is fitted, stalls or its share of the iterations is spent; a level that is over answers at once. */
async function calibrateLevel(
  input: CalibrateInput,
  hearts: readonly CoarseHeart[],
  level: number,
  start: PmjStart,
  target: Target,
  from: CalibrationCheckpoint,
): Promise<{ checkpoint: CalibrationCheckpoint; state: Evaluated }> {
  const { settings, beat } = input;
  const coarse = hearts[level] as CoarseHeart;
  const layer = openLayer(coarse, settings);
  const heart = await openHeart(input, coarse, {
    start_ms: -beat.qrsOnset_ms,
    interval_ms: beat.interval_ms,
    samples: target.samples,
  });
  try {
    const space = openParameterSpace(start, settings, target.fitsGain);
    const problem: CalibrationProblem = { heart, layer, target, space };
    throwIfAborted(input.signal);
    let state = await evaluate(problem, parametersOf(from, layer));
    let checkpoint = from;
    const limit = Math.ceil((settings.maxIterations * (level + 1)) / hearts.length);
    let isOver =
      from.level > level || from.iteration >= limit || correlationOf(state, target) >= settings.targetCorrelation;
    if (isOver) checkpoint = { ...checkpoint, level: Math.max(checkpoint.level, level + 1) };
    while (!isOver) {
      throwIfAborted(input.signal);
      const next = await iterate(problem, state, checkpoint.damping);
      const iteration = checkpoint.iteration + 1;
      const correlation = correlationOf(next.state, target);
      isOver =
        !next.hasImproved ||
        state.loss - next.state.loss < STALLED * state.loss ||
        iteration >= limit ||
        correlation >= settings.targetCorrelation;
      state = next.state;
      checkpoint = checkpointOf(state, isOver ? level + 1 : level, iteration, isOver ? FIRST_DAMPING : next.damping);
      await input.onProgress?.({ iteration, maxIterations: settings.maxIterations, correlation, checkpoint });
    }
    return { checkpoint, state };
  } finally {
    await heart.close();
  }
}

const openLayer = (heart: CoarseHeart, settings: CalibrationSettings): PmjLayer => ({
  locator: openLocator(heart.mesh),
  endocardialDistance: heart.endocardialDistance,
  layer_mm: settings.layer_mm,
});

function correlationOf(state: Evaluated, target: Target): number {
  const simulated = standardLeads(state.solution.ecg_mV).map((value) => value * state.mismatch.gain);
  return compareEcgs(simulated, target.standard).correlation;
}

function firstCheckpoint(start: PmjStart): CalibrationCheckpoint {
  const parameters = startParameters(start);
  return {
    level: 0,
    iteration: 0,
    damping: FIRST_DAMPING,
    gain: 1,
    pmjPositions: [...parameters.pmjPositions],
    pmjTimes_ms: [...parameters.pmjTimes_ms],
    velocities_mm_ms: velocityVector(parameters),
  };
}

function checkpointOf(state: Evaluated, level: number, iteration: number, damping: number): CalibrationCheckpoint {
  return {
    level,
    iteration,
    damping,
    gain: state.mismatch.gain,
    pmjPositions: [...state.parameters.pmjPositions],
    pmjTimes_ms: [...state.parameters.pmjTimes_ms],
    velocities_mm_ms: velocityVector(state.parameters),
  };
}

/** A checkpoint's parameters on this level's mesh; another mesh of the same heart may have its surface elsewhere. */
function parametersOf(checkpoint: CalibrationCheckpoint, layer: PmjLayer): ActivationParameters {
  return {
    pmjPositions: bringIntoLayer(layer, Float64Array.from(checkpoint.pmjPositions)),
    pmjTimes_ms: Float64Array.from(checkpoint.pmjTimes_ms),
    ...velocitiesOf(checkpoint.velocities_mm_ms),
  };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TwinError('Cancelled', 'calibration: ended because it was asked to');
}
