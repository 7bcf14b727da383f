import test from 'ava';
import { ELECTRODES, type Electrodes } from '../../twin/anatomy/anatomy.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { readTorso } from '../../twin/conductor/readTorso.ts';
import { type HeartToSurround, surroundHeart } from '../../twin/conductor/surroundHeart.ts';
import { torsoAround } from '../../twin/conductor/torsoAround.ts';
import { DEFAULT_TORSO } from '../../twin/conductor/torsoModel.ts';
import { leadFields, leadVectors } from '../../twin/ecg/leadField.ts';
import { TwinError } from '../../twin/errors.ts';
import { writeStl } from '../../twin/formats/stl.ts';
import { testHeart } from '../helpers/hearts.ts';

const { mesh, surfaces } = testHeart();
const body = { sex: 'female', height_cm: 165, weight_kg: 65 } as const;
const { intracellularFibre_S_m, intracellularTransverse_S_m } = DEFAULT_CALIBRATION.conductivity;
const around = (change: Partial<HeartToSurround> = {}) =>
  surroundHeart({
    mesh,
    surfaces,
    atria: undefined,
    blood: undefined,
    rotation: undefined,
    electrodes: undefined,
    body,
    torso: undefined,
    conductivity: { ...DEFAULT_TORSO.conductivity, intracellularFibre_S_m, intracellularTransverse_S_m },
    isSolved: false,
    ...change,
  });
const refusal = (change: Partial<HeartToSurround>): string => refusalOf(() => around(change)) ?? 'not refused';
function refusalOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof TwinError) return error.message;
    throw error;
  }
}
const shifted = (electrodes: Electrodes, by: number) =>
  Object.fromEntries(ELECTRODES.map((name) => [name, electrodes[name].map((x) => x + by)])) as unknown as Electrodes;

test('a body of a size is put around its heart, with blood in the ventricles and electrodes on the skin', (t) => {
  const { torso, electrodes, electrodeFields } = around();
  t.is(torso.origin, 'statistical');
  t.deepEqual([torso.lungs.length, torso.blood.length], [2, 2]);
  t.is(electrodeFields, undefined, 'a check solves nothing');
  t.deepEqual(electrodes, torsoAround({ mesh, surfaces }, body).electrodes);
});

test('blood of a label map takes the place of the closed ventricles', (t) => {
  const own = around().torso.blood.slice(0, 1);
  t.deepEqual(around({ blood: own }).torso.blood, own);
});

test('a given torso is kept, electrodes are moved onto it, and a torso of another place is refused', (t) => {
  const made = around().torso;
  const own = { ...made, origin: 'file' as const, findings: [] };
  const { electrodes } = around();
  const near = around({ torso: own, electrodes: shifted(electrodes, 8) });
  t.is(near.torso.origin, 'file');
  t.true(near.findings.some(({ code }) => code === 'electrodes-moved-to-skin'));
  const elsewhere = { ...own, skin: { ...own.skin, points: own.skin.points.map((x) => x + 900) } };
  t.regex(refusal({ torso: elsewhere, electrodes }), /the heart does not lie inside the torso's skin/);
  t.regex(refusal({ electrodes: undefined, body: undefined }), /sex, height and weight to place them by/);
});

test('solved, every lead sees the heart, and with unlike strength than in an endless medium', (t) => {
  const { electrodeFields } = around({ isSolved: true });
  t.is(electrodeFields?.length, (9 * mesh.points.length) / 3);
  const vectors = leadVectors(
    mesh,
    leadFields(electrodeFields ?? new Float32Array()),
    DEFAULT_CALIBRATION.conductivity,
  );
  for (let lead = 0; lead < 8; lead++) {
    const seen = vectors.filter((_, at) => at % 8 === lead).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    t.true(seen > 1e-7 && Number.isFinite(seen), `lead ${lead}: ${seen}`);
  }
});

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

test('a torso is read from a surface, or from a list of surfaces beside it', (t) => {
  const { skin, lungs } = around().torso;
  const files: Record<string, Uint8Array> = {
    'skin.stl': writeStl(skin.points, skin.triangles),
    'left.stl': writeStl(lungs[0].points, lungs[0].triangles),
    'right.stl': writeStl(lungs[1].points, lungs[1].triangles),
  };
  const beside = (name: string) => files[name];
  const alone = readTorso('skin.stl', files['skin.stl'], beside);
  t.is(alone.skin.triangles.length, skin.triangles.length);
  const all = readTorso('torso.json', encode({ skin: 'skin.stl', lungs: ['left.stl', 'right.stl'] }), beside);
  t.is(all.lungs.length, 2);
  t.deepEqual(all.skin, alone.skin);
  const read = (value: unknown) => refusalOf(() => readTorso('torso.json', encode(value), beside)) ?? 'not refused';
  t.regex(read({ skin: 'none.stl' }), /torso\.json: names the surface "none\.stl", which is not beside it/);
  t.regex(read({ lungs: [] }), /torso\.json: skin: .*; expected \{"unit": "mm", "skin"/);
  t.regex(refusalOf(() => readTorso('torso.json', encode('x').subarray(0, 2), beside)) ?? '', /not JSON/);
});
