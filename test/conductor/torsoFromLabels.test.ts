import test from 'ava';
import { torsoFromLabels } from '../../twin/conductor/torsoFromLabels.ts';
import { surfaceVolume_mm3 } from '../../twin/conductor/torsoSurface.ts';
import { TwinError } from '../../twin/errors.ts';
import type { Tissue } from '../../twin/images/labelImage.ts';
import type { LevelSets } from '../../twin/images/levelSets.ts';

const ball = (x0: number, y0: number, z0: number, radius: number) => (x: number, y: number, z: number) =>
  Math.hypot(x - x0, y - y0, z - z0) - radius;

/** Level sets of a body of 130 mm radius with balls inside. */
function body(
  inside: Readonly<Partial<Record<Tissue, (x: number, y: number, z: number) => number>>>,
): Parameters<typeof torsoFromLabels>[0] {
  const tissues = [...(Object.keys(inside) as Tissue[]), 'torso' as const];
  const whole = ball(0, 0, 0, 130);
  const parts = Object.values(inside);
  const sample: LevelSets['sample'] = (tissue, x, y, z) => {
    if (tissue === tissues.length) return -whole(x, y, z);
    if (tissue < parts.length) return parts[tissue](x, y, z);
    return Math.max(whole(x, y, z), ...parts.map((part) => -part(x, y, z)));
  };
  return {
    tissues,
    bounds: { min: [-150, -150, -150], max: [150, 150, 150] },
    findings: [],
    sample,
  };
}
const ofBall = (radius: number) => (4 / 3) * Math.PI * radius ** 3;
const lungs = (x: number, y: number, z: number) => Math.min(ball(70, 0, 0, 40)(x, y, z), ball(-70, 0, 0, 45)(x, y, z));

test("labels become closed surfaces with the labels' volumes; the skin holds them all", (t) => {
  const torso = torsoFromLabels(body({ lvBlood: ball(0, -60, 0, 25), lungs }));
  t.true(Math.abs(surfaceVolume_mm3(torso.skin) / ofBall(130) - 1) < 0.01);
  t.is(torso.lungs.length, 2);
  t.true(Math.abs(surfaceVolume_mm3(torso.lungs[0]) / ofBall(40) - 1) < 0.03);
  t.true(Math.abs(surfaceVolume_mm3(torso.lungs[1]) / ofBall(45) - 1) < 0.03);
  t.true(Math.abs(surfaceVolume_mm3(torso.blood[0]) / ofBall(25) - 1) < 0.06);
  t.is(torso.origin, 'labels');
});

test('one lung is enough, and none', (t) => {
  t.is(torsoFromLabels(body({ lungs: ball(70, 0, 0, 40) })).lungs.length, 1);
  t.deepEqual(torsoFromLabels(body({ aorta: ball(0, 0, 0, 1) })).blood, []);
});

test('a map of the heart alone is refused in words', (t) => {
  const levels = { ...body({}), tissues: ['lvMuscle' as const, 'lvBlood' as const] };
  t.throws(() => torsoFromLabels(levels), { instanceOf: TwinError, message: /shows lvMuscle, lvBlood and no torso/ });
});
