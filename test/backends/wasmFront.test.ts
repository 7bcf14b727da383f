import test from 'ava';
import { Arena } from '../../backends/wasm/arena.ts';
import { Front } from '../../backends/wasm/front.ts';
import { renumber } from '../../backends/wasm/renumber.ts';
import type { VentricularVelocities } from '../../twin/eikonal/metric.ts';
import { solveFromNodes, UNREACHED } from '../../twin/eikonal/solve.ts';
import { seedNodes } from '../../twin/eikonal/sources.ts';
import { nodeCount, REGION, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import { blockMesh } from '../helpers/meshes.ts';

const velocity = { fibre_mm_ms: 0.61, transverse_mm_ms: 0.225 };
const usual: VentricularVelocities = { lv: velocity, rv: velocity };

/** Activation by the kernels from nodes of the caller's numbers, ms, [nodes]. */
function activate(mesh: TetMesh, velocities: VentricularVelocities, nodes: number[], times_ms: number[]): Float64Array {
  const numbers = renumber(mesh);
  const front = new Front(new Arena(), mesh, numbers);
  front.setVelocities(velocities);
  const seeds = seedNodes(
    Uint32Array.from(nodes, (node) => numbers.placeOf[node]),
    Float64Array.from(times_ms),
  );
  const { start_ms, unit_ms } = front.solve(seeds);
  return Float64Array.from(numbers.placeOf, (place) =>
    front.upwind[place] === UNREACHED ? Number.POSITIVE_INFINITY : start_ms + unit_ms * front.tau[place],
  );
}

function exact(mesh: TetMesh, velocities: VentricularVelocities, nodes: number[], times_ms: number[]): Float64Array {
  return solveFromNodes(mesh, velocities, Uint32Array.from(nodes), Float64Array.from(times_ms));
}

const farthest = (one: Float64Array, other: Float64Array) =>
  one.reduce((most, value, node) => Math.max(most, value === other[node] ? 0 : Math.abs(value - other[node])), 0);

const turning = ([x, y, z]: readonly [number, number, number]) =>
  [
    Math.cos(0.4 * z),
    Math.sin(0.4 * z) * Math.cos(0.3 * (x + y)),
    Math.sin(0.4 * z) * Math.sin(0.3 * (x + y)),
  ] as const;

test('kernels: a wave along a fibre crosses 3 mm in 3 / v_f ms', (t) => {
  const mesh = blockMesh(3, 1, 1, 1);
  const times = activate(mesh, usual, [0, 4, 8, 12], [0, 0, 0, 0]);
  t.true(Math.abs(times[3] - 3 / 0.61) < 1e-5);
});

test('kernels: times in float32 lanes are those in float64 within 1e-4 ms, on meshes that fibres make obtuse too', (t) => {
  for (const [fibre_mm_ms, transverse_mm_ms] of [
    [0.61, 0.225],
    [1.2, 0.15],
    [0.2, 0.7],
  ]) {
    const velocities = { lv: { fibre_mm_ms, transverse_mm_ms }, rv: { fibre_mm_ms: 0.5, transverse_mm_ms: 0.3 } };
    const mesh = blockMesh(9, 8, 7, 1.1, {
      fibre: turning,
      jitter: 0.2,
      region: ([x]) => (x < 5 ? REGION.lv : x < 6 ? REGION.scar : REGION.rv),
    });
    const speed = Float32Array.from({ length: tetCount(mesh) }, (_, tet) => 1 + (tet % 3));
    const nodes = [0, 17, 300, nodeCount(mesh) - 1];
    const starts = [3, -12.5, 8, 0.1];
    for (const heart of [mesh, { ...mesh, speed }]) {
      const difference = farthest(activate(heart, velocities, nodes, starts), exact(heart, velocities, nodes, starts));
      t.true(difference < 1e-4, `${difference} ms at ${fibre_mm_ms}, ${transverse_mm_ms} mm/ms`);
    }
  }
});

test('kernels: on tetrahedra that are nearly all obtuse in the metric, waves going round in rings settle within 1e-3 ms', (t) => {
  const velocities = { lv: { fibre_mm_ms: 0.9, transverse_mm_ms: 0.15 }, rv: velocity };
  const block = blockMesh(8, 8, 8, 1, {
    fibre: ([x, y, z]) => [Math.cos(x + y) * Math.cos(z), Math.sin(x + y) * Math.cos(z), Math.sin(z)],
    jitter: 0.2,
  });
  for (const [a, b, c] of [
    [1, 0, 1 / 6],
    [5, 0, 1],
    [1, 3, 1],
  ]) {
    const points = block.points.slice();
    for (let at = 0; at < points.length; at += 3) {
      points[at] = a * points[at] + b * points[at + 2];
      points[at + 2] *= c;
    }
    const mesh = { ...block, points };
    const times = activate(mesh, velocities, [0, 100, 200], [0, 3, 1]);
    t.true(farthest(times, exact(mesh, velocities, [0, 100, 200], [0, 3, 1])) < 1e-3);
  }
});

test('kernels: numbers of nodes and tetrahedra change times by rounding at most', (t) => {
  const mesh = blockMesh(6, 6, 6, 1, { fibre: turning, jitter: 0.2 });
  const random = openRandom(3, 'numbers');
  const order = Uint32Array.from({ length: nodeCount(mesh) }, (_, node) => node);
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random.uniform() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  const points = new Float64Array(mesh.points.length);
  for (const [node, moved] of order.entries()) points.set(mesh.points.subarray(3 * node, 3 * node + 3), 3 * moved);
  const shuffled = { ...mesh, points, tets: mesh.tets.map((node) => order[node]) };
  const times = activate(mesh, usual, [5, 200], [0, 4]);
  const other = activate(shuffled, usual, [order[5], order[200]], [0, 4]);
  t.true(
    farthest(
      times,
      Float64Array.from(order, (moved) => other[moved]),
    ) < 2e-5,
  );
});

test('kernels: delaying every source by a power of two delays every node by exactly as much', (t) => {
  const mesh = blockMesh(5, 5, 5, 1, { fibre: turning, jitter: 0.2 });
  const times = activate(mesh, usual, [0, 100], [0, 2.5]);
  t.deepEqual(
    activate(mesh, usual, [0, 100], [-16, -13.5]),
    times.map((time) => time - 16),
  );
});

test('kernels: muscle that conducts so slowly that waves take seconds is reached all the same', (t) => {
  const mesh = blockMesh(6, 2, 2, 25, { fibre: turning, region: ([x]) => (x > 50 ? REGION.scar : REGION.lv) });
  const times = activate(mesh, usual, [0], [0]);
  const expected = exact(mesh, usual, [0], [0]);
  t.true(expected.reduce((most, time) => Math.max(most, time), 0) > 1024);
  t.true(farthest(times, expected) < 2e-3);
});

test('kernels: nodes without tetrahedra, and a part that holds no source, have no time', (t) => {
  const mesh = blockMesh(2, 2, 2, 1);
  const points = new Float64Array(mesh.points.length * 2 + 3);
  points.set(mesh.points);
  points.set(
    mesh.points.map((x) => x + 50),
    mesh.points.length,
  );
  const nodes = nodeCount(mesh);
  const two = {
    points,
    tets: Uint32Array.from([...mesh.tets, ...mesh.tets.map((node) => node + nodes)]),
    regions: Uint8Array.from([...mesh.regions, ...mesh.regions]),
    fibres: Float64Array.from([...mesh.fibres, ...mesh.fibres]),
  };
  const times = activate(two, usual, [0], [0]);
  t.true(times.subarray(0, nodes).every(Number.isFinite));
  t.true(times.subarray(nodes).every((time) => time === Number.POSITIVE_INFINITY));
});

test('a mesh is numbered along a curve without losing a node or a tetrahedron', (t) => {
  const mesh = blockMesh(14, 12, 10, 1.3, { jitter: 0.1 });
  const { nodeOf, placeOf, tetOf } = renumber(mesh);
  t.true(nodeOf.every((node, place) => placeOf[node] === place));
  t.deepEqual(
    tetOf.slice().sort((a, b) => a - b),
    Uint32Array.from(tetOf.keys()),
  );
  const span = (tets: ArrayLike<number>, place: (node: number) => number) => {
    let sum = 0;
    for (let at = 0; at < tets.length; at += 4) sum += Math.abs(place(tets[at]) - place(tets[at + 3]));
    return sum;
  };
  const random = openRandom(1, 'places');
  const anywhere = Float64Array.from(nodeOf, () => random.uniform() * nodeOf.length);
  t.true(span(mesh.tets, (node) => placeOf[node]) < 0.3 * span(mesh.tets, (node) => anywhere[node]));
});
