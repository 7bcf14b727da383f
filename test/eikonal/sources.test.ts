import test from 'ava';
import { openLocator } from '../../twin/eikonal/locate.ts';
import { seedNodes, seedPmjs } from '../../twin/eikonal/sources.ts';
import { TwinError } from '../../twin/errors.ts';
import { nodeTets } from '../../twin/mesh/nodeTets.ts';
import { blockMesh } from '../helpers/meshes.ts';

const velocity = { fibre_mm_ms: 0.6, transverse_mm_ms: 0.2 };
const velocities = { lv: velocity, rv: velocity };
const mesh = blockMesh(6, 6, 6, 1, { jitter: 0.2 });
const neighbours = nodeTets(mesh.tets, mesh.points.length / 3);
const locator = openLocator(mesh);

const seeded = (positions: readonly number[], times: readonly number[]) =>
  seedPmjs(locator, neighbours, {
    ...velocities,
    pmjPositions: Float64Array.from(positions),
    pmjTimes_ms: Float64Array.from(times),
  });

test('in muscle of one fibre a PMJ seeds every node within 2.5 edges with the straight time, and no other', (t) => {
  const place = [2.4, 3.3, 2.6];
  const seeds = seeded(place, [5]);
  const { radius_mm } = locator.nearField;
  t.true(radius_mm > 2.5 && radius_mm < 3.5, `${radius_mm} mm on edges of 1 to 1.7 mm`);
  const legs = Array.from({ length: mesh.points.length / 3 }, (_, node) =>
    place.map((at, axis) => mesh.points[3 * node + axis] - at),
  );
  const near = [...legs.keys()].filter((node) => Math.hypot(...legs[node]) <= radius_mm);
  t.deepEqual([...seeds.nodes], near);
  for (const [seed, node] of seeds.nodes.entries()) {
    const [x, y, z] = legs[node];
    t.true(Math.abs(seeds.times_ms[seed] - (5 + Math.hypot(x / 0.6, y / 0.2, z / 0.2))) < 1e-12);
  }
});

test('a mesh coarser than the near field still seeds the PMJ’s own tetrahedron', (t) => {
  const coarse = blockMesh(2, 2, 2, 14);
  const seeds = seedPmjs(openLocator(coarse), nodeTets(coarse.tets, coarse.points.length / 3), {
    ...velocities,
    pmjPositions: Float64Array.of(9, 7, 6),
    pmjTimes_ms: Float64Array.of(0),
  });
  const own = coarse.tets.subarray(4 * seeds.pmjTets[0], 4 * seeds.pmjTets[0] + 4);
  t.deepEqual(
    [...seeds.nodes],
    [...own].sort((a, b) => a - b),
  );
});

test('a node near two PMJs is seeded by the one that comes first', (t) => {
  const alone = seeded([2.4, 3.3, 2.6], [5]);
  const both = seeded([2.4, 3.3, 2.6, 2.6, 3.2, 2.5], [5, 5]);
  const seedOf = (node: number) => both.nodes.indexOf(node);
  t.true(alone.nodes.every((node, seed) => both.times_ms[seedOf(node)] <= alone.times_ms[seed]));
  t.deepEqual([...new Set(both.origins)].sort(), [0, 1]);
});

test('a PMJ outside the muscle is refused with its number and place', (t) => {
  const error = t.throws(() => seeded([2, 2, 2, 2, 2, 9], [0, 3]), { instanceOf: TwinError });
  t.is(error.code, 'NoConvergence');
  t.regex(error.message, /PMJ 1: found at \(2\.00, 2\.00, 9\.00\) mm at 3 ms/);
});

test('a PMJ without a finite time is refused', (t) => {
  t.is(t.throws(() => seeded([2, 2, 2], [Number.NaN]), { instanceOf: TwinError }).code, 'NoConvergence');
});

test('of a node listed twice the earlier time counts', (t) => {
  const seeds = seedNodes(Uint32Array.of(9, 4, 9), Float64Array.of(3, 8, 2));
  t.deepEqual([...seeds.nodes], [4, 9]);
  t.deepEqual([...seeds.times_ms], [8, 2]);
  t.deepEqual([...seeds.origins], [1, 2]);
});
