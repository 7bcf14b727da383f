import type { OpenHeart, Solution } from '../backend.ts';
import { LEADS, weighLeads } from '../ecg/leads.ts';
import { TwinError } from '../errors.ts';
import { dataSpaceStep } from './dataSpaceStep.ts';
import { compareWithTarget, type Mismatch, type Target, unexplainedShare } from './loss.ts';
import {
  applyStep,
  type ParameterSpace,
  priorLoss,
  priorOffset,
  velocityVector,
  withoutVelocities,
} from './parameters.ts';
import { interpolateAt, type PmjLayer } from './pmjLayer.ts';
import { type ActivationParameters, EARLIEST_PMJ_ms } from './twin.ts';

/** One heart, one beat, one parameter space: what an iteration works on. */
export interface CalibrationProblem {
  readonly heart: OpenHeart;
  readonly layer: PmjLayer;
  readonly target: Target;
  readonly space: ParameterSpace;
}

/** Parameters with what the model says of them. */
export interface Evaluated {
  readonly parameters: ActivationParameters;
  readonly solution: Solution;
  readonly mismatch: Mismatch;
  /** Data and priors */
  readonly loss: number;
}

export interface Iterated {
  readonly state: Evaluated;
  readonly damping: number;
  /** False when no damping that was tried gave a smaller loss */
  readonly hasImproved: boolean;
}

/** Damping of a calibration's first iteration. */
export const FIRST_DAMPING = 0.1;
const LEAST_DAMPING = 1e-5;
/** Damping is multiplied by this when a step fails, and divided by the second when it succeeds (measured, `docs/decisions/0021-data-space-steps.md`). */
const RAISE = 5;
const LOWER = 3;
const ATTEMPTS = 6;
/**
 * Velocities are held until PMJs leave no more than this share of the ECG's power unexplained (a correlation of about 0.99): before, they would
 * take up what is amiss in the start's times, and stay there (measured, `docs/decisions/0022-priors-of-pmjs.md`).
 */
const VELOCITIES_FREE_BELOW = 0.02;
/** A PMJ whose wave comes too late everywhere is set this much before the wave that overtook it, ms. */
const REVIVAL_ms = 1;

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

/** One iteration of Levenberg–Marquardt: one Jacobian, then steps of rising damping until one lowers the loss. */
export async function iterate(problem: CalibrationProblem, state: Evaluated, damping: number): Promise<Iterated> {
  const { space, target, layer } = problem;
  const data = target.samples * LEADS;
  const jacobian = weightedJacobian(await problem.heart.jacobian(state.parameters), problem, state);
  const linear = {
    residual: state.mismatch.residual,
    jacobian,
    offset: priorOffset(space, state.parameters),
    precision: space.precision,
    scale: unexplainedShare(target, state.mismatch) > VELOCITIES_FREE_BELOW ? withoutVelocities(space) : space.scale,
  };
  const revived = revivals(jacobian, data, layer, state);
  let lambda = damping;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const step = dataSpaceStep(linear, lambda);
    if (step !== undefined) {
      const moved = applyStep(space, layer, state.parameters, step);
      // Reviving PMJs may cost a little at once; when the first attempt fails it must not be what fails.
      if (attempt === 0) for (const { pmj, time_ms } of revived) moved.pmjTimes_ms[pmj] = time_ms;
      const next = await evaluate(problem, moved);
      if (next.loss < state.loss) {
        return { state: next, damping: Math.max(lambda / LOWER, LEAST_DAMPING), hasImproved: true };
      }
    }
    lambda *= RAISE;
  }
  return { state, damping: lambda, hasImproved: false };
}

/** ∂residual/∂parameters: leads weighted, logarithms of velocities, a row for the logarithm of the gain. @returns [4·pmjs + 5, samples·8] */
function weightedJacobian(ofEcg: Float32Array, { space, target }: CalibrationProblem, state: Evaluated): Float32Array {
  const data = target.samples * LEADS;
  const out = new Float32Array(space.scale.length * data);
  out.set(ofEcg);
  weighLeads(out);
  const factor = state.mismatch.gain / target.modelError_mV;
  const pmjRows = 4 * space.pmjs;
  for (let at = 0; at < pmjRows * data; at++) out[at] *= factor;
  for (const [row, velocity] of velocityVector(state.parameters).entries()) {
    const first = (pmjRows + row) * data;
    for (let at = first; at < first + data; at++) out[at] *= factor * velocity;
  }
  const gainRow = (space.scale.length - 1) * data;
  for (let at = 0; at < data; at++) out[gainRow + at] = state.mismatch.weighted[at] * factor;
  return out;
}

/**
 * PMJs that start no wave of their own: their rows are zero, so no gradient would ever bring them back. Each is set shortly before the
 * time at which the others' wave passes its place.
 */
function revivals(
  jacobian: Float32Array,
  data: number,
  layer: PmjLayer,
  { parameters, solution }: Evaluated,
): { pmj: number; time_ms: number }[] {
  const passing = interpolateAt(layer.locator, parameters.pmjPositions, solution.activation_ms);
  const revived: { pmj: number; time_ms: number }[] = [];
  for (let pmj = 0; pmj < parameters.pmjTimes_ms.length; pmj++) {
    let isDead = true;
    for (let at = 4 * pmj * data; at < (4 * pmj + 1) * data && isDead; at++) isDead = jacobian[at] === 0;
    if (isDead) revived.push({ pmj, time_ms: Math.max(EARLIEST_PMJ_ms, passing[pmj] - REVIVAL_ms) });
  }
  return revived;
}
