import test from 'ava';
import { type AnatomySettings, DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { prepareAnatomy } from '../../twin/anatomy/prepareAnatomy.ts';
import type { TwinError } from '../../twin/errors.ts';
import type { RawMesh } from '../../twin/formats/format.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { testHeart } from '../helpers/hearts.ts';
import { blockMesh } from '../helpers/meshes.ts';

const { mesh } = testHeart(6, { lvMass_g: 170, lvEdv_mL: 150, rvWall_mm: 9 });
const raw: RawMesh = {
  points: mesh.points,
  unit: 'mm',
  tets: mesh.tets,
  tags: Int32Array.from(mesh.regions, (region) => region * 10),
  fibres: undefined,
  pointData: {},
  cellData: {},
};
const body = { sex: 'female', height_cm: 165, weight_kg: 65 } as const;
const prepare = (change: { raw?: RawMesh; settings?: Partial<AnatomySettings>; body?: typeof body | undefined } = {}) =>
  prepareAnatomy({
    raw: change.raw ?? raw,
    name: 'heart.pts',
    electrodes: undefined,
    body: 'body' in change ? change.body : body,
    settings: { ...DEFAULT_ANATOMY, ...change.settings },
  });

test('a bare mesh and a body become a whole anatomy, and it says what was made', (t) => {
  const anatomy = prepare();
  t.deepEqual(anatomy.origin, { fibres: 'rule', regions: 'geometry', electrodes: 'torso-model' });
  t.true(anatomy.mesh.regions.includes(REGION.lv) && anatomy.mesh.regions.includes(REGION.rv));
  t.true(anatomy.findings.some(({ code }) => code === 'electrodes-placed'));
  t.false(
    anatomy.findings.some(({ code }) => code.endsWith('-doubtful')),
    "the model places LA on the LV's side and LL below",
  );
  t.true(anatomy.coordinates.apicobasal.every((value) => value >= 0 && value <= 1));
  t.true(anatomy.endocardialDistance.every((value) => value >= 0 && value < 20));
});

test('the same input gives the same bytes', (t) => {
  t.deepEqual(prepare(), prepare());
});

test('mapped tags are the regions, and given fibres stay', (t) => {
  const fibres = new Float64Array((3 * mesh.tets.length) / 4).map((_, at) => (at % 3 === 0 ? 1 : 0));
  const anatomy = prepare({ raw: { ...raw, fibres }, settings: { regions: { lv: [10], rv: [20] } } });
  t.deepEqual(anatomy.mesh.regions, mesh.regions);
  t.deepEqual(anatomy.mesh.fibres, fibres);
  t.is(anatomy.origin.regions, 'file');
  t.is(anatomy.origin.fibres, 'file');
});

test('a scar keeps its region and has the coordinates of its ventricle', (t) => {
  const scarred = Int32Array.from(raw.tags ?? [], (tag, tet) => (tet % 50 === 0 ? 30 : tag));
  for (const regions of [{ lv: [10], rv: [20], scar: [30] }, { scar: [30] }]) {
    const anatomy = prepare({ raw: { ...raw, tags: scarred }, settings: { regions } });
    const scar = anatomy.mesh.regions.filter((region) => region === REGION.scar).length;
    t.is(scar, Math.ceil(mesh.regions.length / 50));
    const plain = prepare({ settings: { regions: { lv: [10], rv: [20] } } });
    const same = anatomy.coordinates.transventricular.filter(
      (v, n) => v === plain.coordinates.transventricular[n],
    ).length;
    t.true(same > 0.97 * plain.coordinates.transventricular.length);
  }
});

test('without electrodes and without a body there is a sentence, not a guess', (t) => {
  const error = t.throws<TwinError>(() => prepare({ body: undefined }));
  t.is(error.code, 'BadInput');
  t.regex(error.message, /^heart\.pts: no electrodes/);
});

test('a block of two regions passes the mesh gates and is refused as a heart', (t) => {
  const block = blockMesh(4, 4, 8, 5);
  const tags = Int32Array.from({ length: block.tets.length / 4 }, (_, tet) => 1 + (tet % 2));
  const error = t.throws<TwinError>(() => prepare({ raw: { ...raw, points: block.points, tets: block.tets, tags } }));
  t.is(error.code, 'BadAnatomy');
});
