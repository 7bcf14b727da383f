import test from 'ava';
import { type FewParameters, fitFewParameters } from '../../twin/calibrate/fewParameters.ts';

/** Rosenbrock's valley as a sum of squares, `10 (y − x²)` and `1 − x`: its least lies at (1, 1). */
const valley: FewParameters = {
  residualOf: ([x, y]) => Float64Array.of(10 * (y - x * x), 1 - x),
  lossOf: (_, [a, b]) => (a * a + b * b) / 2,
  normalEquations: ([x], [a, b]) => {
    const [ax, ay, bx] = [-20 * x, 10, -1];
    return {
      hessian: Float64Array.of(ax * ax + bx * bx, ax * ay, ax * ay, ay * ay),
      gradient: Float64Array.of(ax * a + bx * b, ay * a),
    };
  },
  stepped: (theta, step) => theta.map((value, at) => value + step[at]),
  maxIterations: 100,
  smallStep: 1e-9,
  firstDamping: 1e-3,
  mostDamping: 1e9,
};

test('a bent valley is followed to its least, and never uphill', (t) => {
  const losses: number[] = [];
  const watched: FewParameters = {
    ...valley,
    normalEquations(theta, residual) {
      losses.push(valley.lossOf(theta, residual));
      return valley.normalEquations(theta, residual);
    },
  };
  const { theta, iterations } = fitFewParameters(watched, Float64Array.of(-1.2, 1));
  t.true(Math.hypot(theta[0] - 1, theta[1] - 1) < 1e-6, `${theta}`);
  t.true(iterations < 60, `${iterations}`);
  t.true(losses.every((loss, at) => at === 0 || loss <= losses[at - 1]));
});

test('a fit stops at its limit of iterations, and where it starts at the least', (t) => {
  t.is(fitFewParameters({ ...valley, maxIterations: 2 }, Float64Array.of(-1.2, 1)).iterations, 2);
  const { theta, iterations } = fitFewParameters(valley, Float64Array.of(1, 1));
  t.deepEqual([...theta], [1, 1]);
  t.is(iterations, 1);
});
