import test from 'ava';
import { findBoundary } from '../../twin/anatomy/boundary.ts';
import {
  type SignedDistance,
  spacingOfEdge_mm,
  stuffTetrahedra,
  type Tetrahedra,
} from '../../twin/anatomy/stuffing.ts';
import { TwinError } from '../../twin/errors.ts';
import { faceNeighbours } from '../../twin/mesh/faces.ts';
import { dihedralSpread, edgeLengths } from '../../twin/mesh/quality.ts';
import { muscleVolume_mL, tetVolumes } from '../../twin/mesh/volume.ts';
import { openRandom } from '../../twin/random.ts';

const ball =
  (radius: number): SignedDistance =>
  (x, y, z) =>
    Math.hypot(x, y, z) - radius;
const box = (half: number) => ({ min: [-half, -half, -half], max: [half, half, half] }) as const;

/** A few overlapping balls with one bitten out: concave edges, thin walls, parts. */
function randomShape(seed: number): SignedDistance {
  const random = openRandom(seed, 'shape');
  const balls = Array.from({ length: 3 }, () => ({
    at: [10 * random.uniform() - 5, 10 * random.uniform() - 5, 10 * random.uniform() - 5] as const,
    radius: 2 + 6 * random.uniform(),
  }));
  const bite = balls[0].at;
  return (x, y, z) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (const { at, radius } of balls)
      nearest = Math.min(nearest, Math.hypot(x - at[0], y - at[1], z - at[2]) - radius);
    return Math.max(nearest, 3 - Math.hypot(x - bite[0] - 3, y - bite[1], z - bite[2]));
  };
}

/** Corners − edges + triangles of the boundary: 2 for a sphere without holes. */
function eulerNumber(mesh: Tetrahedra): number {
  const { triangles } = findBoundary(mesh);
  const edges = new Set<string>();
  for (let at = 0; at < triangles.length; at += 3) {
    for (let side = 0; side < 3; side++) {
      const pair = [triangles[at + side], triangles[at + ((side + 1) % 3)]].sort((a, b) => a - b);
      edges.add(pair.join());
    }
  }
  return new Set(triangles).size - edges.size + triangles.length / 3;
}

/** Dihedral angles of the tetrahedra with a node inside the shape, and of those whose nodes all lie on its surface. */
function anglesByPlace(mesh: Tetrahedra) {
  const surface = new Set(findBoundary(mesh).triangles);
  const inner: number[] = [];
  const flat: number[] = [];
  for (let at = 0; at < mesh.tets.length; at += 4) {
    const nodes = mesh.tets.subarray(at, at + 4);
    (nodes.every((node) => surface.has(node)) ? flat : inner).push(...nodes);
  }
  const spread = (tets: number[]) => dihedralSpread({ points: mesh.points, tets: Uint32Array.from(tets) });
  return { inner: spread(inner), flat: spread(flat) };
}

test('dihedral angles on a hundred random shapes: 10.1°–164.8° with a node inside, 6°–172° where all four lie on the surface', (t) => {
  for (let seed = 0; seed < 100; seed++) {
    const { inner, flat } = anglesByPlace(stuffTetrahedra(randomShape(seed), box(15), 1.4 + 0.01 * seed));
    t.true(inner.least > 10.1 && inner.greatest < 164.8, `${seed}: ${inner.least}°–${inner.greatest}°`);
    t.true(flat.least > 6 && flat.greatest < 172, `${seed}: ${flat.least}°–${flat.greatest}°`);
  }
});

test('every tetrahedron is positively oriented and no face belongs to more than two', (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const mesh = stuffTetrahedra(randomShape(seed), box(15), 1.5);
    t.true(tetVolumes(mesh).every((volume) => volume > 0));
    t.is(faceNeighbours(mesh.tets, mesh.points.length / 3).overcrowdedFaces, 0);
  }
});

test('neighbours agree on the diagonal of a shared quadrilateral: a ball has one closed surface', (t) => {
  for (const spacing of [1, 1.3, 1.7, 2.2]) t.is(eulerNumber(stuffTetrahedra(ball(8), box(8), spacing)), 2);
});

test('the missed volume of a ball falls at least 3.4 times when the spacing is halved (second order)', (t) => {
  const exact = (4 / 3) * Math.PI * 0.512;
  const errors = [2, 1, 0.5].map((spacing) =>
    Math.abs(muscleVolume_mL(stuffTetrahedra(ball(8), box(8), spacing)) - exact),
  );
  t.true(errors[1] < errors[0] / 3.4, `${errors}`);
  t.true(errors[2] < errors[1] / 3.4, `${errors}`);
});

test('boundary nodes of a ball lie on the ball to 0.005 mm', (t) => {
  const mesh = stuffTetrahedra(ball(8), box(8), 1.6);
  for (const node of findBoundary(mesh).triangles) {
    const radius = Math.hypot(mesh.points[3 * node], mesh.points[3 * node + 1], mesh.points[3 * node + 2]);
    t.true(Math.abs(radius - 8) < 0.005, `${radius}`);
  }
});

test('a shell of 1.35 spacings has no holes', (t) => {
  for (const offset of [0, 0.2, 0.4]) {
    const shell: SignedDistance = (x, y, z) => Math.abs(Math.hypot(x, y, z - offset) - 10) - 0.675;
    t.is(eulerNumber(stuffTetrahedra(shell, box(11.5), 1)), 4, 'an outer and an inner sphere');
  }
});

test('a mean edge asked for is met within 6 % on a ball', (t) => {
  const mesh = stuffTetrahedra(ball(12), box(12), spacingOfEdge_mm(1.5));
  t.true(Math.abs(edgeLengths(mesh).mean / 1.5 - 1) < 0.06, `${edgeLengths(mesh).mean} mm`);
});

test('only the largest part is kept, and no node without tetrahedra', (t) => {
  const two: SignedDistance = (x, y, z) => Math.min(Math.hypot(x - 5, y, z) - 2, Math.hypot(x + 4, y, z) - 4);
  const mesh = stuffTetrahedra(two, box(9), 0.8);
  t.true(Math.abs(muscleVolume_mL(mesh) - (4 / 3) * Math.PI * 0.064) < 0.005);
  t.is(new Set(mesh.tets).size, mesh.points.length / 3);
});

test('skipping whole blocks by the distance changes nothing', (t) => {
  const shape = randomShape(3);
  const sampled: SignedDistance = (x, y, z) => Math.max(-0.4, Math.min(0.4, shape(x, y, z)));
  t.deepEqual(stuffTetrahedra(shape, box(15), 0.4), stuffTetrahedra(sampled, box(15), 0.4));
});

test('a shape beyond its bounds, an empty one and an impossible spacing are refused in words', (t) => {
  t.throws(() => stuffTetrahedra(ball(9), box(4), 1), { instanceOf: TwinError, message: /beyond the bounds/ });
  t.throws(() => stuffTetrahedra(() => 1, box(4), 1), { instanceOf: TwinError, message: /no tetrahedron fits/ });
  t.throws(() => stuffTetrahedra(ball(3), box(4), 0.001), { instanceOf: TwinError, message: /lattice nodes/ });
});
