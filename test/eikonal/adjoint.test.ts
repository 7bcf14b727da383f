import test from 'ava';
import { pullBack } from '../../twin/eikonal/adjoint.ts';
import { linearise } from '../../twin/eikonal/linearisation.ts';
import { openLocator } from '../../twin/eikonal/locate.ts';
import { METRIC_STRIDE, tetMetric } from '../../twin/eikonal/metric.ts';
import { openWaveFront, solveEikonal } from '../../twin/eikonal/solve.ts';
import { seedPmjs } from '../../twin/eikonal/sources.ts';
import { findTerritories, TERRITORIES, territorySizes } from '../../twin/eikonal/territories.ts';
import { tetCount } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import { blockHeart, flatten, scatteredPmjs, unflatten } from '../helpers/heartModels.ts';

const { mesh } = blockHeart(9, 1.1);
const front = openWaveFront(mesh);
const locator = openLocator(mesh);

function solved(row: Float64Array) {
  const parameters = unflatten(row);
  const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
  tetMetric(mesh, parameters, metric);
  const seeds = seedPmjs(locator, front.nodeTets, parameters);
  const wave = solveEikonal(front, metric, seeds);
  return { wave, linearisation: () => linearise(mesh, metric, parameters, seeds, wave) };
}

const random = openRandom(8, 'sensitivity');
const g = Float64Array.from({ length: mesh.points.length / 3 }, () => random.normal());
const loss = (row: Float64Array) => solved(row).wave.tau.reduce((sum, time, node) => sum + g[node] * time, 0);

/** Difference quotient along one parameter. */
function quotient(row: Float64Array, parameter: number, step: number): number {
  const forth = row.slice();
  const back = row.slice();
  forth[parameter] += step;
  back[parameter] -= step;
  return (loss(forth) - loss(back)) / (2 * step);
}

const row = flatten(scatteredPmjs(mesh, 8, 3));
const { linearisation } = solved(row);
const gradient = pullBack(linearisation(), g);
const size = Math.max(...gradient.map(Math.abs));

for (const [name, parameters, tolerance] of [
  ['a PMJ’s time', [0, 4, 8, 12, 28], 1e-7],
  ['a PMJ’s place', [1, 2, 3, 9, 14, 31], 1e-6],
  ['the velocities of both ventricles', [32, 33, 34, 35], 1e-6],
] as const) {
  test(`the gradient by ${name} is the difference quotient`, (t) => {
    for (const parameter of parameters) {
      const error = Math.abs(quotient(row, parameter, 1e-6) - gradient[parameter]);
      t.true(error < tolerance * size, `parameter ${parameter}: ${error} of ${size}`);
    }
  });
}

test('sensitivities to all PMJ times add up to the sensitivity to a delay of every node', (t) => {
  let times = 0;
  for (let pmj = 0; pmj < 8; pmj++) times += gradient[4 * pmj];
  t.true(Math.abs(times - g.reduce((sum, value) => sum + value, 0)) < 1e-9 * size);
});

test('with no more PMJs than a node keeps, territories hold the whole derivative', (t) => {
  const few = solved(flatten(scatteredPmjs(mesh, TERRITORIES, 5))).linearisation();
  const expected = pullBack(few, g);
  const { sources, derivatives, byVelocity } = findTerritories(few);
  const found = new Float64Array(expected.length);
  for (let node = 0; node < g.length; node++) {
    for (let place = TERRITORIES * node; place < TERRITORIES * (node + 1); place++) {
      if (sources[place] < 0) break;
      for (let d = 0; d < 4; d++) found[4 * sources[place] + d] += g[node] * derivatives[4 * place + d];
    }
    for (let v = 0; v < 4; v++) found[4 * TERRITORIES + v] += g[node] * byVelocity[4 * node + v];
  }
  const scale = Math.max(...expected.map(Math.abs));
  t.true(found.every((value, at) => Math.abs(value - expected[at]) < 1e-11 * scale));
});

test('each node belongs to one territory, and a PMJ too late to start a wave has none', (t) => {
  const parameters = scatteredPmjs(mesh, 5, 6);
  const late = { ...parameters, pmjTimes_ms: parameters.pmjTimes_ms.with(2, 500) };
  const sizes = territorySizes(findTerritories(solved(flatten(late)).linearisation()), 5);
  t.is(sizes[2], 0);
  t.is(
    sizes.reduce((sum, nodes) => sum + nodes, 0),
    g.length,
  );
});
