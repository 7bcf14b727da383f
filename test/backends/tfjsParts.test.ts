import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { openBatcher } from '../../backends/tfjs/batcher.ts';
import { cornerCoefficients } from '../../backends/tfjs/cornerCoefficients.ts';
import { cornerShares, cornerTimes, UNREACHED_ms } from '../../backends/tfjs/cornerTimes.ts';
import { openTensorRuntime } from '../../backends/tfjs/runtime.ts';
import { closeSeedDerivatives } from '../../backends/tfjs/seedTables.ts';
import {
  closeTensorHeart,
  differentiableEcg,
  differentiateSeeds,
  openTensorHeart,
  seedMember,
  solveMembers,
} from '../../backends/tfjs/tensorHeart.ts';
import { closeTensorMesh, openTensorMesh, VELOCITY_ROWS, velocityTables } from '../../backends/tfjs/tensorMesh.ts';
import { closeWave } from '../../backends/tfjs/wave.ts';
import { tfjsBackend } from '../../backends/tfjs.ts';
import { upwindWeights } from '../../twin/eikonal/dependencies.ts';
import { localTime } from '../../twin/eikonal/localSolve.ts';
import { METRIC_STRIDE, tetMetric } from '../../twin/eikonal/metric.ts';
import { TwinError } from '../../twin/errors.ts';
import { REGION, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import { blockHeart, heartModel, scatteredPmjs } from '../helpers/heartModels.ts';
import { blockMesh } from '../helpers/meshes.ts';

const runtime = await openTensorRuntime({ order: ['tfjs-cpu'] });
const { tf } = runtime;
const velocities = { lv: { fibre_mm_ms: 0.6, transverse_mm_ms: 0.2 }, rv: { fibre_mm_ms: 0.5, transverse_mm_ms: 0.3 } };

/** Tetrahedra of all shapes, obtuse ones among them, each with nodes of its own. */
function looseTets(count: number): TetMesh {
  const random = openRandom(3, 'tets');
  const points: number[] = [];
  while (points.length < 12 * count) {
    const corners = Array.from({ length: 12 }, () => 2 * random.uniform());
    const [a, b, c] = [3, 6, 9].map((at) => [0, 1, 2].map((axis) => corners[at + axis] - corners[axis]));
    const volume =
      a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
    if (volume > 0.2) points.push(...corners);
  }
  const fibres = Float64Array.from({ length: count }, () => random.uniform()).reduce((rows: number[], turn) => {
    rows.push(Math.cos(7 * turn), Math.sin(7 * turn) * 0.8, Math.sin(7 * turn) * 0.6);
    return rows;
  }, []);
  return {
    points: Float64Array.from(points),
    tets: Uint32Array.from({ length: 4 * count }, (_, node) => node),
    regions: new Uint8Array(count).fill(REGION.lv),
    fibres: Float64Array.from(fibres),
  };
}

test('all corners at once are solved as one by one: on the face, on edges and at ends, also beside nodes not reached', (t) => {
  const count = 500;
  const mesh = looseTets(count);
  const metric = new Float64Array(METRIC_STRIDE * count);
  tetMetric(mesh, velocities, metric);
  const random = openRandom(4, 'times');
  const times = Float64Array.from({ length: 4 * count }, () =>
    random.uniform() < 0.1 ? UNREACHED_ms : Math.fround(90 + 4 * random.uniform()),
  );
  const tensorMesh = openTensorMesh(tf, mesh, 200);
  const table = velocityTables([velocities]);
  const alone = new Float64Array(4 * count);
  const weights = new Float64Array(3);
  let onFaces = 0;
  let worst = 0;
  let worstShare = 0;
  for (const [at, chunk] of tensorMesh.chunks.entries()) {
    const [along, across] = [table.along, table.across].map((values) => tf.tensor2d(values, [VELOCITY_ROWS, 1]));
    const tau = tf.tensor2d(
      Float32Array.from(tensorMesh.meshNodes, (node) => times[node]),
      [4 * count, 1],
    );
    const coefficients = cornerCoefficients(tf, chunk, along, across);
    const found = cornerTimes(tf, chunk, coefficients, tau).dataSync();
    const { shares } = cornerShares(tf, chunk, coefficients, tau);
    const lambda = shares.map((share) => share.dataSync());
    for (let place = 0; place < found.length; place++) {
      const corner = Math.floor(place / chunk.tets);
      const tet = 200 * at + (place % chunk.tets);
      const others = [0, 1, 2, 3].filter((other) => other !== corner);
      if (others.every((other) => times[4 * tet + other] === UNREACHED_ms)) continue;
      alone.set(times.map((time) => (time === UNREACHED_ms ? Number.POSITIVE_INFINITY : time)));
      alone[4 * tet + corner] = Number.POSITIVE_INFINITY;
      const expected = Math.min(...others.map((from) => localTime(metric, mesh.tets, alone, tet, corner, from)));
      worst = Math.max(worst, Math.abs(found[place] - expected));
      upwindWeights(metric, mesh.tets, alone, tet, corner, weights);
      if (weights.every((weight) => weight > 0.01)) onFaces++;
      // Where two ways take equal long their shares may differ.
      const error = Math.max(...weights.map((weight, k) => Math.abs(weight - lambda[k][place])));
      if (error > worstShare) worstShare = error;
    }
  }
  t.true(onFaces > 100, 'some enter through the face');
  t.true(worst < 3e-5, `${worst} ms`);
  t.true(worstShare < 1e-3, `${worstShare}`);
  closeTensorMesh(tensorMesh);
});

test('scar, muscle without fibres, fast muscle and unused nodes are solved as by the reference', async (t) => {
  const block = blockMesh(5, 5, 5, 1.4, {
    fibre: ([x, y]) => (y > 5 ? [0, 0, 0] : [Math.cos(0.4 * x), Math.sin(0.4 * x), 0]),
    region: ([x, , z]) => (z > 5 ? REGION.scar : x < 4 ? REGION.lv : REGION.rv),
    jitter: 0.2,
  });
  const speed = Float32Array.from({ length: tetCount(block) }, (_, tet) => (tet % 7 === 0 ? 2.5 : 0.8));
  const heart = heartModel({ ...block, speed, points: Float64Array.from([...block.points, 30, 30, 30]) });
  const parameters = scatteredPmjs(block, 4, 3);
  const open = await tfjsBackend(runtime).open(heart);
  const expected = await (await referenceBackend.open(heart)).solve(parameters);
  const found = await open.solve(parameters);
  for (const [node, time] of found.activation_ms.entries()) {
    if (time !== expected.activation_ms[node]) t.true(Math.abs(time - expected.activation_ms[node]) < 2e-5);
  }
  t.deepEqual(found.sources.nodes, expected.sources.nodes);
  await open.close();
});

test("TensorFlow.js's own gradient of the ECG is the backend's", async (t) => {
  const heart = blockHeart(3);
  const members = [scatteredPmjs(heart.mesh, 3, 1), scatteredPmjs(heart.mesh, 3, 2)];
  const tensors = openTensorHeart(runtime, heart);
  const seeded = members.map((member) => seedMember(tensors, member));
  const wave = await solveMembers(tensors, seeded);
  const seeds = await differentiateSeeds(tensors, wave, seeded);
  const size = heart.window.samples * heart.leads;
  const sensitivity = Float64Array.from({ length: size }, (_, at) => Math.sin(1 + at * at));
  const felt = tf.tile(tf.tensor2d(Float32Array.from(sensitivity), [1, size]), [2, 1]);
  const zeros = (rows: number) => tf.zeros([rows, 2]);
  const gradients = tf.grads((times, x, y, z, speeds) =>
    differentiableEcg(tensors, wave, seeds, {
      times: times as never,
      positions: [x, y, z] as never,
      velocities: speeds as never,
    }),
  )([zeros(3), zeros(3), zeros(3), zeros(3), zeros(4)], felt);
  const [times, x, , , speeds] = gradients.map((gradient) => gradient.dataSync());
  const open = await tfjsBackend(runtime).open(heart);
  for (const [member, parameters] of members.entries()) {
    const expected = await open.gradient(parameters, sensitivity);
    for (let pmj = 0; pmj < 3; pmj++) {
      t.is(times[2 * pmj + member], expected[4 * pmj]);
      t.is(x[2 * pmj + member], expected[4 * pmj + 1]);
    }
    for (let velocity = 0; velocity < 4; velocity++) t.is(speeds[2 * velocity + member], expected[12 + velocity]);
  }
  await open.close();
  closeSeedDerivatives(seeds);
  closeWave(wave);
  closeTensorHeart(tensors);
});

test.serial('hearts that are opened, used, refused and closed leave no tensor behind', async (t) => {
  const heart = blockHeart(2);
  const good = scatteredPmjs(heart.mesh, 2, 1);
  const outside = { ...good, pmjPositions: good.pmjPositions.map((place) => place + 50) };
  const sensitivity = new Float64Array(heart.window.samples * heart.leads).fill(1);
  const before = tf.memory();
  for (let cycle = 0; cycle < 2; cycle++) {
    const open = await tfjsBackend(runtime).open(heart);
    const opened = tf.memory().numTensors;
    const answers = await Promise.allSettled([
      open.solve(good),
      open.solve(outside),
      open.gradient(good, sensitivity),
      open.gradient(good, sensitivity),
      open.jacobian(good),
      open.territories(outside),
    ]);
    t.deepEqual(
      answers.map(({ status }) => status === 'fulfilled'),
      [true, false, true, true, true, false],
    );
    t.is(tf.memory().numTensors, opened);
    await open.close();
    await t.throwsAsync(open.solve(good), { message: /closed/ });
  }
  t.is(tf.memory().numTensors, before.numTensors);
  t.is(tf.memory().numBytes, before.numBytes);
});

test('calls of one turn are answered together, in order, and each fails for its own reason', async (t) => {
  const batches: number[][] = [];
  const batcher = openBatcher<number, number>(async (calls) => {
    batches.push([...calls]);
    if (calls.includes(3)) throw new Error('three');
    return calls.map((call) => (call === 5 ? new Error('five') : 10 * call));
  });
  t.deepEqual(await Promise.all([batcher.add(1), batcher.add(2)]), [10, 20]);
  const mixed = await Promise.allSettled([batcher.add(3), batcher.add(4)]);
  t.deepEqual(
    mixed.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  );
  const refused = await Promise.allSettled([batcher.add(5), batcher.add(6)]);
  t.deepEqual(
    refused.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  );
  t.deepEqual(batches, [[1, 2], [3, 4], [3], [4], [5, 6]]);
});

test('a runtime tells what was tried before it and why that was not taken', async (t) => {
  const { name, tried } = await openTensorRuntime({ order: ['tfjs-node-gpu', 'tfjs-cpu'] });
  if (name === 'tfjs-node-gpu') return t.pass('the binding is installed here');
  t.is(name, 'tfjs-cpu');
  t.is(tried[0].name, 'tfjs-node-gpu');
  t.regex(tried[0].reason, /tfjs-node-gpu is not installed/);
  const error = await t.throwsAsync(openTensorRuntime({ order: [] }), { instanceOf: TwinError });
  t.regex(error.message, /tfjs-cpu needs nothing/);
});
