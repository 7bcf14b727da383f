import type { Anatomy } from '../anatomy/anatomy.ts';
import { DEFAULT_P_WAVE } from '../atria/pWave.ts';
import type { Backend } from '../backend.ts';
import type { Beat } from '../ecg/beat.ts';
import { standardLeads } from '../ecg/leads.ts';
import { DEFAULT_REPOLARISATION } from '../repolarisation/repolarisation.ts';
import { afterLevel, calibrateLevel, openHeart, openLayer, throwIfAborted } from './calibrateLevel.ts';
import type { CoarseHeart } from './coarseHeart.ts';
import { compareEcgs } from './fit.ts';
import { FRONT_WINDOW, fitFront } from './fitFront.ts';
import type { OptimiserName } from './optimisers/index.ts';
import { FIRST_DAMPING } from './optimisers/optimiser.ts';
import { type StartingPoint, startParameters, velocityVector } from './parameters.ts';
import { isOutOfRange } from './problem.ts';
import { randomStart } from './randomStart.ts';
import { placePmjs } from './startPmjs.ts';
import type { CalibrationCheckpoint, CalibrationProgress, CalibrationSettings, Twin } from './twin.ts';

export { VENTRICULAR_UPSTROKE } from './calibrateLevel.ts';

/** Defaults of a study. Where a value is not from the source named, it was chosen by trials (`docs/decisions/0020-…` to `0024-…`). */
export const DEFAULT_CALIBRATION: CalibrationSettings = {
  pmjs: 300, // Grandits et al., Med Image Anal 2025
  layer_mm: 2.5, // Grandits et al. 2025
  seed: 1,
  maxIterations: 40,
  targetCorrelation: 0.997,
  coarseEdges_mm: [3, 2],
  velocitySpread: 0.15,
  ensembleMembers: 0,
  // A set in use in the field, taken whole; smooth fronts then give a QRS of 1–2 mV (`docs/decisions/0020-homogeneous-torso.md`).
  conductivity: { intracellularFibre_S_m: 0.5272, intracellularTransverse_S_m: 0.2076, torso_S_m: 0.6667 },
  pWave: DEFAULT_P_WAVE,
  repolarisation: DEFAULT_REPOLARISATION,
};

export interface CalibrateInput {
  readonly anatomy: Anatomy;
  readonly beat: Beat;
  readonly settings: CalibrationSettings;
  readonly backend: Backend;
  /** The same heart on coarser meshes, coarsest first; each level starts from the last one's parameters. */
  readonly coarser?: readonly CoarseHeart[];
  /** Default: a Purkinje front fitted to the recorded QRS. `random` knows nothing and holds times to nothing; or places and times of the caller's own. */
  readonly start?: 'front' | 'random' | StartingPoint;
  /** Default: `levenberg-marquardt`; the others are there to be compared with */
  readonly optimiser?: OptimiserName;
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
 * by Levenberg–Marquardt steps in data space, from coarse to fine meshes, starting from the Purkinje front that gives the recorded QRS' bounds; on each mesh
 * the ECG's course is smoothed as far as that mesh is coarse (`Sampling`). Model time zero is the beat's QRS onset; the first muscle is active before it.
 *
 * @throws TwinError Cancelled when the signal is aborted; NoConvergence when the model leaves its range; BadAnatomy when electrodes or layer are impossible
 */
export async function calibrate(input: CalibrateInput): Promise<Twin> {
  const { anatomy, settings, resumeFrom } = input;
  const hearts: readonly CoarseHeart[] = [...(input.coarser ?? []), anatomy];
  throwIfAborted(input.signal);
  const start = await startFrom(input, hearts);
  const levelOf = (level: number) => ({ heart: hearts[level] as CoarseHeart, level, levels: hearts.length, start });
  let checkpoint = resumeFrom ?? firstCheckpoint(start);
  for (let level = checkpoint.level; level < hearts.length - 1; level++) {
    try {
      checkpoint = (await calibrateLevel(input, levelOf(level), checkpoint)).checkpoint;
    } catch (error) {
      if (!isOutOfRange(error)) throw error;
      checkpoint = afterLevel({ ...checkpoint, level: level + 1 });
    }
  }
  const end = await calibrateLevel(input, levelOf(hearts.length - 1), checkpoint);
  const { solution, mismatch, parameters } = end.state;
  const { iteration } = end.checkpoint;
  const ecg_mV = solution.ecg_mV.map((value) => value * mismatch.gain);
  const fit = compareEcgs(standardLeads(ecg_mV), end.target.standard);
  const isFitted = fit.correlation >= settings.targetCorrelation;
  return {
    parameters,
    gain: mismatch.gain,
    activation_ms: solution.activation_ms.map((time) => (time === Number.POSITIVE_INFINITY ? Number.NaN : time)),
    ecg_mV,
    sources: solution.sources,
    fit: {
      ...fit,
      iterations: iteration,
      stoppedBecause: isFitted ? 'fitted' : iteration >= settings.maxIterations ? 'iteration-limit' : 'stalled',
    },
    seed: settings.seed,
  };
}

/** PMJs, times and velocities from which the iterations start; made anew when a calibration is resumed. */
async function startFrom(input: CalibrateInput, hearts: readonly CoarseHeart[]): Promise<StartingPoint> {
  const { settings, beat, start = 'front' } = input;
  if (typeof start === 'object') return start;
  const heart = hearts[0] as CoarseHeart;
  const layer = openLayer(heart, settings);
  if (start === 'random') return randomStart(layer, settings.pmjs, settings.seed);
  const placed = placePmjs(heart, layer, settings.pmjs, settings.seed);
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

function firstCheckpoint(start: StartingPoint): CalibrationCheckpoint {
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
