import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { DEFAULT_POPULATION, samplePopulation } from '../../cohorts/population/people.ts';
import { populationFiles, truthFiles } from '../../cohorts/population/populationFiles.ts';
import { synthesizePerson } from '../../cohorts/population/synthesizePerson.ts';
import { DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { readElectrodes } from '../../twin/anatomy/electrodes.ts';
import { prepareAnatomy } from '../../twin/anatomy/prepareAnatomy.ts';
import { readEcg, readMesh } from '../../twin/formats/index.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { muscleVolume_mL } from '../../twin/mesh/volume.ts';
import { MYOCARDIAL_DENSITY_g_mL } from '../../twin/units.ts';

const people = samplePopulation({ size: 2, seed: 11, broken: 1 });
const coarse = { edge_mm: 3, truthEdge_mm: 3.2 } as const;
const woman = await synthesizePerson(people[0], referenceBackend, coarse);

/** Files of one subject by their names within its folder. */
const byName = (files: readonly { path: string; bytes: Uint8Array }[]) =>
  new Map(files.map(({ path, bytes }) => [path.slice(path.indexOf('/') + 1), bytes]));
const files = byName(woman.files);
const beside = (name: string) => files.get(name);
const fileOf = (name: string): Uint8Array => files.get(name) ?? new Uint8Array(0);

test('files read as any others and make an anatomy without doubts about the heart', (t) => {
  const anatomy = prepareAnatomy({
    raw: readMesh('heart.pts', fileOf('heart.pts'), beside),
    name: 'heart.pts',
    electrodes: readElectrodes(fileOf('electrodes.json'), 'electrodes.json'),
    body: undefined,
    settings: { ...DEFAULT_ANATOMY, unit: 'um', regions: { lv: [1], rv: [2] } },
  });
  t.deepEqual(anatomy.origin, { fibres: 'file', regions: 'file', electrodes: 'file' });
  t.deepEqual(anatomy.findings, []);
  const mass = muscleVolume_mL(anatomy.mesh, REGION.lv) * MYOCARDIAL_DENSITY_g_mL;
  t.true(Math.abs(mass / people[0].lvMass_g - 1) < 0.02, `${mass} g of ${people[0].lvMass_g} g`);
});

test('the recording has twelve leads at 1 kHz, ten beats, and obeys Einthoven', (t) => {
  const ecg = readEcg('ecg.hea', fileOf('ecg.hea'), beside);
  t.deepEqual(ecg.leads, ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
  t.is(ecg.sampleRate_Hz, 1000);
  t.true(ecg.isCalibrated);
  const [one, two, three] = ecg.voltage_mV;
  t.true(one.length > 8500);
  t.true(
    three.every((value, at) => Math.abs(value - (two[at] - one[at])) < 0.0021),
    'to two steps of 1 µV',
  );
  const v2 = ecg.voltage_mV[7];
  const steep = v2.map((value, at) => Math.abs(value - (v2[at - 4] ?? value)));
  const limit = 0.5 * steep.reduce((most, value) => Math.max(most, value));
  let beats = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < steep.length; at++) {
    if (steep[at] < limit) continue;
    if (at - last > 400) beats++;
    last = at;
  }
  t.is(beats, 10);
});

test('what is planted is plausible: a QRS of 60–130 ms, PMJs from 0 ms on', (t) => {
  const { truth } = woman;
  t.true(truth.qrsDuration_ms > 60 && truth.qrsDuration_ms < 130, `${truth.qrsDuration_ms} ms`);
  t.true(truth.totalActivationTime_ms >= truth.qrsDuration_ms - 5);
  t.is(Math.min(...truth.pmjTimes_ms), 0);
  t.is(truth.pmjPositions.length, truth.pmjTimes_ms.length);
  t.true(truth.lvFibreVelocity_mm_ms > 0.4 && truth.lvFibreVelocity_mm_ms < 0.8);
});

test('the same person gives the same bytes', async (t) => {
  t.deepEqual(await synthesizePerson(people[0], referenceBackend, coarse), woman);
});

test('a slower heart has a wider QRS and the same files otherwise', async (t) => {
  const slow = await synthesizePerson({ ...people[0], velocityFactor: 0.8 }, referenceBackend, coarse);
  t.true(slow.truth.qrsDuration_ms > woman.truth.qrsDuration_ms);
  t.true(Math.abs(slow.truth.lvFibreVelocity_mm_ms / woman.truth.lvFibreVelocity_mm_ms - 0.8) < 1e-3);
  t.deepEqual(byName(slow.files).get('heart.pts'), fileOf('heart.pts'));
});

test('the broken one is cut short in its elements and nowhere else', async (t) => {
  const broken = byName((await synthesizePerson(people[2], referenceBackend, coarse)).files);
  const elem = new TextDecoder().decode(broken.get('heart.elem')).split('\n');
  t.true(elem.length - 1 < Number(elem[0]));
  t.throws(() => readMesh('heart.pts', broken.get('heart.pts') ?? new Uint8Array(0), (name) => broken.get(name)));
});

test('edges that would pierce the RV are refused in words', async (t) => {
  await t.throwsAsync(synthesizePerson(people[0], referenceBackend, { edge_mm: 4 }), { message: /4 and 2 mm/ });
});

test('the sheet names every file that is written, and the truth stands in a folder of its own', (t) => {
  const [sheet, study] = populationFiles(people, 'trial');
  const text = new TextDecoder().decode(sheet.bytes);
  t.is(text.split('\n')[0], 'subject,sex,age_y,height_cm,weight_kg,anatomy,ecg,electrodes');
  for (const name of ['heart.pts', 'ecg.hea', 'electrodes.json']) {
    t.true(text.includes(`sub-0001/${name}`));
    t.true(files.has(name));
  }
  t.is(study.path, 'study.yaml');
  for (const { path } of truthFiles([woman.truth], DEFAULT_POPULATION)) t.true(path.startsWith('truth/'));
});
