import { factorCholesky, solveCholesky } from './cholesky.ts';

/** A least-squares problem of a few parameters with priors, as an iteration sees it. */
export interface FewParameters {
  residualOf(theta: Float64Array): Float64Array;
  lossOf(theta: Float64Array, residual: Float64Array): number;
  /** Half the loss's second and first derivatives, [parameters, parameters] and [parameters] */
  normalEquations(
    theta: Float64Array,
    residual: Float64Array,
  ): { readonly hessian: Float64Array; readonly gradient: Float64Array };
  /** The parameters after a step, which may be shortened */
  stepped(theta: Float64Array, step: Float64Array): Float64Array;
  readonly maxIterations: number;
  /** Steps below this share of each standard deviation end the fit */
  readonly smallStep: number;
  readonly firstDamping: number;
  readonly mostDamping: number;
}

/** Levenberg–Marquardt until a step is small beside every standard deviation, or the damping leaves no step. */
export function fitFewParameters(
  problem: FewParameters,
  start: Float64Array,
): { readonly theta: Float64Array; readonly iterations: number } {
  const count = start.length;
  let theta = start;
  let residual = problem.residualOf(theta);
  let loss = problem.lossOf(theta, residual);
  let damping = problem.firstDamping;
  for (let iteration = 1; iteration <= problem.maxIterations; iteration++) {
    const { hessian, gradient } = problem.normalEquations(theta, residual);
    for (;;) {
      const factor = hessian.slice();
      for (let p = 0; p < count; p++) factor[p * count + p] *= 1 + damping;
      const step = gradient.map((value) => -value);
      if (!factorCholesky(factor, count)) return { theta, iterations: iteration };
      solveCholesky(factor, count, step);
      const isSmall = step.every((value, p) => Math.abs(value) * Math.sqrt(hessian[p * count + p]) < problem.smallStep);
      const next = problem.stepped(theta, step);
      const nextResidual = problem.residualOf(next);
      const nextLoss = problem.lossOf(next, nextResidual);
      if (nextLoss <= loss) {
        theta = next;
        residual = nextResidual;
        loss = nextLoss;
        damping = damping / 3;
        if (isSmall) return { theta, iterations: iteration };
        break;
      }
      damping *= 5;
      if (isSmall || damping > problem.mostDamping) return { theta, iterations: iteration };
    }
  }
  return { theta, iterations: problem.maxIterations };
}
