import test from 'ava';
import { openConjugateStep } from '../../twin/calibrate/conjugateStep.ts';
import { dataSpaceStep, type LinearProblem } from '../../twin/calibrate/dataSpaceStep.ts';
import { openRandom } from '../../twin/random.ts';

/** Forty PMJs, each of which moves a quarter of 120 data, and five parameters that move all. */
function problem(): LinearProblem {
  const random = openRandom(5, 'conjugate-step');
  const [pmjs, data] = [40, 120];
  const parameters = 4 * pmjs + 5;
  const jacobian = new Float32Array(parameters * data);
  for (let p = 0; p < parameters; p++) {
    const low = p < 4 * pmjs ? Math.floor(((p >> 2) / pmjs) * 0.75 * data) : 0;
    const high = p < 4 * pmjs ? low + data / 4 : data;
    for (let d = low; d < high; d++) jacobian[p * data + d] = random.normal();
  }
  const draw = (size: number) => Float64Array.from({ length: size }, () => random.normal());
  const scale = draw(parameters).map((value) => value * value + 0.1);
  scale[7] = 0;
  return {
    residual: draw(data),
    jacobian,
    offset: draw(parameters),
    precision: draw(parameters).map((v) => v * v),
    scale,
  };
}

/** Value of the damped linear problem's objective at a step, over that of no step; infinite where a held parameter moves. */
function remaining(
  { residual, jacobian, offset, precision, scale }: LinearProblem,
  damping: number,
  step: Float64Array,
) {
  const data = residual.length;
  let mu = 0;
  for (const [p, square] of scale.entries()) {
    for (let d = 0; d < data; d++) mu += (square * jacobian[p * data + d] ** 2) / data;
  }
  const at = (factor: number) => {
    const r = residual.slice();
    let sum = 0;
    for (const [p, square] of scale.entries()) {
      const by = factor * step[p];
      if (square === 0 && by !== 0) return Number.POSITIVE_INFINITY;
      for (let d = 0; d < data; d++) r[d] += jacobian[p * data + d] * by;
      if (square > 0) sum += precision[p] * (offset[p] + by) ** 2 + (damping * mu * by * by) / square;
    }
    return sum + r.reduce((squares, value) => squares + value * value, 0);
  };
  return at(1) / at(0);
}

test('conjugate gradients lower the damped objective to within 1 % of the exact step', (t) => {
  const linear = problem();
  const stepAt = openConjugateStep(linear);
  for (const damping of [1e-3, 0.1, 3]) {
    const step = stepAt(damping);
    const exact = dataSpaceStep(linear, damping);
    t.truthy(step && exact);
    if (!step || !exact) continue;
    const [left, least] = [remaining(linear, damping, step), remaining(linear, damping, exact)];
    t.true(left >= least - 1e-9 && left - least < 0.01, `${damping}: ${left} and ${least}`);
    t.is(step[7], 0);
  }
});

test('one opened problem answers dampings in any order alike', (t) => {
  const stepAt = openConjugateStep(problem());
  const first = stepAt(0.1);
  stepAt(1e-3);
  t.deepEqual(stepAt(0.1), first);
});

test('a problem with NaN gives no step', (t) => {
  const linear = problem();
  linear.jacobian[50] = Number.NaN;
  t.is(openConjugateStep(linear)(0.1), undefined);
});
