import test from 'ava';
import { Arena } from '../../backends/wasm/arena.ts';
import { type ArenaMesh, Dependence } from '../../backends/wasm/dependence.ts';
import { EcgKernels } from '../../backends/wasm/ecg.ts';
import type { HeartModel } from '../../twin/backend.ts';
import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { openProjection, projectEcg, pullBackEcg } from '../../twin/ecg/projection.ts';
import { ecgJacobian } from '../../twin/ecg/projectionJacobian.ts';
import { pullBack } from '../../twin/eikonal/adjoint.ts';
import { linearise } from '../../twin/eikonal/linearisation.ts';
import { openLocator } from '../../twin/eikonal/locate.ts';
import { METRIC_STRIDE, tetMetric, velocitiesByRegion } from '../../twin/eikonal/metric.ts';
import { openWaveFront, solveEikonal } from '../../twin/eikonal/solve.ts';
import { seedLegs, seedPmjs } from '../../twin/eikonal/sources.ts';
import { findTerritories, TERRITORIES } from '../../twin/eikonal/territories.ts';
import { REGION, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import { blockHeart, heartModel, scatteredPmjs } from '../helpers/heartModels.ts';
import { blockMesh } from '../helpers/meshes.ts';

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
/** Largest difference, as a share of the largest expected value. */
const error = (found: ArrayLike<number>, expected: ArrayLike<number>) =>
  largest(Float64Array.from(expected, (value, at) => found[at] - value)) / largest(expected);

function inArena(arena: Arena, mesh: TetMesh): ArenaMesh {
  const points = arena.float64(mesh.points.length);
  const corners = arena.int32(mesh.tets.length);
  const fibres = arena.float64(mesh.fibres.length);
  const regions = arena.uint8(mesh.regions.length);
  points.set(mesh.points);
  corners.set(mesh.tets);
  fibres.set(mesh.fibres);
  regions.set(mesh.regions);
  const speed = mesh.speed && arena.float32(mesh.speed.length);
  if (mesh.speed) speed?.set(mesh.speed);
  return { points, corners, fibres, regions, speed };
}

/** One heart in both forms. */
function open(heart: HeartModel) {
  const { mesh } = heart;
  const projection = openProjection(heart);
  const arena = new Arena();
  const dependence = new Dependence(arena, inArena(arena, mesh));
  const kernels = new EcgKernels(
    arena,
    projection,
    new Uint32Array(mesh.points.length / 3).map((_, node) => node),
  );
  const front = openWaveFront(mesh);
  const locator = openLocator(mesh);
  const solve = (parameters: ActivationParameters) => {
    const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
    tetMetric(mesh, parameters, metric);
    const seeds = seedPmjs(locator, front.nodeTets, parameters);
    const wave = solveEikonal(front, metric, seeds);
    dependence.linearise(wave, seeds.nodes, seedLegs(seeds, parameters), velocitiesByRegion(parameters));
    return { wave, linearisation: linearise(mesh, metric, parameters, seeds, wave) };
  };
  return { projection, dependence, kernels, solve };
}

const velocity = { fibre_mm_ms: 0.9, transverse_mm_ms: 0.15 };
const block = blockHeart();
const obtuse = blockMesh(12, 12, 12, 1, {
  fibre: ([x, y, z]) => [Math.cos(x + y) * Math.cos(z), Math.sin(x + y) * Math.cos(z), Math.sin(z)],
  jitter: 0.24,
});
const scarred = blockMesh(6, 6, 6, 1.2, {
  region: ([x, y]) => (x < 2 ? REGION.lv : y < 3 ? REGION.rv : REGION.scar),
  jitter: 0.2,
});
const ten = { ...heartModel(obtuse), leads: 10 };

const hearts: Readonly<Record<string, { readonly heart: HeartModel; readonly parameters: ActivationParameters }>> = {
  'two ventricles': { heart: block, parameters: scatteredPmjs(block.mesh, 6, 11) },
  'many rings and ten leads': {
    heart: {
      ...ten,
      leadVectors: new Float32Array((10 * obtuse.points.length) / 3).map((_, at) => Math.sin(at * at)),
    },
    parameters: { ...scatteredPmjs(obtuse, 6, 2), lv: velocity, rv: velocity },
  },
  'scar, a fast part, and a node without tetrahedra': {
    heart: heartModel({
      ...scarred,
      points: Float64Array.from([...scarred.points, 20, 20, 20]),
      speed: new Float32Array(scarred.tets.length / 4).map((_, tet) => (tet % 3 === 0 ? 2 : 1)),
    }),
    parameters: scatteredPmjs(scarred, 4, 5),
  },
};

for (const [title, { heart, parameters }] of Object.entries(hearts)) {
  const pmjs = parameters.pmjTimes_ms.length;

  test(`the ECG is the one in TypeScript: ${title}`, (t) => {
    const { projection, kernels, solve } = open(heart);
    const { wave } = solve(parameters);
    t.true(error(kernels.projectEcg(wave.tau), projectEcg(projection, wave.tau)) < 1e-12);
  });

  test(`each node depends on the same PMJs as in TypeScript, and as much: ${title}`, (t) => {
    const { dependence, solve } = open(heart);
    const { linearisation } = solve(parameters);
    dependence.findTerritories();
    const expected = findTerritories(linearisation);
    t.deepEqual(Int32Array.from(dependence.sources), expected.sources);
    t.true(error(dependence.byVelocity, expected.byVelocity) < 1e-9);
    for (let place = 0; place < expected.sources.length; place++) {
      if (expected.sources[place] < 0) continue;
      for (let number = 4 * place; number < 4 * place + TERRITORIES; number++) {
        t.true(Math.abs(dependence.derivatives[number] - expected.derivatives[number]) < 1e-8);
      }
    }
  });

  test(`the Jacobian is the one in TypeScript: ${title}`, (t) => {
    const { projection, dependence, kernels, solve } = open(heart);
    const { wave, linearisation } = solve(parameters);
    dependence.findTerritories();
    const expected = ecgJacobian(projection, wave.tau, findTerritories(linearisation), pmjs);
    const jacobian = kernels.ecgJacobian(dependence, pmjs);
    t.is(jacobian.length, expected.length);
    t.true(error(jacobian, expected) < 1e-5);
  });

  test(`the gradient is the one in TypeScript: ${title}`, (t) => {
    const { projection, dependence, kernels, solve } = open(heart);
    const { wave, linearisation } = solve(parameters);
    const sensitivity = new Float64Array(projection.samples * projection.leads).map((_, at) => Math.sin(1 + at * at));
    const ofNodes = pullBackEcg(projection, wave.tau, sensitivity);
    const found = kernels.pullBackEcg(wave.tau, sensitivity);
    t.true(error(found, ofNodes) < 1e-12);
    t.true(error(dependence.pullBack(found, pmjs), pullBack(linearisation, ofNodes)) < 1e-9);
  });
}

test('a reading of the Jacobian is the Jacobian, its leads mixed and its samples summed in windows', (t) => {
  for (const { heart, parameters } of Object.values(hearts)) {
    const pmjs = parameters.pmjTimes_ms.length;
    const { dependence, kernels, solve } = open(heart);
    solve(parameters);
    dependence.findTerritories();
    const { leads } = heart;
    const { samples } = heart.window;
    const whole = kernels.ecgJacobian(dependence, pmjs);
    for (const [taken, width] of [
      [9, 7],
      [1, 1],
      [samples, 5],
    ]) {
      const reading = {
        mix: new Float64Array(leads * leads).map((_, at) => Math.cos(at * at)),
        taken,
        width,
        firsts: new Int32Array(taken).map((_, at) => Math.floor(((at + 0.5) / taken) * (samples - width))),
        weights: new Float64Array(taken * width).map((_, at) => Math.sin(2 + at)),
      };
      const expected = new Float64Array((whole.length / samples) * taken);
      for (let row = 0; row < whole.length / samples / leads; row++) {
        for (let at = 0; at < taken; at++) {
          for (let lead = 0; lead < leads; lead++) {
            for (let place = 0; place < width; place++) {
              const first = (row * samples + reading.firsts[at] + place) * leads;
              for (let of = 0; of < leads; of++) {
                expected[(row * taken + at) * leads + lead] +=
                  reading.weights[at * width + place] * reading.mix[lead * leads + of] * whole[first + of];
              }
            }
          }
        }
      }
      const found = kernels.ecgJacobian(dependence, pmjs, reading);
      t.is(found.length, expected.length);
      t.true(error(found, expected) < 1e-5, `${taken} of ${width}`);
    }
    t.deepEqual(kernels.ecgJacobian(dependence, pmjs), whole);
  }
});

test('derivatives depend on the wave only, not on what was linearised before', (t) => {
  const { heart, parameters } = hearts['many rings and ten leads'];
  const one = open(heart);
  one.solve(parameters);
  one.dependence.findTerritories();
  const kept = one.kernels.ecgJacobian(one.dependence, 6);
  one.solve({ ...scatteredPmjs(heart.mesh, 9, 4), rv: velocity });
  one.dependence.findTerritories();
  t.is(one.kernels.ecgJacobian(one.dependence, 9).length, (kept.length / (4 * 6 + 4)) * (4 * 9 + 4));
  one.dependence.pullBack(new Float64Array(heart.mesh.points.length / 3).fill(1), 9);
  one.solve(parameters);
  one.dependence.findTerritories();
  t.deepEqual(one.kernels.ecgJacobian(one.dependence, 6), kept);
});
