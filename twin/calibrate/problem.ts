import type { LeastSquares, OpenHeart, Solution } from '../backend.ts';
import { TwinError } from '../errors.ts';
import { compareWithTarget, type Mismatch, mismatchSensitivity, type Target, unexplainedShare } from './loss.ts';
import { type ParameterSpace, priorLoss, priorOffset, velocityVector, withoutVelocities } from './parameters.ts';
import type { PmjLayer } from './pmjLayer.ts';
import type { ActivationParameters } from './twin.ts';

/** One heart, one beat, one parameter space: what an iteration works on. */
export interface CalibrationProblem {
  readonly heart: OpenHeart;
  readonly layer: PmjLayer;
  /** Mean edge length of the heart's mesh */
  readonly edge_mm: number;
  readonly target: Target;
  readonly space: ParameterSpace;
  /** The backend's own solver of linear steps */
  readonly leastSquares?: LeastSquares;
}

/** Parameters with what the model says of them. */
export interface Evaluated {
  readonly parameters: ActivationParameters;
  readonly solution: Solution;
  readonly mismatch: Mismatch;
  /** Data and priors */
  readonly loss: number;
}

/**
 * Velocities are held until PMJs leave no more than this share of the ECG's power unexplained (a correlation of about 0.99): before, they would
 * take up what is amiss in the start's times, and stay there (measured, `docs/decisions/0022-priors-of-pmjs.md`).
 */
const VELOCITIES_FREE_BELOW = 0.02;

/** @throws TwinError NoConvergence when the model gives no finite ECG there */
export async function evaluate(problem: CalibrationProblem, parameters: ActivationParameters): Promise<Evaluated> {
  const solution = await problem.heart.solve(parameters);
  const mismatch = compareWithTarget(problem.target, solution.ecg_mV);
  const loss = mismatch.loss + priorLoss(problem.space, parameters);
  if (!Number.isFinite(loss)) {
    throw new TwinError(
      'NoConvergence',
      `calibration: found a loss of ${loss}, expected a finite one; another seed or another start of the velocities may help`,
    );
  }
  return { parameters, solution, mismatch, loss };
}

/** Whether the model left its range: a thin wall came apart on a coarse mesh, or a step went too far. */
export const isOutOfRange = (error: unknown): boolean => error instanceof TwinError && error.code === 'NoConvergence';

/** Undefined where the model leaves its range, for those who try steps. */
export async function tryOut(
  problem: CalibrationProblem,
  parameters: ActivationParameters,
): Promise<Evaluated | undefined> {
  try {
    return await evaluate(problem, parameters);
  } catch (error) {
    if (!isOutOfRange(error)) throw error;
    return undefined;
  }
}

/** S of `dataSpaceStep` at a state: the parameters that its step may change, in their moderate lengths. */
export function scaleAt({ space, target }: CalibrationProblem, { mismatch }: Evaluated): Float64Array {
  return unexplainedShare(target, mismatch) > VELOCITIES_FREE_BELOW ? withoutVelocities(space) : space.scale;
}

/** ∂loss/∂parameters by the adjoint, priors included, in the parameters' own units (velocities by their logarithms), [4·pmjs + 5]. */
export async function lossGradient(
  { heart, target, space }: CalibrationProblem,
  { parameters, mismatch }: Evaluated,
): Promise<Float64Array> {
  const ofModel = await heart.gradient(parameters, mismatchSensitivity(target, mismatch));
  const gradient = new Float64Array(space.scale.length);
  gradient.set(ofModel);
  for (const [at, velocity] of velocityVector(parameters).entries()) gradient[4 * space.pmjs + at] *= velocity;
  const offset = priorOffset(space, parameters);
  for (let at = 0; at < gradient.length; at++) gradient[at] += 2 * space.precision[at] * offset[at];
  return gradient;
}
