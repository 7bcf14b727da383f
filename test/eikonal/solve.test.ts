import test from 'ava';
import { openLocator } from '../../twin/eikonal/locate.ts';
import { METRIC_STRIDE, tetMetric } from '../../twin/eikonal/metric.ts';
import { openWaveFront, solveEikonal, solveFromNodes } from '../../twin/eikonal/solve.ts';
import { seedPmjs } from '../../twin/eikonal/sources.ts';
import { nodeCount, REGION, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { blockMesh, nearestNode, obliqueRotation, permutation, renumberMesh, rotateMesh } from '../helpers/meshes.ts';
import { slowEikonal } from '../helpers/slowEikonal.ts';

const velocity = { fibre_mm_ms: 0.6, transverse_mm_ms: 0.2 };
const velocities = { lv: velocity, rv: velocity };
const oblique = [2 / 3, 2 / 3, 1 / 3] as const;

const largest = (one: Float64Array, other: Float64Array) =>
  one.reduce((worst, value, at) => Math.max(worst, value === other[at] ? 0 : Math.abs(value - other[at])), 0);

test('a plane wave crosses an anisotropic slab as a plane', (t) => {
  const mesh = blockMesh(8, 8, 8, 0.7, { fibre: oblique, jitter: 0.2 });
  // Slowness p along a direction that the conduction tensor turns into the block from its three lower faces.
  const direction = [0.5, 0.6, Math.sqrt(1 - 0.25 - 0.36)];
  const along = direction.reduce((sum, x, axis) => sum + x * oblique[axis], 0);
  const speed = Math.sqrt(0.04 + (0.36 - 0.04) * along ** 2);
  const exact = Float64Array.from({ length: nodeCount(mesh) }, (_, node) =>
    direction.reduce((sum, x, axis) => sum + (x * mesh.points[3 * node + axis]) / speed, 0),
  );
  const inflow = Uint32Array.from(exact.keys()).filter((node) =>
    mesh.points.subarray(3 * node, 3 * node + 3).some((x) => x === 0),
  );
  const tau = solveFromNodes(
    mesh,
    velocities,
    inflow,
    Float64Array.from(inflow, (node) => exact[node]),
  );
  t.true(largest(tau, exact) < 1e-9);
});

test('behind an exact near field the error of a point wave is of first order: it halves with the edges', (t) => {
  const errors = [6, 12, 24].map((cubes) => {
    const mesh = blockMesh(cubes, cubes, cubes, 8 / cubes, { fibre: oblique });
    const exact = pointWave(mesh, [4.05, 3.9, 4.1]);
    const near = Uint32Array.from(exact.keys()).filter((node) => exact[node] < 10);
    return rms(
      solveFromNodes(
        mesh,
        velocities,
        near,
        Float64Array.from(near, (node) => exact[node]),
      ),
      exact,
    );
  });
  t.true(errors[2] < 0.6 * errors[1] && errors[1] < 0.6 * errors[0], `${errors.map((e) => e.toFixed(3))} ms`);
});

test('the near field of a PMJ shrinks with the edges; the error still falls by a tenth at each halving', (t) => {
  const errors = [10, 20, 40].map((cubes) => {
    const mesh = blockMesh(cubes, cubes, cubes, 16 / cubes, { fibre: oblique });
    return rms(solvePmjs(mesh, [8.1, 7.8, 8.2], [0]), pointWave(mesh, [8.1, 7.8, 8.2]));
  });
  t.true(errors[2] < 0.9 * errors[1] && errors[1] < 0.9 * errors[0], `${errors.map((e) => e.toFixed(3))} ms`);
});

test('a wave along a fibre crosses 3 mm in 3 / v_f ms, across it in 3 / v_t ms', (t) => {
  const mesh = blockMesh(3, 3, 3, 1);
  const tau = solveFromNodes(mesh, velocities, Uint32Array.of(0), Float64Array.of(7));
  t.true(Math.abs(tau[nearestNode(mesh, [3, 0, 0])] - (7 + 3 / 0.6)) < 1e-9);
  t.true(Math.abs(tau[nearestNode(mesh, [0, 3, 0])] - (7 + 3 / 0.2)) < 1e-9);
});

test('activation is the same in a turned heart', (t) => {
  const mesh = blockMesh(5, 5, 5, 1, { fibre: oblique, jitter: 0.2 });
  const nodes = Uint32Array.of(0, 100, 180);
  const times_ms = Float64Array.of(0, 2, 5);
  const turned = rotateMesh(mesh, obliqueRotation(1.1));
  t.true(
    largest(solveFromNodes(mesh, velocities, nodes, times_ms), solveFromNodes(turned, velocities, nodes, times_ms)) <
      1e-8,
  );
});

test('activation is the same under other node and tetrahedron numbers', (t) => {
  const mesh = blockMesh(5, 5, 5, 1, { fibre: oblique, jitter: 0.2 });
  const order = permutation(nodeCount(mesh), 3);
  const nodes = Uint32Array.of(0, 100, 180);
  const times_ms = Float64Array.of(0, 2, 5);
  const tau = solveFromNodes(mesh, velocities, nodes, times_ms);
  const renumbered = solveFromNodes(
    renumberMesh(mesh, order),
    velocities,
    nodes.map((node) => order[node]),
    times_ms,
  );
  t.true(
    largest(
      tau,
      Float64Array.from(order, (node) => renumbered[node]),
    ) < 1e-9,
  );
});

test('bucket queue, energy test and skipped pushes change nothing: sweeping every corner slowly gives the same times', (t) => {
  // Anisotropy 6 makes most of these tetrahedra obtuse, where skipping a push is easiest to get wrong.
  const fast = { fibre_mm_ms: 0.9, transverse_mm_ms: 0.15 };
  const mesh = blockMesh(3, 3, 3, 1, { fibre: ([x, y]) => [Math.cos(x + y), Math.sin(x + y), 0], jitter: 0.2 });
  const nodes = Uint32Array.of(0, 37, 60);
  const times_ms = Float64Array.of(0, 1, 4);
  const tau = solveFromNodes(mesh, { lv: fast, rv: fast }, nodes, times_ms);
  t.true(largest(tau, slowEikonal(mesh, { lv: fast, rv: fast }, nodes, times_ms)) < 1e-5);
});

test('of two sources each node takes the earlier wave, unless both come within the time of one edge', (t) => {
  const mesh = blockMesh(10, 6, 6, 0.8, { fibre: oblique });
  const one = solvePmjs(mesh, [1, 1, 1], [0]);
  const other = solvePmjs(mesh, [7, 4, 4], [6]);
  const both = solvePmjs(mesh, [1, 1, 1, 7, 4, 4], [0, 6]);
  const earlier = one.map((time, node) => Math.min(time, other[node]));
  t.true(
    both.every((time, node) => time <= earlier[node] + 1e-9),
    'never later than either',
  );
  const edge_ms = 0.8 / velocity.transverse_mm_ms;
  const apart = Uint32Array.from(both.keys()).filter((node) => Math.abs(one[node] - other[node]) > edge_ms);
  t.true(apart.length > 200 && apart.some((node) => other[node] < one[node]));
  t.true(apart.every((node) => Math.abs(both[node] - earlier[node]) < 1e-9));
});

test('delaying every source delays every node by as much', (t) => {
  const mesh = blockMesh(5, 5, 5, 1, { fibre: oblique, jitter: 0.2 });
  const nodes = Uint32Array.of(0, 100);
  const early = solveFromNodes(mesh, velocities, nodes, Float64Array.of(0, 3));
  const late = solveFromNodes(mesh, velocities, nodes, Float64Array.of(50, 53));
  t.true(
    largest(
      late,
      early.map((time) => time + 50),
    ) < 1e-9,
  );
});

test('the slower ventricle is crossed at its own velocity', (t) => {
  const mesh = blockMesh(6, 2, 2, 1, { region: ([x]) => (x < 3 ? REGION.lv : REGION.rv) });
  const slow = { fibre_mm_ms: 0.3, transverse_mm_ms: 0.2 };
  const tau = solveFromNodes(mesh, { lv: velocity, rv: slow }, Uint32Array.of(0), Float64Array.of(0));
  t.true(Math.abs(tau[nearestNode(mesh, [6, 0, 0])] - (3 / 0.6 + 3 / 0.3)) < 1e-9);
});

test('a node without tetrahedra is never reached', (t) => {
  const block = blockMesh(2, 2, 2, 1);
  const mesh = { ...block, points: Float64Array.from([...block.points, 9, 9, 9]) };
  const tau = solveFromNodes(mesh, velocities, Uint32Array.of(0), Float64Array.of(0));
  t.is(tau.at(-1), Number.POSITIVE_INFINITY);
  t.true(tau.subarray(0, -1).every(Number.isFinite));
});

test('a source that is no node of the mesh is refused by its number', (t) => {
  const mesh = blockMesh(1, 1, 1, 1);
  const error = t.throws(() => solveFromNodes(mesh, velocities, Uint32Array.of(8), Float64Array.of(0)));
  t.regex(error.message, /found node 8, expected 0 … 7/);
});

/** Exact times of a wave from a point in the homogeneous block. */
function pointWave(mesh: TetMesh, place: readonly number[]): Float64Array {
  return Float64Array.from({ length: nodeCount(mesh) }, (_, node) => {
    const leg = place.map((x, axis) => mesh.points[3 * node + axis] - x);
    const along = leg.reduce((sum, x, axis) => sum + x * oblique[axis], 0);
    return Math.sqrt(leg.reduce((sum, x) => sum + x * x, 0) / 0.04 + along ** 2 * (1 / 0.36 - 1 / 0.04));
  });
}

const rms = (one: Float64Array, other: Float64Array) =>
  Math.sqrt(one.reduce((sum, value, at) => sum + (value - other[at]) ** 2, 0) / one.length);

function solvePmjs(mesh: TetMesh, places: readonly number[], times: readonly number[]): Float64Array {
  const front = openWaveFront(mesh);
  const metric = new Float64Array((METRIC_STRIDE * mesh.tets.length) / 4);
  tetMetric(mesh, velocities, metric);
  const parameters = {
    ...velocities,
    pmjPositions: Float64Array.from(places),
    pmjTimes_ms: Float64Array.from(times),
  };
  return solveEikonal(front, metric, seedPmjs(openLocator(mesh), front.nodeTets, parameters)).tau;
}
