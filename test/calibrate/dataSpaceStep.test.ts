import test from 'ava';
import { factorCholesky, solveCholesky } from '../../twin/calibrate/cholesky.ts';
import { dataSpaceStep, type LinearProblem } from '../../twin/calibrate/dataSpaceStep.ts';
import { openRandom } from '../../twin/random.ts';

/** Eleven parameters, six data; each block of four rows of the Jacobian is zero outside a window, as PMJs' are. */
function problem(withPrior: boolean): LinearProblem {
  const random = openRandom(11, 'linear-problem');
  const [parameters, data] = [11, 6];
  const jacobian = new Float32Array(parameters * data);
  for (let p = 0; p < parameters; p++) {
    for (let d = 0; d < data; d++)
      if (p >= 8 || Math.floor(p / 4) === Math.floor(d / 3)) jacobian[p * data + d] = random.normal();
  }
  const draw = (size: number) => Float64Array.from({ length: size }, () => random.normal());
  const scale = draw(parameters).map((value) => value * value + 0.1);
  scale[2] = 0;
  const precision = draw(parameters).map((value) => (withPrior ? value * value : 0));
  return { residual: draw(data), jacobian, offset: draw(parameters), precision, scale };
}

/** The same minimum by the normal equations: (Jᵀ J + P⁻¹ + μ S⁻¹) δ = −Jᵀ r − P⁻¹ m, over the parameters that are not held. */
function byNormalEquations(
  { residual, jacobian, offset, precision, scale }: LinearProblem,
  damping: number,
): Float64Array {
  const data = residual.length;
  const free = [...scale.keys()].filter((p) => scale[p] > 0);
  const dot = (p: number, q: number) =>
    residual.reduce((sum, _, d) => sum + jacobian[p * data + d] * jacobian[q * data + d], 0);
  const mu = (damping * free.reduce((sum, p) => sum + scale[p] * dot(p, p), 0)) / data;
  const matrix = new Float64Array(free.length ** 2);
  const right = Float64Array.from(
    free,
    (p) => -residual.reduce((sum, value, d) => sum + jacobian[p * data + d] * value, 0) - precision[p] * offset[p],
  );
  for (const [i, p] of free.entries()) {
    for (const [j, q] of free.entries())
      matrix[i * free.length + j] = dot(p, q) + (i === j ? precision[p] + mu / scale[p] : 0);
  }
  factorCholesky(matrix, free.length);
  solveCholesky(matrix, free.length, right);
  const step = new Float64Array(scale.length);
  for (const [i, p] of free.entries()) step[p] = right[i];
  return step;
}

for (const withPrior of [false, true]) {
  test(`the step in data space is that of the normal equations, ${withPrior ? 'with' : 'without'} prior`, (t) => {
    const linear = problem(withPrior);
    for (const damping of [1e-3, 0.1, 10]) {
      const step = dataSpaceStep(linear, damping);
      const expected = byNormalEquations(linear, damping);
      t.true(step?.every((value, p) => Math.abs(value - expected[p]) < 1e-6 * (1 + Math.abs(expected[p]))));
    }
  });
}

test('a parameter without scale is held', (t) => {
  t.is(dataSpaceStep(problem(true), 0.1)?.[2], 0);
});

test('a Jacobian with NaN gives no step', (t) => {
  const linear = problem(false);
  linear.jacobian[0] = Number.NaN;
  t.is(dataSpaceStep(linear, 0.1), undefined);
});

test('L Lᵀ gives the matrix back', (t) => {
  const random = openRandom(2, 'cholesky');
  const size = 23;
  const root = Float64Array.from({ length: size * size }, () => random.normal());
  const matrix = Float64Array.from({ length: size * size }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < size; k++) sum += root[Math.floor(at / size) * size + k] * root[(at % size) * size + k];
    return sum;
  });
  const factor = matrix.slice();
  t.true(factorCholesky(factor, size));
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k <= j; k++) sum += factor[i * size + k] * factor[j * size + k];
      t.true(Math.abs(sum - matrix[i * size + j]) < 1e-9);
    }
});

test('a matrix that is not positive definite is refused', (t) => {
  t.false(factorCholesky(Float64Array.from([1, 0, 2, 1]), 2));
});
