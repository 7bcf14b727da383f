import test from 'ava';
import { accumulate } from '../../twin/eikonal/adjoint.ts';
import { findDependencies } from '../../twin/eikonal/dependencies.ts';
import { linearise } from '../../twin/eikonal/linearisation.ts';
import { openLocator } from '../../twin/eikonal/locate.ts';
import { METRIC_STRIDE, tetMetric } from '../../twin/eikonal/metric.ts';
import { openWaveFront, solveEikonal } from '../../twin/eikonal/solve.ts';
import { seedPmjs } from '../../twin/eikonal/sources.ts';
import { tetCount } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import { scatteredPmjs } from '../helpers/heartModels.ts';
import { blockMesh } from '../helpers/meshes.ts';

/** Fibres that turn within a few edges and conduct six times faster along than across: many obtuse corners, and rings. */
const mesh = blockMesh(12, 12, 12, 1, {
  fibre: ([x, y, z]) => [Math.cos(x + y) * Math.cos(z), Math.sin(x + y) * Math.cos(z), Math.sin(z)],
  jitter: 0.24,
});
const velocity = { fibre_mm_ms: 0.9, transverse_mm_ms: 0.15 };
const parameters = { ...scatteredPmjs(mesh, 6, 2), lv: velocity, rv: velocity };
const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
tetMetric(mesh, parameters, metric);
const front = openWaveFront(mesh);
const seeds = seedPmjs(openLocator(mesh), front.nodeTets, parameters);
const wave = solveEikonal(front, metric, seeds);
const { upwindNodes, weights, order, groups } = findDependencies(metric, mesh.tets, wave);
const nodes = order.length;

test('each node stands in one group, after all groups that its time comes from', (t) => {
  const groupOf = new Int32Array(nodes).fill(-1);
  for (let group = 0; group < groups.length - 1; group++) {
    for (let at = groups[group]; at < groups[group + 1]; at++) {
      t.is(groupOf[order[at]], -1);
      groupOf[order[at]] = group;
    }
  }
  for (let k = 0; k < upwindNodes.length; k++) {
    if (upwindNodes[k] >= 0) t.true(groupOf[upwindNodes[k]] <= groupOf[Math.floor(k / 3)]);
  }
  t.true(groups.length - 1 < nodes, 'this mesh has rings: without one the test would not show how they are kept');
});

test('the weights of a node add up to one, and with its leg give its time', (t) => {
  const { legByVelocity } = linearise(mesh, metric, parameters, seeds, wave);
  for (let node = 0; node < nodes; node++) {
    if (wave.upwind[node] < 0) continue;
    let sum = 0;
    let start = 0;
    for (let k = 3 * node; k < 3 * node + 3; k++) {
      if (upwindNodes[k] < 0) continue;
      sum += weights[k];
      start += weights[k] * wave.tau[upwindNodes[k]];
    }
    // A leg's time is of degree −1 in the velocities, so Euler's theorem gives it from its derivatives.
    const [lvFibre, lvAcross, rvFibre, rvAcross] = legByVelocity.subarray(4 * node, 4 * node + 4);
    const leg = -(lvFibre + rvFibre) * velocity.fibre_mm_ms - (lvAcross + rvAcross) * velocity.transverse_mm_ms;
    t.true(Math.abs(sum - 1) < 1e-9);
    t.true(Math.abs(start + leg - wave.tau[node]) < 1e-8);
  }
});

test('a wave comes from earlier nodes: no node is reached before the earliest it depends on', (t) => {
  for (let node = 0; node < nodes; node++) {
    if (wave.upwind[node] < 0) continue;
    const from = [...upwindNodes.subarray(3 * node, 3 * node + 3)].filter((upwind) => upwind >= 0);
    t.true(Math.min(...from.map((upwind) => wave.tau[upwind])) < wave.tau[node]);
  }
});

test('sensitivities go round rings until they settle: s = g + Λᵀ s holds at every node', (t) => {
  const random = openRandom(4, 'sensitivity');
  const g = Float64Array.from({ length: nodes }, () => random.normal());
  const s = accumulate(linearise(mesh, metric, parameters, seeds, wave), g);
  const residual = s.map((value, node) => value - g[node]);
  let scale = 0;
  for (let k = 0; k < upwindNodes.length; k++) {
    if (upwindNodes[k] >= 0) residual[upwindNodes[k]] -= weights[k] * s[Math.floor(k / 3)];
  }
  for (const value of s) scale = Math.max(scale, Math.abs(value));
  t.true(residual.every((value) => Math.abs(value) < 1e-11 * scale));
});
