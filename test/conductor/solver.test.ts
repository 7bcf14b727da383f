import test from 'ava';
import { stuffTetrahedra } from '../../twin/anatomy/stuffing.ts';
import { aggregateLevels } from '../../twin/conductor/aggregation.ts';
import { solveBlock } from '../../twin/conductor/blockGradients.ts';
import { openInterpolator } from '../../twin/conductor/interpolation.ts';
import { openMultigrid } from '../../twin/conductor/multigrid.ts';
import { applyBlock, BLOCK, type SparseMatrix } from '../../twin/conductor/sparse.ts';
import { assembleStiffness } from '../../twin/conductor/stiffness.ts';
import { layeredMean, plainMean, type Samples } from '../../twin/conductor/tissueMeans.ts';
import { openRandom } from '../../twin/random.ts';
import { blockMesh } from '../helpers/meshes.ts';

const mesh = stuffTetrahedra((x, y, z) => Math.hypot(x, y, z) - 30, { min: [-30, -30, -30], max: [30, 30, 30] }, 2.5);
/** Conductivities that jump a hundredfold from octant to octant, and are anisotropic in half of them. */
const tensors = new Float64Array((mesh.tets.length / 4) * 6);
for (let tet = 0; tet < tensors.length / 6; tet++) {
  const node = 3 * mesh.tets[4 * tet];
  const sigma = mesh.points[node] * mesh.points[node + 1] > 0 ? 1 : 0.01;
  tensors.set([sigma, 0, 0, sigma * (mesh.points[node + 2] > 0 ? 3 : 1), 0, sigma], 6 * tet);
}
const matrix = assembleStiffness(mesh, tensors);
const random = openRandom(3, 'right-sides');

/** Random columns that sum to zero. */
function randomBlock(rows: number): Float64Array {
  const out = Float64Array.from({ length: BLOCK * rows }, () => random.uniform() - 0.5);
  for (let k = 0; k < BLOCK; k++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += out[BLOCK * row + k];
    for (let row = 0; row < rows; row++) out[BLOCK * row + k] -= sum / rows;
  }
  return out;
}
const dot = (a: Float64Array, b: Float64Array, i: number, j: number) => {
  let sum = 0;
  for (let at = 0; at < a.length; at += BLOCK) sum += a[at + i] * b[at + j];
  return sum;
};

test('the stiffness matrix is symmetric to the bit and its rows sum to zero', (t) => {
  const entry = new Map<number, number>();
  const { rows, starts, columns, values } = matrix;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let size = 0;
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      entry.set(row * rows + columns[i], values[i]);
      sum += values[i];
      size += Math.abs(values[i]);
    }
    if (Math.abs(sum) > 1e-13 * size) t.fail(`row ${row}: ${sum}`);
  }
  for (const [key, value] of entry) {
    if (entry.get((key % rows) * rows + Math.floor(key / rows)) !== value) t.fail(`${key}`);
  }
  t.pass();
});

test('the multigrid cycle is symmetric and positive, as conjugate gradients ask', (t) => {
  const cycle = openMultigrid(aggregateLevels(matrix));
  const [r, s] = [randomBlock(matrix.rows), randomBlock(matrix.rows)];
  const [mr, ms] = [new Float64Array(r.length), new Float64Array(r.length)];
  cycle.apply(r, mr);
  cycle.apply(s, ms);
  t.true(Math.abs(dot(mr, s, 0, 0) - dot(r, ms, 0, 0)) < 1e-10 * Math.abs(dot(mr, r, 0, 0)));
  for (let k = 0; k < BLOCK; k++) t.true(dot(mr, r, k, k) > 0);
});

test('across hundredfold jumps the residual falls to 1e-9 in at most 40 iterations', (t) => {
  const right = randomBlock(matrix.rows);
  const { solution, iterations } = solveBlock(matrix, openMultigrid(aggregateLevels(matrix)), right, 1e-9);
  const found = new Float64Array(right.length);
  applyBlock(matrix, solution, found);
  const wrong = found.map((value, at) => value - right[at]);
  for (let k = 0; k < BLOCK; k++) t.true(Math.sqrt(dot(wrong, wrong, k, k) / dot(right, right, k, k)) < 2e-9);
  t.true(iterations <= 40, `${iterations}`);
});

test('the potential at B of a current at A is that at A of a current at B', (t) => {
  const right = new Float64Array(BLOCK * matrix.rows);
  const [a, b, back] = [10, matrix.rows - 10, Math.floor(matrix.rows / 2)];
  right[BLOCK * a] = 1;
  right[BLOCK * b + 1] = 1;
  right[BLOCK * back] = -1;
  right[BLOCK * back + 1] = -1;
  const { solution } = solveBlock(matrix, openMultigrid(aggregateLevels(matrix)), right, 1e-11);
  const atB = solution[BLOCK * b] - solution[BLOCK * back];
  const atA = solution[BLOCK * a + 1] - solution[BLOCK * back + 1];
  t.true(Math.abs(atA - atB) < 1e-8 * Math.abs(atA), `${atA} ${atB}`);
});

test('a matrix that cannot be solved ends in a sentence', (t) => {
  const broken: SparseMatrix = { ...matrix, values: matrix.values.map((value) => -value) };
  const identity = { apply: (r: Float64Array, out: Float64Array) => out.set(r) };
  t.throws(() => solveBlock(broken, identity, randomBlock(matrix.rows), 1e-9), { message: /did not converge/ });
});

test('interpolation between meshes is exact for a linear field, and for a quadratic one inside a lattice', (t) => {
  const { points, tets } = blockMesh(8, 8, 8, 2);
  const places = Float64Array.from({ length: 300 }, () => 6 + 4 * random.uniform());
  const interpolator = openInterpolator({ points, tets }, places);
  const fields = [
    (x: number, y: number, z: number) => 1 + 2 * x - y + 0.5 * z,
    (x: number, y: number, z: number) => x * x - 2 * y * y + z * z + x * y,
  ];
  const nodal = new Float64Array((BLOCK * points.length) / 3);
  for (let at = 0; at < points.length; at += 3) {
    for (const [k, field] of fields.entries())
      nodal[(BLOCK * at) / 3 + k] = field(points[at], points[at + 1], points[at + 2]);
  }
  const out = new Float64Array(BLOCK * 100);
  interpolator.apply(nodal, out);
  for (let at = 0; at < 100; at++) {
    const exact = fields.map((field) => field(places[3 * at], places[3 * at + 1], places[3 * at + 2]));
    t.true(Math.abs(out[BLOCK * at] - exact[0]) < 1e-11);
    t.true(Math.abs(out[BLOCK * at + 1] - exact[1]) < 1e-10, `${out[BLOCK * at + 1]} ${exact[1]}`);
  }
  t.deepEqual(interpolator.outside, []);
});

test('two tissues in layers conduct by the harmonic mean across and the arithmetic mean along', (t) => {
  const places: number[] = [];
  const isotropic: number[] = [];
  for (const x of [-3, -1, 1, 3])
    for (const y of [-3, -1, 1, 3])
      for (const z of [-3, -1, 1, 3]) {
        places.push(x, y, z);
        isotropic.push(z > 0 ? 0.8 : 0.2);
      }
  const samples: Samples = {
    places: Float64Array.from(places),
    isotropic: Float64Array.from(isotropic),
    fibres: new Float64Array(places.length),
    along: 1,
    count: isotropic.length,
  };
  const out = new Float64Array(6);
  t.true(layeredMean(samples, out));
  for (const [at, value] of [0.5, 0, 0, 0.5, 0, 0.32].entries()) t.true(Math.abs(out[at] - value) < 1e-12, `${out}`);
  plainMean(samples, out);
  for (const [at, value] of [0.5, 0, 0, 0.5, 0, 0.5].entries()) t.true(Math.abs(out[at] - value) < 1e-12, `${out}`);
  t.false(layeredMean({ ...samples, isotropic: samples.isotropic.fill(0.3) }, out));
});
