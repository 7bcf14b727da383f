import type { Anatomy } from '../anatomy/anatomy.ts';
import type { Backend } from '../backend.ts';
import type { CoarseHeart } from '../calibrate/coarseHeart.ts';
import { bringIntoLayer } from '../calibrate/pmjLayer.ts';
import { isOutOfRange } from '../calibrate/problem.ts';
import type { ActivationParameters, CalibrationSettings } from '../calibrate/twin.ts';
import { TwinError } from '../errors.ts';
import { openRandom } from '../random.ts';
import {
  evaluateWhitened,
  FROM_FAR,
  FROM_NEAR,
  fitWhitened,
  type WhitenedProblem,
  type WhitenedState,
} from './fitWhitened.ts';
import { type Observation, type ObservedTarget, openObserved } from './leadSystem.ts';
import { type Level, openLevel, openPlacement, type Placement } from './placement.ts';
import { MIDDLE_VELOCITIES, sizeOf, type WhitenedSpace } from './whitened.ts';

export interface EnsembleInput {
  readonly anatomy: Anatomy;
  readonly observation: Observation;
  /** What of a study's settings an ensemble goes by */
  readonly settings: Pick<
    CalibrationSettings,
    'pmjs' | 'layer_mm' | 'seed' | 'velocitySpread' | 'endocardium' | 'scarVelocity_mm_ms'
  >;
  readonly backend: Backend;
  readonly members: number;
  /** Number of the first member, default 0: parts of an ensemble made apart, on other cores, are those of the whole. */
  readonly firstMember?: number;
  /** The same heart on coarser meshes, coarsest first: members are fitted on the first and brought nearer on each later one. */
  readonly coarser?: readonly CoarseHeart[];
  /** Members that are under way at once; what they come to does not depend on it. */
  readonly lanes?: number;
  /** `prior`: fronts as drawn, not fitted, to compare with. Default `posterior` */
  readonly of?: 'prior' | 'posterior';
  /** Called after every member. */
  readonly onProgress?: (progress: { readonly done: number; readonly members: number }) => void;
  readonly signal?: AbortSignal;
}

/** One way to explain the recording. */
export interface Member {
  readonly seed: number;
  readonly parameters: ActivationParameters;
  readonly gain: number;
  /** ms after QRS onset, [nodes]; NaN on nodes without tetrahedra */
  readonly activation_ms: Float64Array;
  /** mV with the gain, [samples, leads] */
  readonly ecg_mV: Float64Array;
  readonly correlation: number;
  /** What the member's own problem came to: data with its own error, and departure from its own front */
  readonly loss: number;
}

/** Members under way at once where nothing is said. */
const LANES = 4;
/** Sets of places for PMJs; members take them in turn. What places say of the prior is worked out once a set. */
const PLACEMENTS = 4;
/** Fronts drawn for a member; it starts from the one whose ECG is most like the recorded one, so that fewer end in a wrong valley (`docs/decisions/0093-ensembles.md`). */
const CANDIDATES = 4;

/**
 * Ensemble by randomised maximum likelihood (Oliver, He & Reynolds 1996; Chen & Oliver, Math Geosci 2012): every member has PMJs at places of its own,
 * draws a front, velocities and an error of the recording from what is thought of them, and departs from its draw as little as the recording,
 * off by that error, demands:
 *
 *     minimise |r(t, v)/e + n|² + (t − t_k)ᵀ P⁻¹ (t − t_k) + |log v/v_k|²/s²
 *
 * For a linear model members are samples of the posterior; for this one nearly so, and since they start from fronts of all kinds, distinct
 * explanations of one ECG each have their members. Members depend on the input and their seed alone, not on each other or on lanes.
 *
 * @throws TwinError Cancelled when the signal is aborted; NoConvergence when no member could be fitted; BadAnatomy when no muscle lies in the layer
 */
export async function calibrateEnsemble(input: EnsembleInput): Promise<Member[]> {
  const hearts: readonly CoarseHeart[] = [...(input.coarser ?? []), input.anatomy];
  const target = openObserved(input.observation);
  const opened: Level[] = [];
  try {
    for (const heart of hearts) opened.push(await openLevel(input, heart, target));
    const placements = Array.from({ length: PLACEMENTS }, (_, at) =>
      lazily(() => openPlacement(input, opened[0] as Level, input.settings.seed + at)),
    );
    const first = input.firstMember ?? 0;
    let done = 0;
    const members = await inLanes(input.members, input.lanes ?? LANES, async (index) => {
      if (input.signal?.aborted) throw new TwinError('Cancelled', 'ensemble: ended because it was asked to');
      const number = first + index;
      const placement = placements[number % PLACEMENTS] as () => Placement;
      const member = await fitMember(input, opened, target, placement(), input.settings.seed + number);
      done++;
      input.onProgress?.({ done, members: input.members });
      return member;
    });
    const fitted = members.filter((member) => member !== undefined);
    if (fitted.length > 0) return fitted;
  } finally {
    for (const { heart } of opened) await heart.close();
  }
  throw new TwinError(
    'NoConvergence',
    `ensemble: found no member of ${input.members} that could be solved, expected all; the mesh may be in pieces, or finer coarse meshes are needed`,
  );
}

/** A member through all levels; a level on which its waves do not reach all muscle is passed over. */
async function fitMember(
  input: EnsembleInput,
  levels: readonly Level[],
  target: ObservedTarget,
  placement: Placement,
  seed: number,
): Promise<Member | undefined> {
  const isPrior = input.of === 'prior';
  const problemAt = ({ heart, layer }: Level, space: WhitenedSpace): WhitenedProblem => ({
    heart,
    target,
    space: { ...space, positions: bringIntoLayer(layer, space.positions) },
    perturbation,
  });
  const noise = openRandom(seed, 'error-of-recording');
  const perturbation = target.weighed.map(() => noise.normal());
  const spaces = drawSpaces(input, placement, seed, isPrior ? 1 : CANDIDATES);
  let start: { readonly space: WhitenedSpace; readonly w: Float64Array } | undefined;
  let state: WhitenedState | undefined;
  for (const level of isPrior ? levels.slice(-1) : levels) {
    try {
      const isFirst = start === undefined;
      start ??= await likeliest(spaces.map((space) => problemAt(level, space)));
      const problem = problemAt(level, start.space);
      state = isPrior
        ? await evaluateWhitened(problem, start.w)
        : await fitWhitened(problem, start.w, isFirst ? FROM_FAR : FROM_NEAR);
      start = { space: start.space, w: state.w };
    } catch (error) {
      if (!isOutOfRange(error)) throw error;
      state = undefined;
    }
  }
  if (state === undefined) return undefined;
  const { parameters, gain, solution, correlation, loss } = state;
  return {
    seed,
    parameters,
    gain,
    activation_ms: solution.activation_ms.map((time) => (time === Number.POSITIVE_INFINITY ? Number.NaN : time)),
    ecg_mV: solution.ecg_mV.map((value) => value * gain),
    correlation,
    loss,
  };
}

/** A member's own fronts and velocities, as spaces about them. */
function drawSpaces(
  { settings, observation }: EnsembleInput,
  { positions, times, draw }: Placement,
  seed: number,
  count: number,
): WhitenedSpace[] {
  const fronts = openRandom(seed, 'front-of-member');
  const random = openRandom(seed, 'velocities-of-member');
  const baseVelocities = MIDDLE_VELOCITIES.map(
    (middle) => middle * Math.exp(settings.velocitySpread * random.normal()),
  );
  const { velocitySpread } = settings;
  const fitsGain = !observation.isCalibrated;
  return Array.from({ length: count }, () => ({
    positions,
    times,
    base_ms: draw(fronts),
    baseVelocities,
    velocitySpread,
    fitsGain,
  }));
}

/** The problem whose start gives the ECG that is most like the recorded one. */
async function likeliest(
  problems: readonly WhitenedProblem[],
): Promise<{ readonly space: WhitenedSpace; readonly w: Float64Array }> {
  const { space } = problems[0] as WhitenedProblem;
  const w = new Float64Array(sizeOf(space));
  let best = { space, w, correlation: Number.NEGATIVE_INFINITY };
  for (const problem of problems.length > 1 ? problems : []) {
    const { correlation } = await evaluateWhitened(problem, w);
    if (correlation > best.correlation) best = { space: problem.space, w, correlation };
  }
  return best;
}

/** Made at the first call, then kept. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Runs work for 0 … count − 1, some at a time; results in order. */
async function inLanes<T>(count: number, lanes: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const out = new Array<T>(count);
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) out[index] = await work(index);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane));
  return out;
}
