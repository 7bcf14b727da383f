import test from 'ava';
import { findBoundary } from '../../twin/anatomy/boundary.ts';
import { ellipsoidDistance, smoothMax, smoothMin } from '../../twin/anatomy/ellipsoid.ts';
import { endocardialDistanceOf, heartOfSize, meshParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import { lvCavityVolume_mm3 } from '../../twin/anatomy/parametricVolumes.ts';
import { TwinError } from '../../twin/errors.ts';
import { edgeLengths } from '../../twin/mesh/quality.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { muscleVolume_mL } from '../../twin/mesh/volume.ts';
import { openRandom } from '../../twin/random.ts';
import { MYOCARDIAL_DENSITY_g_mL } from '../../twin/units.ts';

const WOMAN = { lvMass_g: 98, lvEdv_mL: 132 };
const MAN = { lvMass_g: 134, lvEdv_mL: 160 };

test('the distance to a sphere is its radius away from the centre', (t) => {
  t.true(Math.abs(ellipsoidDistance(5, 5, 5, 3, 4, 12) - 8) < 1e-9);
  t.true(Math.abs(ellipsoidDistance(5, 5, 5, 0, 0, 1) + 4) < 1e-6);
});

test('a step along the outward normal of an ellipsoid is its distance, inside and outside', (t) => {
  const random = openRandom(1, 'ellipsoid');
  const axes = [20, 31, 47] as const;
  for (let trial = 0; trial < 500; trial++) {
    const raw = [random.normal(), random.normal(), random.normal()];
    const norm = Math.hypot(...raw);
    const foot = raw.map((value, axis) => (value / norm) * axes[axis]);
    const gradient = foot.map((value, axis) => value / axes[axis] ** 2);
    const length = Math.hypot(...gradient);
    const step = 16 * random.uniform() - 8;
    const [x, y, z] = foot.map((value, axis) => value + (step * gradient[axis]) / length);
    t.true(Math.abs(ellipsoidDistance(...axes, x, y, z) - step) < 1e-6);
  }
});

test('rounded minimum and maximum meet the sharp ones away from the edge and never cross them', (t) => {
  t.is(smoothMin(1, 9, 4), 1);
  t.is(smoothMax(1, 9, 4), 9);
  t.is(smoothMin(2, 2, 4), 1);
  t.is(smoothMax(2, 2, 4), 3);
});

test('LV mass and region volumes of the mesh are those asked for within 1 %', (t) => {
  for (const size of [WOMAN, MAN, { lvMass_g: 60, lvEdv_mL: 90 }, { lvMass_g: 190, lvEdv_mL: 230 }]) {
    const mesh = meshParametricHeart(heartOfSize(size), 3);
    const mass = muscleVolume_mL(mesh, REGION.lv) * MYOCARDIAL_DENSITY_g_mL;
    t.true(Math.abs(mass / size.lvMass_g - 1) < 0.01, `${mass} g for ${size.lvMass_g} g`);
  }
});

test('the LV cavity below the base plane has the volume asked for', (t) => {
  t.true(Math.abs(lvCavityVolume_mm3(heartOfSize(MAN).dimensions) / 160_000 - 1) < 1e-12);
});

test('the meshed cavities hold the volumes asked for within 1 %', (t) => {
  // A filled cavity is the muscle's complement: the same lattice meshes it directly.
  const heart = heartOfSize(MAN);
  let lv = 0;
  let rv = 0;
  const step = 1.5;
  for (let x = heart.bounds.min[0]; x < heart.bounds.max[0]; x += step)
    for (let y = heart.bounds.min[1]; y < heart.bounds.max[1]; y += step)
      for (let z = heart.bounds.max[2] - step / 2; z > heart.bounds.min[2]; z -= step) {
        if (heart.lvEndo(x, y, z) < 0) lv++;
        if (heart.rvEndo(x, y, z) < 0) rv++;
      }
  t.true(Math.abs((lv * step ** 3) / 160_000 - 1) < 0.01);
  t.true(
    Math.abs((rv * step ** 3) / (160_000 * 1.15) - 1) < 0.02,
    `${(rv * step ** 3) / 1000} mL: rounding its corner takes a little`,
  );
});

test('muscle, cavities and base have one closed surface without holes', (t) => {
  for (const size of [WOMAN, MAN]) {
    const mesh = meshParametricHeart(heartOfSize(size), 3);
    const { triangles } = findBoundary(mesh);
    const edges = new Map<string, number>();
    for (let at = 0; at < triangles.length; at++) {
      const next = at % 3 === 2 ? at - 2 : at + 1;
      const key = [triangles[at], triangles[next]].sort((a, b) => a - b).join();
      edges.set(key, (edges.get(key) ?? 0) + 1);
    }
    t.is(new Set(triangles).size - edges.size + triangles.length / 3, 2);
    t.true([...edges.values()].every((count) => count === 2));
  }
});

test('a mean edge asked for is met within 4 % between 1.5 and 3 mm', (t) => {
  for (const edge of [3, 2]) {
    const mean = edgeLengths(meshParametricHeart(heartOfSize(WOMAN), edge)).mean;
    t.true(Math.abs(mean / edge - 1) < 0.04, `${mean} mm for ${edge} mm`);
  }
});

test('muscle is one function with slope at most one, so blocks may be skipped', (t) => {
  const heart = heartOfSize(MAN);
  const random = openRandom(2, 'slope');
  for (let trial = 0; trial < 3000; trial++) {
    const at = [0, 1, 2].map(
      (axis) => heart.bounds.min[axis] + random.uniform() * (heart.bounds.max[axis] - heart.bounds.min[axis]),
    );
    const to = at.map((value) => value + 4 * random.normal());
    const change = heart.muscle(at[0], at[1], at[2]) - heart.muscle(to[0], to[1], to[2]);
    t.true(Math.abs(change) <= Math.hypot(to[0] - at[0], to[1] - at[1], to[2] - at[2]) + 1e-6);
  }
});

test('endocardial distance is 0 on both endocardia and the wall thickness on the LV epicardium', (t) => {
  const heart = heartOfSize(MAN);
  const { lvShort, lvWall } = heart.dimensions;
  const distance = endocardialDistanceOf(heart, Float64Array.of(lvShort, 0, 0, lvShort + lvWall, 0, 0));
  t.true(distance[0] < 1e-6);
  t.true(Math.abs(distance[1] - lvWall) < 1e-6);
});

test('the same size gives the same bytes', (t) => {
  t.deepEqual(meshParametricHeart(heartOfSize(WOMAN), 3), meshParametricHeart(heartOfSize(WOMAN), 3));
});

test('impossible sizes are refused in words', (t) => {
  t.throws(() => heartOfSize({ lvMass_g: 5, lvEdv_mL: 160 }), { instanceOf: TwinError, message: /cannot weigh 5 g/ });
  t.throws(() => heartOfSize({ lvMass_g: -5, lvEdv_mL: 160 }), { instanceOf: TwinError, message: /must be positive/ });
});
