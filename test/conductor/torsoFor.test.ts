import test from 'ava';
import { ELECTRODES } from '../../twin/anatomy/anatomy.ts';
import { torsoAround } from '../../twin/conductor/torsoAround.ts';
import { torsoFor } from '../../twin/conductor/torsoFor.ts';
import { TwinError } from '../../twin/errors.ts';
import { testHeart } from '../helpers/hearts.ts';

const MAN = { sex: 'male', height_cm: 178, weight_kg: 80 } as const;
const heart = testHeart();
const placed = torsoAround(heart, MAN);
const given = { ...placed.torso, origin: 'file' as const, blood: [], findings: [] };
const apart = (name: (typeof ELECTRODES)[number], one: typeof placed.electrodes) =>
  Math.hypot(...[0, 1, 2].map((axis) => one[name][axis] - placed.electrodes[name][axis]));

test('a given torso is kept, gets the ventricles’ blood, and its electrodes stay on its skin', (t) => {
  const { torso, electrodes, findings } = torsoFor({ heart, electrodes: placed.electrodes, body: undefined, given });
  t.is(torso.origin, 'file');
  t.is(torso.blood.length, 2);
  for (const name of ELECTRODES) t.true(apart(name, electrodes) < 1e-6, name);
  t.deepEqual(findings, []);
});

test('electrodes placed on a given skin are where its own sections have them', (t) => {
  const { electrodes } = torsoFor({ heart, electrodes: undefined, body: MAN, given });
  for (const name of ELECTRODES) t.true(apart(name, electrodes) < 12, `${name} ${apart(name, electrodes)}`);
});

test('electrodes without a torso have one fitted, a body alone has the statistical one', (t) => {
  const fitted = torsoFor({ heart, electrodes: placed.electrodes, body: MAN });
  t.true(fitted.findings.some(({ code }) => code === 'torso-fitted'));
  const of = torsoFor({ heart, electrodes: undefined, body: MAN });
  t.deepEqual(of.electrodes, placed.electrodes);
});

test('a subject of whom nothing is known is refused in words', (t) => {
  t.throws(() => torsoFor({ heart, electrodes: undefined, body: undefined }), {
    instanceOf: TwinError,
    message: /sex, height and weight to place them by are not all known/,
  });
});
