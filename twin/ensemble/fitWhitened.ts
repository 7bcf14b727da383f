import type { OpenHeart, Solution } from '../backend.ts';
import { factorCholesky, solveCholesky } from '../calibrate/cholesky.ts';
import { correlation } from '../calibrate/fit.ts';
import { sumOfSquares } from '../calibrate/loss.ts';
import type { ActivationParameters } from '../calibrate/twin.ts';
import { TwinError } from '../errors.ts';
import { gramOfRows } from './gram.ts';
import type { ObservedTarget } from './leadSystem.ts';
import { gainAt, parametersAt, sizeOf, VELOCITIES, type WhitenedSpace, whitenedJacobian } from './whitened.ts';

/** One heart, one recording and a prior: what is minimised is |r(w)/e + n|² + |w|². */
export interface WhitenedProblem {
  readonly heart: OpenHeart;
  readonly target: ObservedTarget;
  readonly space: WhitenedSpace;
  /** n: what a member of an ensemble takes the recording to be off by, in units of the model's error, [samples, leads]; absent = 0 */
  readonly perturbation?: Float64Array;
}

/** A point, and what the model says of it. */
export interface WhitenedState {
  readonly w: Float64Array;
  readonly parameters: ActivationParameters;
  readonly gain: number;
  readonly solution: Solution;
  /** (gain · simulated − recorded)/error + perturbation, weighed, [samples, leads] */
  readonly residual: Float64Array;
  /** Weighed ECG before the gain, [samples, leads] */
  readonly weighed: Float64Array;
  /** Without the perturbation, over all samples and weighed leads */
  readonly correlation: number;
  /** |r|² + |w|² */
  readonly loss: number;
}

/** Iterations with the model's error taken this many times larger than it is: first the broad course of the fit, then its detail. */
export interface Stage {
  readonly errorFactor: number;
  readonly iterations: number;
  readonly movesVelocities: boolean;
}

/** From far: an ECG of a random front has nothing to do with the recorded one, and a full step towards it goes astray. */
export const FROM_FAR: readonly Stage[] = [
  { errorFactor: 8, iterations: 2, movesVelocities: false },
  { errorFactor: 4, iterations: 2, movesVelocities: false },
  { errorFactor: 2, iterations: 3, movesVelocities: true },
  { errorFactor: 1, iterations: 4, movesVelocities: true },
];
/** From a fit of the same on another mesh, or from a neighbour's. */
export const FROM_NEAR: readonly Stage[] = [{ errorFactor: 1, iterations: 1, movesVelocities: true }];

/** No PMJ's time moves farther in one iteration, ms. */
const FARTHEST_ms = 12;
/** Damping beside the prior's own, by the mean of the data's curvature: first, and what a failure and a success make of it. */
const FIRST_DAMPING = 0.03;
const RAISE = 5;
const LOWER = 4;
const ATTEMPTS = 5;
/** An iteration that lowers the loss by less than this share ends its stage. */
const STALLED = 1e-3;

/** @throws TwinError NoConvergence when the model gives no finite ECG there */
export async function evaluateWhitened(problem: WhitenedProblem, w: Float64Array): Promise<WhitenedState> {
  const { heart, target, space, perturbation } = problem;
  const parameters = parametersAt(space, w);
  const solution = await heart.solve(parameters);
  const weighed = solution.ecg_mV.slice();
  target.observation.weigh(weighed);
  const gain = gainAt(space, w);
  const residual = weighed.map((value, at) => (gain * value - target.weighed[at]) / target.error_mV);
  if (perturbation) for (let at = 0; at < residual.length; at++) residual[at] += perturbation[at];
  const loss = sumOfSquares(residual) + sumOfSquares(w);
  if (!Number.isFinite(loss)) {
    throw new TwinError(
      'NoConvergence',
      `ensemble: found a loss of ${loss}, expected a finite one; another seed may help`,
    );
  }
  return {
    w,
    parameters,
    gain,
    solution,
    residual,
    weighed,
    correlation: correlation(weighed, target.weighed),
    loss,
  };
}

/**
 * Gauss–Newton with damping, stage by stage, in the space of the parameters, of which there are some tens:
 *
 *     (J Jᵀ/e² + I + μ I) δ = −(J r/e² + w)
 *
 * @returns the last stage's end; every stage starts from the one before
 */
export async function fitWhitened(
  problem: WhitenedProblem,
  from: Float64Array,
  stages: readonly Stage[],
): Promise<WhitenedState> {
  let state = await evaluateWhitened(problem, from);
  for (const stage of stages) {
    let damping = FIRST_DAMPING;
    for (let iteration = 0; iteration < stage.iterations; iteration++) {
      const next = await step(problem, state, stage, damping);
      if (next === undefined) break;
      const before = stagedLoss(state, stage);
      const isOver = before - stagedLoss(next.state, stage) < STALLED * before;
      ({ state, damping } = next);
      if (isOver) break;
    }
  }
  return state;
}

const stagedLoss = ({ residual, w }: WhitenedState, { errorFactor }: Stage): number =>
  sumOfSquares(residual) / errorFactor ** 2 + sumOfSquares(w);

async function step(
  problem: WhitenedProblem,
  state: WhitenedState,
  stage: Stage,
  damping: number,
): Promise<{ state: WhitenedState; damping: number } | undefined> {
  const normal = await normalEquations(problem, state, stage);
  const size = state.w.length;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++, damping *= RAISE) {
    const matrix = normal.matrix.slice();
    for (let at = 0; at < size; at++) matrix[at * size + at] += damping * normal.curvature;
    const move = normal.gradient.map((value) => -value);
    if (!factorCholesky(matrix, size)) continue;
    solveCholesky(matrix, size, move);
    const factor = shortening(problem.space, move);
    const next = await evaluateWhitened(
      problem,
      state.w.map((value, at) => value + factor * move[at]),
    );
    if (stagedLoss(next, stage) < stagedLoss(state, stage)) return { state: next, damping: damping / LOWER };
  }
  return undefined;
}

/** Hessian and gradient (both halved) of a stage's loss. */
export interface NormalEquations {
  /** Lower triangle, [size, size] */
  readonly matrix: Float64Array;
  readonly gradient: Float64Array;
  /** Mean diagonal of the data's part */
  readonly curvature: number;
}

export async function normalEquations(
  { heart, target, space }: WhitenedProblem,
  state: WhitenedState,
  { errorFactor, movesVelocities }: Pick<Stage, 'errorFactor' | 'movesVelocities'>,
): Promise<NormalEquations> {
  const ofEcg = (await heart.jacobian(state.parameters)).slice();
  target.observation.weigh(ofEcg);
  const jacobian = whitenedJacobian(space, state.w, ofEcg, state.weighed);
  const size = sizeOf(space);
  const data = state.residual.length;
  const { rank } = space.times;
  const scale = 1 / (target.error_mV * errorFactor);
  const matrix = new Float64Array(size * size);
  gramOfRows(jacobian, size, data, matrix);
  const gradient = state.w.slice();
  let curvature = 0;
  for (let row = 0; row < size; row++) {
    const isRowHeld = !movesVelocities && isVelocity(row, rank);
    let slope = 0;
    for (let d = 0; d < data; d++) slope += jacobian[row * data + d] * state.residual[d];
    gradient[row] = isRowHeld ? 0 : gradient[row] + (slope * scale) / errorFactor;
    for (let column = 0; column <= row; column++) {
      const isHeld = isRowHeld || (!movesVelocities && isVelocity(column, rank));
      matrix[row * size + column] = isHeld ? 0 : scale * scale * matrix[row * size + column];
    }
    curvature += matrix[row * size + row] / size;
    matrix[row * size + row] += 1;
  }
  return { matrix, gradient, curvature };
}

const isVelocity = (row: number, rank: number): boolean => row >= rank && row < rank + VELOCITIES;

/** Factor that keeps the longest move of a time within bounds. */
function shortening({ times: { factor, size, rank } }: WhitenedSpace, move: Float64Array): number {
  let longest = 0;
  for (let pmj = 0; pmj < size; pmj++) {
    let moved = 0;
    for (let column = 0; column < rank; column++) moved += factor[pmj * rank + column] * move[column];
    longest = Math.max(longest, Math.abs(moved));
  }
  return longest > FARTHEST_ms ? FARTHEST_ms / longest : 1;
}
