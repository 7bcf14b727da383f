import test from 'ava';
import { roundBody } from '../../bench/leadField/roundBodies.ts';
import { checkConductor } from '../../twin/conductor/conductorFields.ts';
import { DEFAULT_CONDUCTOR } from '../../twin/conductor/conductorSettings.ts';
import { TwinError } from '../../twin/errors.ts';

const { input } = roundBody(
  { bloodRadius_mm: 10, muscleRadius_mm: 20, lungs_mm: [0, 0], skinRadius_mm: 75, spacing_mm: 5 },
  DEFAULT_CONDUCTOR,
);
const { skin } = input.torso;
const refused = (change: Partial<typeof input>): TwinError => {
  try {
    checkConductor({ ...input, ...change });
  } catch (error) {
    if (error instanceof TwinError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

test('a sound body has no findings', (t) => {
  t.deepEqual(checkConductor(input), []);
});

test('an electrode 8 mm off the skin is moved onto it and said so; one 40 mm off is refused with its name and distance', (t) => {
  const [, ...others] = input.electrodes;
  const [finding] = checkConductor({
    ...input,
    electrodes: [[83, 0, 0], ...others],
    names: ['V1', ...others.map(String)],
  });
  t.is(finding.code, 'electrodes-moved-to-skin');
  t.regex(finding.message, /V1 8\.\d mm/);
  const error = refused({ electrodes: [[115, 0, 0], ...others], names: ['V1', ...others.map(String)] });
  t.is(error.code, 'BadAnatomy');
  t.regex(error.message, /electrode V1 .* 40 mm .* 30 mm/);
});

test('a heart that reaches out of the skin is refused with the distance', (t) => {
  const moved = { ...input.heart, points: input.heart.points.map((value, at) => (at % 3 === 0 ? value + 70 : value)) };
  const error = refused({ heart: moved });
  t.is(error.code, 'BadAnatomy');
  t.regex(error.message, /reaches out of the torso's skin.*mm/);
});

test('a skin with a hole is refused with the number of open edges', (t) => {
  const error = refused({ torso: { ...input.torso, skin: { ...skin, triangles: skin.triangles.slice(3) } } });
  t.is(error.code, 'BadAnatomy');
  t.regex(error.message, /not closed: 3 of/);
});

test('a skin in metres is refused with its volume', (t) => {
  const error = refused({
    torso: { ...input.torso, skin: { ...skin, points: skin.points.map((value) => value / 1000) } },
  });
  t.regex(error.message, /encloses 1\.7\de-9 L/);
});

test('a skin that faces inward is turned and said so', (t) => {
  const triangles = skin.triangles.map((_, at) => skin.triangles[at % 3 === 0 ? at : at % 3 === 1 ? at + 1 : at - 1]);
  const findings = checkConductor({ ...input, torso: { ...input.torso, skin: { ...skin, triangles } } });
  t.deepEqual(
    findings.map(({ code }) => code),
    ['skin-inward'],
  );
});

test('a conductivity of zero and a single electrode are refused', (t) => {
  t.regex(refused({ conductivity: { ...DEFAULT_CONDUCTOR, lungs_S_m: 0 } }).message, /lungs_S_m: found 0/);
  t.regex(refused({ electrodes: input.electrodes.slice(0, 1) }).message, /two electrodes; found 1/);
});
