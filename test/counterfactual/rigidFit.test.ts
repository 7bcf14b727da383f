import test from 'ava';
import type { Point } from '../../twin/anatomy/anatomy.ts';
import { rotate } from '../../twin/anatomy/torso.ts';
import { fitRigidMap, moveRigidly } from '../../twin/counterfactual/rigidFit.ts';
import { openRandom } from '../../twin/random.ts';

const random = openRandom(1, 'places');
const places = Float64Array.from({ length: 27 }, () => 100 * random.normal());
/** A turn by an angle about (1, 2, 3), by Rodrigues' formula. */
function turnBy(angle: number): number[] {
  const [x, y, z] = [1, 2, 3].map((value) => value / Math.sqrt(14)) as unknown as Point;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const k = [0, -z, y, z, 0, -x, -y, x, 0];
  const u = [x, y, z];
  return k.map((value, at) => s * value + (1 - c) * u[Math.floor(at / 3)] * u[at % 3] + (at % 4 === 0 ? c : 0));
}
const moved = (rotation: readonly number[], shift: Point) => {
  const out = new Float64Array(places.length);
  for (let at = 0; at < out.length; at += 3) {
    const turned = rotate(rotation, [places[at], places[at + 1], places[at + 2]]);
    for (let axis = 0; axis < 3; axis++) out[at + axis] = turned[axis] + shift[axis];
  }
  return out;
};
const apart = (a: Point, b: ArrayLike<number>) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

test('places that were turned by any angle and shifted are met again', (t) => {
  for (const angle of [0, 0.01, 1, Math.PI / 2, 3, Math.PI]) {
    const onto = moved(turnBy(angle), [10, -200, 3]);
    const map = fitRigidMap(places, onto);
    for (let at = 0; at < places.length; at += 3) {
      const place: Point = [places[at], places[at + 1], places[at + 2]];
      t.true(apart(moveRigidly(map, place), onto.subarray(at, at + 3)) < 1e-9, `${angle}`);
    }
  }
});

test('nothing that is turned or shifted a little lies nearer', (t) => {
  const noise = openRandom(2, 'noise');
  const onto = moved(turnBy(0.7), [1, 2, 3]).map((x) => x + 10 * noise.normal());
  const map = fitRigidMap(places, onto);
  const misfit = (rotation: readonly number[], to: Point) => {
    let sum = 0;
    for (let at = 0; at < places.length; at += 3) {
      const place: Point = [places[at], places[at + 1], places[at + 2]];
      sum += apart(moveRigidly({ ...map, rotation, to }, place), onto.subarray(at, at + 3)) ** 2;
    }
    return sum;
  };
  const least = misfit(map.rotation, map.to);
  for (const angle of [-0.02, 0.02]) {
    const turn = turnBy(angle);
    const product = map.rotation.map((_, at) =>
      [0, 1, 2].reduce((sum, k) => sum + turn[3 * Math.floor(at / 3) + k] * map.rotation[3 * k + (at % 3)], 0),
    );
    t.true(misfit(product, map.to) > least);
    t.true(misfit(map.rotation, [map.to[0] + 10 * angle, map.to[1], map.to[2]]) > least);
  }
});

test('a mirror image is met by a rotation, not by a reflection', (t) => {
  const mirrored = places.map((x, at) => (at % 3 === 0 ? -x : x));
  const { rotation: r } = fitRigidMap(places, mirrored);
  const determinant =
    r[0] * (r[4] * r[8] - r[5] * r[7]) - r[1] * (r[3] * r[8] - r[5] * r[6]) + r[2] * (r[3] * r[7] - r[4] * r[6]);
  t.true(Math.abs(determinant - 1) < 1e-12);
});
