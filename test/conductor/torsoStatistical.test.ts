import test from 'ava';
import type { Body } from '../../twin/anatomy/anatomy.ts';
import { triangleNeighbours } from '../../twin/anatomy/boundary.ts';
import { openTriangleTree } from '../../twin/anatomy/triangleTree.ts';
import { statisticalTorso } from '../../twin/conductor/statisticalTorso.ts';
import { standardHeart } from '../../twin/conductor/torsoHeartPlace.ts';
import { lungVolume_L, residualCapacity_L } from '../../twin/conductor/torsoLungs.ts';
import { measuresOf } from '../../twin/conductor/torsoMeasures.ts';
import type { TriangleSurface } from '../../twin/conductor/torsoModel.ts';
import { circumferenceOf, torsoShape } from '../../twin/conductor/torsoSections.ts';
import { skinOf } from '../../twin/conductor/torsoSkin.ts';
import { isInside, surfaceVolume_mm3 } from '../../twin/conductor/torsoSurface.ts';
import { TwinError } from '../../twin/errors.ts';

const MAN = { sex: 'male', height_cm: 178, weight_kg: 80 } as const;
const WOMAN = { sex: 'female', height_cm: 164, weight_kg: 65 } as const;
const PEOPLE: readonly Body[] = [
  MAN,
  WOMAN,
  { sex: 'female', height_cm: 150, weight_kg: 46 },
  { sex: 'male', height_cm: 190, weight_kg: 120 },
];
/** Made once each, since several facts are about the same torsos. */
const made = new Map(PEOPLE.map((body) => [body, statisticalTorso(body)] as const));
const torsoOf = (body: Body) => made.get(body) ?? statisticalTorso(body);
const litres = (surface: TriangleSurface) => surfaceVolume_mm3(surface) / 1e6;
const openEdges = ({ triangles }: TriangleSurface) =>
  triangleNeighbours(triangles).reduce((open, other, edge) => open + (other === Math.floor(edge / 3) ? 1 : 0), 0);

test('the mean man of the survey has its mean chest, waist and hips', (t) => {
  // ANSUR II means of 4,081 men of 175.6 cm and 85.5 kg, mm; regressions of logarithms pass a little below means.
  const measures = measuresOf({ sex: 'male', height_cm: 175.6, weight_kg: 85.5 });
  t.true(Math.abs(measures.chestCircumference - 1059) < 10, `${measures.chestCircumference}`);
  t.true(Math.abs(measures.waistCircumference - 941) < 12, `${measures.waistCircumference}`);
  t.true(Math.abs(measures.hipBreadth - 346) < 4, `${measures.hipBreadth}`);
});

test('the mean woman of the survey has its mean chest, waist and hips', (t) => {
  const measures = measuresOf({ sex: 'female', height_cm: 162.8, weight_kg: 67.8 });
  t.true(Math.abs(measures.chestCircumference - 947) < 8, `${measures.chestCircumference}`);
  t.true(Math.abs(measures.waistCircumference - 861) < 8, `${measures.waistCircumference}`);
  t.true(Math.abs(measures.hipBreadth - 354) < 4, `${measures.hipBreadth}`);
});

test('skins have at the heart the circumference of the chest, at the waist that of the waist', (t) => {
  for (const body of PEOPLE) {
    const { shape } = torsoOf(body);
    t.true(Math.abs(circumferenceOf(shape.at(0)) / shape.measures.chestCircumference - 1) < 0.002);
    const waist = circumferenceOf(shape.at(-0.1285 * shape.measures.height));
    t.true(Math.abs(waist / shape.measures.waistCircumference - 1) < 0.01, `${waist}`);
  }
});

test('a measured chest is what the skin has', (t) => {
  const shape = torsoShape(measuresOf(MAN, 1100));
  t.true(Math.abs(circumferenceOf(shape.at(0)) - 1100) < 2);
});

test('skin and lungs are closed and face outwards', (t) => {
  for (const body of PEOPLE) {
    const { torso } = torsoOf(body);
    for (const surface of [torso.skin, ...torso.lungs]) {
      t.is(openEdges(surface), 0);
      t.true(surfaceVolume_mm3(surface) > 0);
    }
  }
});

test('trunks hold 50 to 62 % of the body, more when heavier or taller', (t) => {
  const volume = (body: Body) => litres(skinOf(torsoShape(measuresOf(body)), 12));
  for (const body of PEOPLE) {
    const share = (volume(body) * 1.05) / body.weight_kg;
    t.true(share > 0.5 && share < 0.62, `${share}`);
  }
  t.true(volume({ ...MAN, weight_kg: 90 }) > 1.08 * volume(MAN));
  t.true(volume({ ...WOMAN, weight_kg: 55 }) < 0.92 * volume(WOMAN));
});

test('of the same height and weight men have the wider shoulders and women the wider hips', (t) => {
  const of = (sex: Body['sex']) => measuresOf({ sex, height_cm: 170, weight_kg: 70 });
  t.true(of('male').deltoidBreadth > 1.05 * of('female').deltoidBreadth);
  t.true(of('female').hipBreadth > 1.05 * of('male').hipBreadth);
});

test('residual capacities are those of the published equations', (t) => {
  t.true(Math.abs(residualCapacity_L(MAN, 40) - 3.4752) < 1e-9);
  t.true(Math.abs(residualCapacity_L(WOMAN, 40) - 2.7136) < 1e-9);
});

test('lungs have the volume of their gas and tissue, the right one more than the left', (t) => {
  for (const body of [MAN, WOMAN]) {
    const [left, right] = torsoOf(body).torso.lungs.map(litres);
    const expected = lungVolume_L(residualCapacity_L(body, 40));
    t.true(Math.abs((left + right) / expected - 1) < 0.06, `${left} ${right}`);
    t.true(right > 1.05 * left);
  }
});

test('lungs lie 10 mm inside the skin, apart from one another and clear of the heart', (t) => {
  for (const body of PEOPLE) {
    const { torso, heartCentre } = torsoOf(body);
    const tree = openTriangleTree(torso.skin.points, torso.skin.triangles);
    for (const [side, lung] of torso.lungs.entries()) {
      for (let at = 0; at < lung.points.length; at += 3 * 61) {
        const [x, y, z] = lung.points.subarray(at, at + 3);
        t.true(isInside(torso.skin, x, y, z) && tree.distanceFrom(x, y, z) > 10, `${[x, y, z]}`);
        t.true(side === 0 ? x > 10 : x < -10);
      }
    }
    const heart = standardHeart(body, heartCentre);
    const lungTrees = torso.lungs.map((lung) => openTriangleTree(lung.points, lung.triangles));
    for (let at = 0; at < heart.length; at += 3 * 29) {
      const [x, y, z] = heart.subarray(at, at + 3);
      for (const [side, lung] of torso.lungs.entries()) {
        t.false(isInside(lung, x, y, z));
        t.true(lungTrees[side].distanceFrom(x, y, z) > 1);
      }
      t.true(isInside(torso.skin, x, y, z));
    }
  }
});

test('a body beyond the survey is told of', (t) => {
  t.deepEqual(torsoOf(MAN).torso.findings, []);
  const codes = statisticalTorso({ sex: 'male', height_cm: 170, weight_kg: 150 }).torso.findings.map(
    ({ code }) => code,
  );
  t.true(codes.includes('torso-extrapolated'));
});

test('heights in metres and chests in centimetres are refused in words', (t) => {
  t.throws(() => statisticalTorso({ ...MAN, height_cm: 1.78 }), { instanceOf: TwinError, message: /1\.78 cm/ });
  t.throws(() => statisticalTorso(MAN, { chestCircumference_mm: 100 }), {
    instanceOf: TwinError,
    message: /about 1020 mm/,
  });
});
