import test from 'ava';
import { ELECTRODES, type Point } from '../../twin/anatomy/anatomy.ts';
import { heartOfSize, meshParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import {
  chestCircumference,
  heartCentre,
  placeElectrodes,
  poseOf,
  poseOfMesh,
  rotate,
  STANDARD_TO_BASE,
  STANDARD_TO_RV,
  torsoOf,
} from '../../twin/anatomy/torso.ts';
import { TwinError } from '../../twin/errors.ts';
import { obliqueRotation } from '../helpers/meshes.ts';

const MAN = { sex: 'male', height_cm: 178, weight_kg: 80 } as const;
const WOMAN = { sex: 'female', height_cm: 164, weight_kg: 65 } as const;
const STANDING = poseOf({ centre: [0, 0, 0], toBase: STANDARD_TO_BASE, toRv: STANDARD_TO_RV });
const distance = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

test('chests are about a metre round, a woman of 65 kg has less than a man of 80 kg', (t) => {
  const [man, woman] = [MAN, WOMAN].map((body) => chestCircumference(torsoOf(body)));
  t.true(Math.abs(man - 990) < 15, `${man} mm`);
  t.true(Math.abs(woman - 940) < 25, `${woman} mm`);
});

test('the cylinder holds the trunk: 49.7 % of the body', (t) => {
  const { halfBreadth, halfDepth, height } = torsoOf(MAN);
  t.true(Math.abs((Math.PI * halfBreadth * halfDepth * height) / 1e6 - (0.497 * 80) / 1.06) < 1e-9);
});

test('a heart in the standard orientation keeps the frame of the torso', (t) => {
  for (const [at, value] of STANDING.rotation.entries()) t.true(Math.abs(value - (at % 4 === 0 ? 1 : 0)) < 1e-12);
});

test('precordial electrodes lie on the skin, V1 right of the sternum and V6 at the left side', (t) => {
  const torso = torsoOf(MAN);
  const heart = heartCentre(torso);
  const electrodes = placeElectrodes(MAN, STANDING);
  for (const name of ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const) {
    const x = (electrodes[name][0] + heart[0]) / torso.halfBreadth;
    const y = (electrodes[name][1] + heart[1]) / torso.halfDepth;
    t.true(Math.abs(x * x + y * y - 1) < 1e-12, name);
    t.true(y < 1e-9, `${name} is not on the back`);
  }
  t.true(electrodes.V1[0] + heart[0] < 0 && electrodes.V2[0] + heart[0] > 0);
  t.true(electrodes.RA[2] > 100 && electrodes.LL[2] < -200);
});

test('electrodes turn with the mesh: distances from heart to electrode stay', (t) => {
  const rotation = obliqueRotation(1.1);
  const turned = poseOf({
    centre: [40, -20, 9],
    toBase: rotate(rotation, STANDARD_TO_BASE),
    toRv: rotate(rotation, STANDARD_TO_RV),
  });
  const before = placeElectrodes(WOMAN, STANDING);
  const after = placeElectrodes(WOMAN, turned);
  for (const name of ELECTRODES) {
    const expected = rotate(rotation, before[name]);
    t.true(distance(after[name], [expected[0] + 40, expected[1] - 20, expected[2] + 9]) < 1e-9, name);
  }
});

test("a parametric heart's pose puts its apex to the left, front and feet", (t) => {
  const mesh = meshParametricHeart(heartOfSize({ lvMass_g: 98, lvEdv_mL: 132 }), 4);
  const { rotation } = poseOfMesh(mesh, [0, 0, 1]);
  // The rows of the rotation's inverse are its columns: mesh to torso.
  const toApex: Point = [0, 0, -1];
  const inTorso = [0, 1, 2].map(
    (axis) => rotation[axis] * toApex[0] + rotation[3 + axis] * toApex[1] + rotation[6 + axis] * toApex[2],
  );
  t.true(inTorso[0] > 0.4 && inTorso[1] < -0.4 && inTorso[2] < -0.4, `${inTorso}`);
});

test('no electrode lies inside the heart, even of a small woman', (t) => {
  const electrodes = placeElectrodes({ sex: 'female', height_cm: 150, weight_kg: 42 }, STANDING);
  for (const name of ELECTRODES) t.true(Math.hypot(...electrodes[name]) > 60, name);
});

test('a height in metres and a heart without direction are refused in words', (t) => {
  t.throws(() => torsoOf({ ...MAN, height_cm: 1.78 }), { instanceOf: TwinError, message: /1.78 cm/ });
  t.throws(() => poseOf({ centre: [0, 0, 0], toBase: [0, 0, 1], toRv: [0, 0, 2] }), { instanceOf: TwinError });
});
