import test from 'ava';
import { openLinearStep } from '../../backends/wasm/linearStep.ts';
import { dataSpaceStep, type LinearProblem } from '../../twin/calibrate/dataSpaceStep.ts';
import { openRandom } from '../../twin/random.ts';

interface Shape {
  readonly pmjs: number;
  readonly data: number;
  /** Data that a PMJ moves. */
  readonly window: number;
}

/** PMJs that move the data inside windows of their own, four velocities that move all of them, and a gain that is held. */
function problem({ pmjs, data, window }: Shape, withPrior = true): LinearProblem {
  const random = openRandom(7, 'wasm-linear');
  const parameters = 4 * pmjs + 5;
  const jacobian = new Float32Array(parameters * data);
  for (let p = 0; p < parameters; p++) {
    const start = p < 4 * pmjs ? Math.floor((Math.floor(p / 4) / pmjs) * Math.max(data - window, 1)) : 0;
    const end = p < 4 * pmjs ? Math.min(start + window, data) : data;
    // Neighbouring data nearly agree, so that the matrix is as badly conditioned as an ECG's.
    const phase = random.uniform();
    for (let d = start; d < end; d++) {
      const share = (d - start + 0.5) / (end - start);
      jacobian[p * data + d] = 10 * Math.sin(Math.PI * share) * Math.sin(7 * (share + phase)) + 0.1 * random.normal();
    }
  }
  const draw = (size: number) => Float64Array.from({ length: size }, () => random.normal());
  const scale = new Float64Array(parameters).fill(0.16);
  for (let pmj = 0; pmj < pmjs; pmj++) scale[4 * pmj] = 1;
  scale[parameters - 1] = 0;
  const precision = scale.map((_, p) => (withPrior && p % 4 === 0 ? 1 / 225 : 0));
  return { residual: draw(data), jacobian, offset: draw(parameters), precision, scale };
}

/** Length of the difference, as a share of the expected step's, both in units of a moderate step. */
function error({ scale }: LinearProblem, step: Float64Array | undefined, expected: Float64Array | undefined): number {
  if (step === undefined || expected === undefined) return Number.NaN;
  let difference = 0;
  let length = 0;
  for (const [p, value] of expected.entries()) {
    if (scale[p] === 0) continue;
    difference += (step[p] - value) ** 2 / scale[p];
    length += value ** 2 / scale[p];
  }
  return Math.sqrt(difference / length);
}

const shapes: Readonly<Record<string, Shape>> = {
  'fewer data than parameters': { pmjs: 60, data: 176, window: 56 },
  'more data than parameters': { pmjs: 12, data: 320, window: 90 },
  'sizes that fill no tile': { pmjs: 9, data: 37, window: 11 },
  'one datum': { pmjs: 1, data: 1, window: 1 },
};

for (const [title, shape] of Object.entries(shapes)) {
  for (const withPrior of [true, false]) {
    test(`the step is the one in float64: ${title}, ${withPrior ? 'with' : 'without'} prior`, (t) => {
      const linear = problem(shape, withPrior);
      const { step } = openLinearStep();
      for (const damping of [1e-5, 1e-3, 0.1, 10]) {
        const found = error(linear, step(linear, damping), dataSpaceStep(linear, damping));
        t.true(found < 1e-6, `damping ${damping}: ${found}`);
      }
    });
  }
}

test('a step depends on its problem only, not on what was asked before, and is the caller’s to change', (t) => {
  const { step } = openLinearStep();
  const [one, other] = [problem(shapes['fewer data than parameters']), problem(shapes['sizes that fill no tile'])];
  const first = step(one, 0.1);
  const kept = first?.slice();
  step({ ...one, jacobian: one.jacobian.map((value) => 3 * value) }, 1);
  step(other, 0.1);
  t.deepEqual(first, kept);
  t.deepEqual(step(one, 0.1), kept);
});

test('a parameter without scale is held, and its row does not count', (t) => {
  const { step } = openLinearStep();
  for (const shape of Object.values(shapes)) {
    const linear = problem(shape);
    const held = linear.scale.length - 1;
    const before = step(linear, 0.1);
    linear.jacobian.fill(1e6, held * shape.data);
    t.is(before?.[held], 0);
    t.deepEqual(step(linear, 0.1), before);
  }
});

test('a Jacobian that is not finite, and one that is zero without prior, give no step', (t) => {
  const { step } = openLinearStep();
  for (const shape of Object.values(shapes)) {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const linear = problem(shape);
      linear.jacobian[0] = value;
      t.is(step(linear, 0.1), undefined, `${value}`);
    }
    const still = problem(shape, false);
    still.jacobian.fill(0);
    t.is(step(still, 0.1), undefined);
  }
});

test('parameters that move the data alike are no hindrance where damping is least', (t) => {
  const linear = problem(shapes['more data than parameters'], false);
  const { data } = shapes['more data than parameters'];
  for (let p = 4; p < 40; p++) linear.jacobian.copyWithin(p * data, 0, data);
  const { step } = openLinearStep();
  for (const damping of [1e-7, 1e-5]) {
    const found = error(linear, step(linear, damping), dataSpaceStep(linear, damping));
    t.true(found < 1e-4, `damping ${damping}: ${found}`);
  }
});
