import test from 'ava';
import { ELECTRODES, type ElectrodeName, type Electrodes, type Point } from '../../twin/anatomy/anatomy.ts';
import { checkElectrodes, readElectrodes } from '../../twin/anatomy/electrodes.ts';
import type { TwinError } from '../../twin/errors.ts';
import { TEST_HEART_ELECTRODES } from '../helpers/electrodes.ts';
import { testHeart } from '../helpers/hearts.ts';

const { mesh, surfaces } = testHeart();
const sound = TEST_HEART_ELECTRODES;
const file = (unit: string, electrodes: Record<string, readonly number[]>) =>
  new TextEncoder().encode(JSON.stringify({ unit, electrodes }));
const placed = (name: ElectrodeName, place: Point) =>
  checkElectrodes(mesh.points, surfaces, { ...sound, [name]: place });
const refusal = (call: () => unknown, t: { throws: <E extends Error>(f: () => unknown) => E }) =>
  t.throws<TwinError>(call);

test('an electrode file in any unit gives places in mm', (t) => {
  const inMetres = Object.fromEntries(ELECTRODES.map((name) => [name, sound[name].map((value) => value / 1000)]));
  const read = readElectrodes(file('m', inMetres), 'e.json');
  for (const name of ELECTRODES) t.true(read[name].every((value, axis) => Math.abs(value - sound[name][axis]) < 1e-9));
});

test('LF and F are read as LL, RL is left out', (t) => {
  const { LL, ...others } = sound;
  for (const name of ['LF', 'F', 'lf']) {
    t.deepEqual(readElectrodes(file('mm', { ...others, [name]: LL, RL: [-100, 0, -300] }), 'e.json'), sound);
  }
});

test('a missing, doubled, unknown or unreadable electrode is named with its file', (t) => {
  const { V3, ...without } = sound;
  t.regex(
    refusal(() => readElectrodes(file('mm', without), 'e.json'), t).message,
    /^e\.json: electrodes V3 are missing/,
  );
  t.regex(refusal(() => readElectrodes(file('mm', { ...sound, LF: V3 }), 'e.json'), t).message, /LL is given twice/);
  t.regex(refusal(() => readElectrodes(file('mm', { ...sound, V9: V3 }), 'e.json'), t).message, /"V9" is not known/);
  t.regex(refusal(() => readElectrodes(file('mm', { ...sound, V3: [1, 2] }), 'e.json'), t).message, /electrodes\.V3/);
  t.regex(refusal(() => readElectrodes(file('inch', { ...sound }), 'e.json'), t).message, /unit/);
  const broken = refusal(() => readElectrodes(new TextEncoder().encode('{"unit":'), 'e.json'), t);
  t.is(broken.code, 'BadInput');
  t.regex(broken.message, /^e\.json: not JSON/);
});

test('electrodes on the skin raise no doubt', (t) => {
  t.deepEqual(checkElectrodes(mesh.points, surfaces, sound), []);
});

test('an electrode inside a cavity, in the wall, against it, or far away is refused by name', (t) => {
  t.regex(refusal(() => placed('V1', [0, 0, -10]), t).message, /V1 .* inside the heart/);
  t.regex(refusal(() => placed('V2', [30, 0, -5]), t).message, /V2 .* inside the heart/);
  t.regex(refusal(() => placed('V6', [41, 0, 0]), t).message, /V6 .* expected at least 10 mm/);
  t.regex(refusal(() => placed('LL', [0, 0, -3000]), t).message, /LL .* expected at most 600 mm/);
  t.is(refusal(() => placed('LL', [0, 0, -3000]), t).code, 'BadInput');
});

test('electrodes in metres called millimetres land in the heart and are refused', (t) => {
  const tiny = Object.fromEntries(ELECTRODES.map((name) => [name, sound[name].map((value) => value / 1000)]));
  const read = readElectrodes(file('mm', tiny), 'e.json');
  t.regex(refusal(() => checkElectrodes(mesh.points, surfaces, read), t).message, /Check the unit/);
});

test('two electrodes at one place are refused', (t) => {
  t.regex(refusal(() => placed('V4', sound.V3), t).message, /same place as V3/);
});

test('swapped arms and a frame upside down are doubted, not mended', (t) => {
  const codes = (electrodes: Electrodes) => checkElectrodes(mesh.points, surfaces, electrodes).map(({ code }) => code);
  t.deepEqual(codes({ ...sound, RA: sound.LA, LA: sound.RA }), ['electrodes-left-right-doubtful']);
  const [RA, LA, LL] = [sound.RA, sound.LA, sound.LL].map(([x, y, z]): Point => [x, y, -z]);
  t.deepEqual(codes({ ...sound, RA, LA, LL }), ['electrodes-up-down-doubtful']);
});

test('a torso model that is too small for the heart is doubted, one that cannot hold it refused', (t) => {
  const near = checkElectrodes(mesh.points, surfaces, { ...sound, V6: [41, 0, 0] }, 'torso-model');
  t.deepEqual(
    near.map(({ code }) => code),
    ['heart-large-for-torso'],
  );
  const inside = () => checkElectrodes(mesh.points, surfaces, { ...sound, V6: [30, 0, 0] }, 'torso-model');
  t.regex(refusal(inside, t).message, /torso .* does not hold this heart/);
});
