import test from 'ava';
import { samplePopulation } from '../../cohorts/population/people.ts';
import { meshInTorso, meshWithFibres, placeHeart } from '../../cohorts/population/placedHeart.ts';
import { CHAMBER_TAGS, joinMeshes, plantAtria, withPWave } from '../../cohorts/population/plantedAtria.ts';
import { populationFiles } from '../../cohorts/population/populationFiles.ts';
import { DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { heartOfSize } from '../../twin/anatomy/parametricHeart.ts';
import { findSurfaces } from '../../twin/anatomy/surfaces.ts';
import { fitPWave } from '../../twin/atria/fitPWave.ts';
import { prepareAtria } from '../../twin/atria/prepareAtria.ts';
import { DEFAULT_P_WAVE } from '../../twin/atria/pWave.ts';
import { splitChambers } from '../../twin/atria/splitChambers.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { leadVectorsOf } from '../../twin/ecg/leadField.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { writeCarp } from '../../twin/formats/carp.ts';
import { readMesh } from '../../twin/formats/index.ts';
import { enclosedVolume_mL } from '../../twin/metrics/cavityVolume.ts';

const [person] = samplePopulation({ size: 1, seed: 7 });
const heart = heartOfSize(person);
const ventricles = meshWithFibres(heart, 3);
const placement = placeHeart(person, ventricles);
const planted = plantAtria(person, heart, ventricles, placement, { edge_mm: 3, truthEdge_mm: 2 });

/** The person's file, read and parted again. */
const mesh = meshInTorso(joinMeshes(ventricles, planted.mesh), placement);
const carp = writeCarp({ points: mesh.points, tets: mesh.tets, tags: mesh.regions, fibres: mesh.fibres });
const regions = { lv: [1], rv: [2], la: [4], ra: [5] };
const beside = (name: string) => (name.endsWith('.elem') ? carp.elem : carp.lon);
const chambers = splitChambers(readMesh('heart.pts', carp.pts, beside), regions);
const atria =
  chambers.atria &&
  prepareAtria(chambers.atria.raw, {
    ventricles: { mesh: meshInTorso(ventricles, placement), surfaces: findSurfaces(ventricles).surfaces },
    unit: 'um',
    name: 'heart.pts',
    settings: { ...DEFAULT_ANATOMY, regions },
  });
if (atria === undefined) throw new Error('the file of a person with atria shows none');

test('a four-chamber file parts into the ventricles that it was made of, and atria without doubts about them', (t) => {
  t.is(chambers.ventricles.raw.points.length, ventricles.points.length);
  t.deepEqual(chambers.ventricles.raw.tets, ventricles.tets);
  t.deepEqual(atria.findings, []);
  t.deepEqual([...new Set(planted.mesh.regions)].sort(), [CHAMBER_TAGS.la, CHAMBER_TAGS.ra]);
});

test('cavities of the file have the planted volumes within 2 %', (t) => {
  const { laVolume_mL, raVolume_mL } = planted.truth;
  t.true(Math.abs(enclosedVolume_mL(atria.mesh.points, atria.surfaces.laEndo) / laVolume_mL - 1) < 0.02);
  t.true(Math.abs(enclosedVolume_mL(atria.mesh.points, atria.surfaces.raEndo) / raVolume_mL - 1) < 0.02);
});

test('what is planted is plausible: a P wave of 70–130 ms that ends before the QRS, atria of 35–130 mL', (t) => {
  const { pOnset_ms, pOffset_ms, atrialActivation_ms, laVolume_mL, raVolume_mL } = planted.truth;
  t.true(pOffset_ms - pOnset_ms > 70 && pOffset_ms - pOnset_ms < 130);
  t.true(pOffset_ms < -10);
  t.true(atrialActivation_ms > pOffset_ms - pOnset_ms - 5);
  t.true(laVolume_mL > 35 && raVolume_mL < 130);
});

test('fitted on the file’s coarser mesh by fibres in closed form, the P wave finds its start within 4 ms and the time the atria take within 4 %', (t) => {
  const { pWave, truth } = planted;
  const keep = 4; // 0.5 ms become 2 ms
  const samples = Math.floor((pWave.voltage_mV.length / LEADS - 1) / keep) + 1;
  const voltage_mV = Float64Array.from({ length: samples * LEADS }, (_, at) => {
    const sample = Math.floor(at / LEADS);
    return pWave.voltage_mV[sample * keep * LEADS + (at % LEADS)];
  });
  const qrsOnset_ms = 10;
  const times = {
    start_ms: pWave.start_ms + qrsOnset_ms,
    onset_ms: truth.pOnset_ms + qrsOnset_ms,
    offset_ms: truth.pOffset_ms + qrsOnset_ms,
  };
  const { parameters, fit, activation_ms } = fitPWave({
    atria,
    beat: { interval_ms: 2, qrsOnset_ms, pWave: { voltage_mV, ...times } },
    leadVectors: leadVectorsOf(atria, placement.electrodes, DEFAULT_CALIBRATION.conductivity),
    gain: 1,
    settings: DEFAULT_P_WAVE,
  });
  t.true(fit.correlation > 0.99, `${fit.correlation}`);
  t.true(
    Math.abs(parameters.start_ms - truth.sinusStart_ms) < 4,
    `${parameters.start_ms} of ${truth.sinusStart_ms} ms`,
  );
  const total = Math.max(...activation_ms) - Math.min(...activation_ms);
  t.true(Math.abs(total / truth.atrialActivation_ms - 1) < 0.04, `${total} of ${truth.atrialActivation_ms} ms`);
});

test('a beat with a P wave is the same beat from its QRS on', (t) => {
  const beat = { voltage_mV: new Float64Array(100 * LEADS).fill(0.25), start_ms: -20, interval_ms: 0.5 };
  const whole = withPWave(beat, planted.pWave);
  t.is(whole.start_ms, planted.pWave.start_ms);
  const lead = whole.voltage_mV.length - beat.voltage_mV.length;
  t.is(lead / LEADS, (-20 - planted.pWave.start_ms) / 0.5);
  const qrs = (20 / 0.5) * LEADS;
  for (let at = qrs; at < beat.voltage_mV.length; at++) t.true(Math.abs(whole.voltage_mV[lead + at] - 0.25) < 1e-4);
});

test('the study of a cohort with atria names their tags, and of one without does not', (t) => {
  const studyOf = (atria: boolean) => {
    const file = populationFiles([person], 'people', { atria }).find(({ path }) => path === 'study.yaml');
    return new TextDecoder().decode(file?.bytes);
  };
  t.true(studyOf(true).includes('regions: { lv: [1], rv: [2], la: [4], ra: [5] }'));
  t.true(studyOf(false).includes('regions: { lv: [1], rv: [2] }'));
});
