import test from 'ava';
import { type Body, ELECTRODES, type Electrodes, type Point } from '../../twin/anatomy/anatomy.ts';
import { rotate } from '../../twin/anatomy/torso.ts';
import { openTriangleTree } from '../../twin/anatomy/triangleTree.ts';
import { standardPlaces } from '../../twin/conductor/skinElectrodes.ts';
import { centreOfHeart } from '../../twin/conductor/statisticalTorso.ts';
import { type HeartInside, torsoAround } from '../../twin/conductor/torsoAround.ts';
import { fitTorso } from '../../twin/conductor/torsoFit.ts';
import { moveAll, toTorso } from '../../twin/conductor/torsoFrame.ts';
import { stretched } from '../../twin/conductor/torsoSections.ts';
import { isInside } from '../../twin/conductor/torsoSurface.ts';
import { TwinError } from '../../twin/errors.ts';
import { testHeart } from '../helpers/hearts.ts';
import { obliqueRotation } from '../helpers/meshes.ts';

const MAN: Body = { sex: 'male', height_cm: 178, weight_kg: 80 };
const heart = testHeart();
const placed = torsoAround(heart, MAN);
const distance = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** The heart in its torso's frame, turned as asked, and the electrodes of a torso stretched by factors. */
function planted(
  factors: { breadth: number; depth: number; height: number },
  turn: readonly number[] = [1, 0, 0, 0, 1, 0, 0, 0, 1],
): { heart: HeartInside; electrodes: Electrodes } {
  const shape = stretched(placed.shape, factors);
  const from = centreOfHeart(placed.shape);
  const to = centreOfHeart(shape);
  const moved = (place: Point): Point => {
    const [x, y, z] = toTorso(placed.frame, place);
    return rotate(turn, [x + to[0] - from[0], y + to[1] - from[1], z]);
  };
  const places = standardPlaces(shape);
  return {
    heart: { ...heart, mesh: { ...heart.mesh, points: moveAll(heart.mesh.points, moved) } },
    electrodes: Object.fromEntries(ELECTRODES.map((name) => [name, rotate(turn, places[name])])) as Record<
      (typeof ELECTRODES)[number],
      Point
    >,
  };
}

test('a torso planted with its own electrodes is found again', (t) => {
  const { heart: own, electrodes } = planted({ breadth: 1, depth: 1, height: 1 });
  const fitted = fitTorso({ heart: own, electrodes, body: MAN });
  for (const name of ELECTRODES) t.true(fitted.distances[name] < 0.5, `${name} ${fitted.distances[name]}`);
  t.true(distance(fitted.frame.origin, [0, 0, 0]) < 1);
  t.true(Math.abs(fitted.factors.breadth - 1) < 0.01 && Math.abs(fitted.factors.depth - 1) < 0.01);
});

test('a wider, flatter and taller torso is found again to 3 %', (t) => {
  const factors = { breadth: 1.06, depth: 0.94, height: 1.03 };
  const { heart: own, electrodes } = planted(factors);
  const fitted = fitTorso({ heart: own, electrodes, body: MAN });
  for (const axis of ['breadth', 'depth', 'height'] as const) {
    t.true(Math.abs(fitted.factors[axis] / factors[axis] - 1) < 0.03, `${axis} ${fitted.factors[axis]}`);
  }
  for (const name of ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const) t.true(fitted.distances[name] < 1, name);
});

test('a mesh in an oblique frame of its own gets its torso turned with it', (t) => {
  const turn = obliqueRotation(1.1);
  const { heart: own, electrodes } = planted({ breadth: 1, depth: 1, height: 1 }, turn);
  const { frame } = fitTorso({ heart: own, electrodes, body: MAN });
  const worst = frame.rotation.reduce((most, value, at) => Math.max(most, Math.abs(value - turn[at])), 0);
  t.true(worst < 0.02, `${worst}`);
});

test('electrodes of another frame than the image, whose frame is known, are refused', (t) => {
  const { heart: own, electrodes } = planted({ breadth: 1, depth: 1, height: 1 }, [0, -1, 0, 1, 0, 0, 0, 0, 1]);
  t.throws(() => fitTorso({ heart: own, electrodes, body: MAN, rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1] }), {
    instanceOf: TwinError,
    message: /lies otherwise than its image/,
  });
});

test('fitted electrodes lie on the skin and the heart inside it', (t) => {
  const { heart: own, electrodes } = planted({ breadth: 0.95, depth: 1.05, height: 1 });
  const { torso, electrodes: moved } = fitTorso({ heart: own, electrodes });
  const tree = openTriangleTree(torso.skin.points, torso.skin.triangles);
  for (const name of ELECTRODES) t.true(tree.distanceFrom(...moved[name]) < 1e-6, name);
  const { points } = own.mesh;
  for (let at = 0; at < points.length; at += 3 * 307) {
    t.true(isInside(torso.skin, points[at], points[at + 1], points[at + 2]));
  }
  t.true(torso.findings.some(({ code, message }) => code === 'torso-fitted' && message.includes('unknown size')));
});

test('electrodes a chest wall cannot hold are told of with their distance', (t) => {
  const { heart: own, electrodes } = planted({ breadth: 1, depth: 1, height: 1 });
  const [x, y, z] = electrodes.V3;
  const { torso } = fitTorso({ heart: own, electrodes: { ...electrodes, V3: [x, y - 40, z] }, body: MAN });
  t.true(torso.findings.some(({ code, message }) => code === 'electrodes-off-torso' && /V3 \d/.test(message)));
});

test('electrodes in centimetres and three in one line are refused in words', (t) => {
  const { heart: own, electrodes } = planted({ breadth: 1, depth: 1, height: 1 });
  const small = Object.fromEntries(
    ELECTRODES.map((name) => [name, electrodes[name].map((value) => value / 10)]),
  ) as unknown as Electrodes;
  t.throws(() => fitTorso({ heart: own, electrodes: small }), { instanceOf: TwinError, message: /expected 0.65–1.6/ });
  t.throws(() => fitTorso({ heart: own, electrodes: { ...electrodes, LA: electrodes.RA } }), {
    instanceOf: TwinError,
    message: /limb electrodes/,
  });
});

test('a torso around a heart holds its blood and places the nine electrodes on its skin', (t) => {
  const tree = openTriangleTree(placed.torso.skin.points, placed.torso.skin.triangles);
  for (const name of ELECTRODES) t.true(tree.distanceFrom(...placed.electrodes[name]) < 1e-6, name);
  t.is(placed.torso.blood.length, 2);
  t.true(placed.torso.lungs.every((lung) => !isInside(lung, ...firstOf(heart.mesh.points))));
});

test('a heart too large for a small body is moved inwards, and that is told; one far too large is refused', (t) => {
  const big = { ...heart, mesh: { ...heart.mesh, points: heart.mesh.points.map((value) => 1.25 * value) } };
  const small = torsoAround(big, { sex: 'female', height_cm: 150, weight_kg: 46 });
  t.true(small.torso.findings.some(({ code }) => code === 'heart-moved-inwards'));
  const huge = { ...heart, mesh: { ...heart.mesh, points: heart.mesh.points.map((value) => 3 * value) } };
  t.throws(() => torsoAround(huge, { sex: 'female', height_cm: 150, weight_kg: 46 }), { code: 'BadAnatomy' });
});

const firstOf = (points: Float64Array): Point => [points[0], points[1], points[2]];
