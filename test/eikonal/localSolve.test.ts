import test from 'ava';
import { upwindWeights } from '../../twin/eikonal/dependencies.ts';
import { localTime } from '../../twin/eikonal/localSolve.ts';
import { METRIC_STRIDE, tetMetric } from '../../twin/eikonal/metric.ts';
import { REGION, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import { slowLocalTime } from '../helpers/slowEikonal.ts';

const velocity = { fibre_mm_ms: 0.7, transverse_mm_ms: 0.2 };
const velocities = { lv: velocity, rv: velocity };

/** Tetrahedra of any shape, most of them obtuse in this metric, with times from near to past the leg's own. */
function randomTet(seed: number): { mesh: TetMesh; tau: Float64Array; metric: Float64Array } {
  const random = openRandom(seed, 'tetrahedron');
  const points = Float64Array.from({ length: 12 }, () => 2 * random.uniform());
  const fibre = [random.normal(), random.normal(), random.normal()];
  const norm = Math.hypot(...fibre);
  const mesh: TetMesh = {
    points,
    tets: Uint32Array.of(0, 1, 2, 3),
    regions: Uint8Array.of(REGION.lv),
    fibres: Float64Array.from(fibre, (x) => x / norm),
  };
  const metric = new Float64Array(METRIC_STRIDE);
  tetMetric(mesh, velocities, metric);
  const spread_ms = 6 * random.uniform();
  const tau = Float64Array.from({ length: 4 }, () => 100 + spread_ms * random.uniform());
  tau[Math.floor(4 * random.uniform())] = Number.POSITIVE_INFINITY;
  if (seed % 5 === 0) tau[seed % 4] = Number.POSITIVE_INFINITY;
  return { mesh, tau, metric };
}

test('the local solve finds the least of all ways through a tetrahedron, in 400 tetrahedra of any shape', (t) => {
  let worst = 0;
  let improved = 0;
  for (let seed = 0; seed < 400; seed++) {
    const { mesh, tau, metric } = randomTet(seed);
    for (let corner = 0; corner < 4; corner++) {
      const others = [0, 1, 2, 3].filter((other) => other !== corner);
      const fast = Math.min(...others.map((from) => localTime(metric, mesh.tets, tau, 0, corner, from)));
      const slow = slowLocalTime(mesh, velocities, tau, 0, corner);
      if (slow < tau[corner]) improved++;
      worst = Math.max(worst, fast === slow ? 0 : Math.abs(fast - slow));
    }
  }
  t.true(improved > 400, `${improved} corners were given a new time`);
  t.true(worst < 1e-6, `${worst} ms`);
});

test('the weights of a way add up to one and give its time', (t) => {
  let checked = 0;
  const lambda = new Float64Array(3);
  for (let seed = 0; seed < 400; seed++) {
    const { mesh, tau, metric } = randomTet(seed);
    for (let corner = 0; corner < 4; corner++) {
      const slow = slowLocalTime(mesh, velocities, tau, 0, corner);
      if (slow >= tau[corner]) continue;
      const time = upwindWeights(metric, mesh.tets, tau, 0, corner, lambda);
      t.true(Math.abs(time - slow) < 1e-6);
      t.true(lambda.every((weight) => weight >= 0) && Math.abs(lambda[0] + lambda[1] + lambda[2] - 1) < 1e-9);
      checked++;
    }
  }
  t.true(checked > 400);
});

test('a wave needs 3 mm / v_f along a fibre edge whatever the slower corners say', (t) => {
  const mesh: TetMesh = {
    points: Float64Array.of(0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 1),
    tets: Uint32Array.of(0, 1, 2, 3),
    regions: Uint8Array.of(REGION.lv),
    fibres: Float64Array.of(1, 0, 0),
  };
  const metric = new Float64Array(METRIC_STRIDE);
  tetMetric(mesh, velocities, metric);
  const tau = Float64Array.of(5, Number.POSITIVE_INFINITY, 30, 30);
  t.true(Math.abs(localTime(metric, mesh.tets, tau, 0, 1, 0) - (5 + 3 / 0.7)) < 1e-12);
});
