import { applyStep, firstOrderUnits } from '../parameters.ts';
import { evaluate, lossGradient, scaleAt } from '../problem.ts';
import type { Optimiser } from './optimiser.ts';

/** ms and mm an iteration (Grandits et al., Med Image Anal 2025). */
const RATE = 0.75;
/** Decay of the means of the gradient and of its square, and what keeps the quotient finite (Kingma & Ba, ICLR 2015). */
const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-8;

/**
 * Adam with the adjoint gradient, as the geodesic back-propagation of Grandits et al. (2025) does it: for comparison. Every step is taken, whether it lowers the loss
 * or not. Memory: the two means and, as a vector of one, the number of steps.
 */
export const adam: Optimiser = {
  stalled: { coarse: Number.NEGATIVE_INFINITY, finest: Number.NEGATIVE_INFINITY },
  async iterate(problem, state, { damping, vectors }) {
    const gradient = await lossGradient(problem, state);
    const units = firstOrderUnits(problem.space, scaleAt(problem, state));
    const [firstBefore = [], secondBefore = [], [steps = 0] = []] = vectors;
    const first = new Float64Array(gradient.length);
    const second = new Float64Array(gradient.length);
    const step = new Float64Array(gradient.length);
    const firstShare = 1 - FIRST_DECAY ** (steps + 1);
    const secondShare = 1 - SECOND_DECAY ** (steps + 1);
    for (let p = 0; p < gradient.length; p++) {
      const slope = units[p] * gradient[p];
      first[p] = FIRST_DECAY * (firstBefore[p] ?? 0) + (1 - FIRST_DECAY) * slope;
      second[p] = SECOND_DECAY * (secondBefore[p] ?? 0) + (1 - SECOND_DECAY) * slope * slope;
      step[p] = (-RATE * units[p] * (first[p] / firstShare)) / (Math.sqrt(second[p] / secondShare) + EPSILON);
    }
    const next = await evaluate(problem, applyStep(problem.space, problem.layer, state.parameters, step));
    return { state: next, memory: { damping, vectors: [[...first], [...second], [steps + 1]] }, hasImproved: true };
  },
};
