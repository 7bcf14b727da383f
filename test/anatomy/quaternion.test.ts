import test from 'ava';
import fc from 'fast-check';
import { bislerp, firstColumn, quaternionOfColumns } from '../../twin/anatomy/quaternion.ts';
import { obliqueRotation } from '../helpers/meshes.ts';

type Columns = readonly [number[], number[], number[]];
const columnsOf = (m: number[]): Columns => [
  [m[0], m[3], m[6]],
  [m[1], m[4], m[7]],
  [m[2], m[5], m[8]],
];
const quaternion = ([a, b, c]: Columns) => {
  const q = new Float64Array(4);
  quaternionOfColumns(a, b, c, q);
  return q;
};
const fibre = (q: Float64Array) => {
  const f = new Float64Array(3);
  firstColumn(q, f, 0);
  return [...f];
};
const closeTo = (a: readonly number[], b: readonly number[]) => a.every((x, i) => Math.abs(x - b[i]) < 1e-9);
const aboutZ = (angle: number): Columns => [
  [Math.cos(angle), Math.sin(angle), 0],
  [-Math.sin(angle), Math.cos(angle), 0],
  [0, 0, 1],
];
const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });

test('a frame comes back from its quaternion, half-turns included', (t) => {
  fc.assert(
    fc.property(angle, (value) => {
      const columns = columnsOf(obliqueRotation(value));
      return closeTo(fibre(quaternion(columns)), columns[0]);
    }),
  );
  for (const half of [
    [
      [1, 0, 0],
      [0, -1, 0],
      [0, 0, -1],
    ],
    [
      [-1, 0, 0],
      [0, 1, 0],
      [0, 0, -1],
    ],
    [
      [-1, 0, 0],
      [0, -1, 0],
      [0, 0, 1],
    ],
  ] as Columns[]) {
    t.true(closeTo(fibre(quaternion(half)), half[0]));
  }
});

test('blending two frames about one axis blends their angles', (t) => {
  const out = new Float64Array(4);
  bislerp(quaternion(aboutZ(0.9)), quaternion(aboutZ(-0.3)), 0.25, out);
  t.true(closeTo(fibre(out), [Math.cos(0.6), Math.sin(0.6), 0]));
});

test('a fibre and its reverse blend to the same direction', (t) => {
  const out = new Float64Array(4);
  bislerp(quaternion(aboutZ(0.9 + Math.PI)), quaternion(aboutZ(-0.3)), 0.25, out);
  const [x, y] = fibre(out);
  t.true(Math.abs(Math.tan(0.6) - y / x) < 1e-9);
});

test('the ends of a blend are its frames, up to sign', (t) => {
  fc.assert(
    fc.property(angle, angle, (one, other) => {
      const from = quaternion(columnsOf(obliqueRotation(one)));
      const to = quaternion(aboutZ(other));
      const start = new Float64Array(4);
      const end = new Float64Array(4);
      bislerp(from, to, 0, start);
      bislerp(from, to, 1, end);
      const along = (a: number[], b: number[]) => Math.abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]);
      // A half-turn about the second or third axis reverses the fibre; none moves it off its line.
      return Math.abs(along(fibre(start), fibre(from)) - 1) < 1e-9 && Math.abs(along(fibre(end), fibre(to)) - 1) < 1e-9;
    }),
  );
  t.pass();
});
