import { LEADS } from '../../ecg/leads.ts';
import { openConjugateStep } from '../conjugateStep.ts';
import type { LinearProblem } from '../dataSpaceStep.ts';
import { sumOfSquares } from '../loss.ts';
import { applyStep, displacement, priorLoss, priorOffset } from '../parameters.ts';
import { interpolateAt } from '../pmjLayer.ts';
import { type CalibrationProblem, type Evaluated, scaleAt, tryOut } from '../problem.ts';
import { residualJacobian } from '../residualJacobian.ts';
import { type ActivationParameters, EARLIEST_PMJ_ms } from '../twin.ts';
import type { Optimiser } from './optimiser.ts';

const LEAST_DAMPING = 1e-6;
const ATTEMPTS = 6;
/** Bounds on what a success does to the damping. */
const LEAST_FACTOR = 1 / 3;
const MOST_FACTOR = 4;
/** PMJs without a territory are set off again at every third iteration: at each, the newly set ones disturb the step that follows. */
const REVIVE_EVERY = 3;
/** A PMJ whose wave comes too late everywhere is set this much before the wave that overtook it, for each mm of edge: enough for its wave to reach a node first. */
const REVIVAL_ms_mm = 1;

/**
 * Levenberg–Marquardt: one Jacobian, then steps of rising damping until one lowers the loss. Damping follows how much of the promised fall came about
 * (Nielsen, Damping parameter in Marquardt's method, 1999):
 *
 *     ratio = (loss − loss after) / (loss − loss of the linear model at the place that the step came to)
 *     λ ← λ · max(1/3, 1 − (2 ratio − 1)³) on success; λ · 2, · 4, · 8 … on one failure after the other
 *
 * Clipped steps and PMJs held by the layer go elsewhere than the linear step says, so the promise is taken where they ended.
 */
export const levenbergMarquardt: Optimiser = {
  stalled: { coarse: 0.02, finest: 1e-4 },
  async iterate(problem, state, { iteration, damping }) {
    const { space, leastSquares } = problem;
    const jacobian = await residualJacobian(problem, state);
    const linear: LinearProblem = {
      residual: state.mismatch.residual,
      jacobian,
      offset: priorOffset(space, state.parameters),
      precision: space.precision,
      scale: scaleAt(problem, state),
    };
    const stepAt = leastSquares ? (lambda: number) => leastSquares.step(linear, lambda) : openConjugateStep(linear);
    const revived = iteration % REVIVE_EVERY === 0 ? revivals(problem, jacobian, state) : [];
    let lambda = damping;
    let raise = 2;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const step = stepAt(lambda);
      if (step !== undefined) {
        const moved = applyStep(space, problem.layer, state.parameters, step);
        const promised = state.loss - linearLoss(problem, linear, state, moved, step);
        // Reviving PMJs may cost a little at once; when the first attempt fails it must not be what fails.
        if (attempt === 0) for (const { pmj, time_ms } of revived) moved.pmjTimes_ms[pmj] = time_ms;
        const next = await tryOut(problem, moved);
        if (next !== undefined && next.loss < state.loss) {
          const ratio = promised > 0 ? (state.loss - next.loss) / promised : 1;
          const factor = Math.min(Math.max(1 - (2 * ratio - 1) ** 3, LEAST_FACTOR), MOST_FACTOR);
          return {
            state: next,
            memory: { damping: Math.max(lambda * factor, LEAST_DAMPING), vectors: [] },
            hasImproved: true,
          };
        }
      }
      lambda *= raise;
      raise *= 2;
    }
    return { state, memory: { damping: lambda, vectors: [] }, hasImproved: false };
  },
};

/** What the linear model says of the loss at parameters that a step came to. */
function linearLoss(
  { space }: CalibrationProblem,
  { residual, jacobian }: LinearProblem,
  state: Evaluated,
  moved: ActivationParameters,
  step: Float64Array,
): number {
  const change = displacement(state.parameters, moved);
  const data = residual.length;
  const predicted = residual.slice();
  for (let p = 0; p < space.scale.length; p++) {
    // The gain is not stepped but found anew; to first order that is its step.
    const by = p < change.length ? change[p] : step[p];
    if (by === 0) continue;
    for (let d = 0; d < data; d++) predicted[d] += jacobian[p * data + d] * by;
  }
  return sumOfSquares(predicted) + priorLoss(space, moved);
}

/**
 * PMJs that start no wave of their own: their rows are zero, so no gradient would ever bring them back. Each is set shortly before the
 * time at which the others' wave passes its place.
 */
function revivals(
  { layer, edge_mm, target }: CalibrationProblem,
  jacobian: Float32Array,
  { parameters, solution }: Evaluated,
): { pmj: number; time_ms: number }[] {
  const data = target.sampling.taken * LEADS;
  const passing = interpolateAt(layer.locator, parameters.pmjPositions, solution.activation_ms);
  const revived: { pmj: number; time_ms: number }[] = [];
  for (let pmj = 0; pmj < parameters.pmjTimes_ms.length; pmj++) {
    let isDead = true;
    for (let at = 4 * pmj * data; at < (4 * pmj + 1) * data && isDead; at++) isDead = jacobian[at] === 0;
    if (!isDead) continue;
    revived.push({ pmj, time_ms: Math.max(EARLIEST_PMJ_ms, passing[pmj] - REVIVAL_ms_mm * edge_mm) });
  }
  return revived;
}
