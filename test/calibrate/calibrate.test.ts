import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { calibrate, DEFAULT_CALIBRATION, VENTRICULAR_UPSTROKE } from '../../twin/calibrate/calibrate.ts';
import { placePmjs } from '../../twin/calibrate/startPmjs.ts';
import {
  type ActivationParameters,
  type CalibrationCheckpoint,
  type CalibrationSettings,
  EARLIEST_PMJ_ms,
} from '../../twin/calibrate/twin.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import { homogeneousLeadVectors } from '../../twin/ecg/leadField.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { openLocator } from '../../twin/eikonal/locate.ts';
import { slabHeart } from '../helpers/slabHeart.ts';

const anatomy = slabHeart(12);
const settings: CalibrationSettings = {
  ...DEFAULT_CALIBRATION,
  pmjs: 30,
  maxIterations: 12,
  targetCorrelation: 0.9999,
  coarseEdges_mm: [],
};
const MARGIN_ms = 10;

/** PMJs of another seed, later towards the base, and faster muscle than the calibration starts from. */
function truth(): ActivationParameters {
  const layer = { locator: openLocator(anatomy.mesh), endocardialDistance: anatomy.endocardialDistance, layer_mm: 2.5 };
  const { positions } = placePmjs(anatomy, layer, 25, 77);
  const pmjTimes_ms = Float64Array.from(
    { length: 25 },
    (_, pmj) => 2 + 0.5 * positions[3 * pmj + 1] + 0.2 * positions[3 * pmj],
  );
  return {
    pmjPositions: positions,
    pmjTimes_ms,
    lv: { fibre_mm_ms: 0.66, transverse_mm_ms: 0.25 },
    rv: { fibre_mm_ms: 0.58, transverse_mm_ms: 0.21 },
  };
}

async function beatOf(parameters: ActivationParameters, scale = 1): Promise<Beat> {
  const samples = 50;
  const heart = await referenceBackend.open({
    mesh: anatomy.mesh,
    leadVectors: homogeneousLeadVectors(anatomy.mesh, anatomy.electrodes, settings.conductivity),
    leads: LEADS,
    window: { start_ms: -MARGIN_ms, interval_ms: 2, samples },
    actionPotential: VENTRICULAR_UPSTROKE,
  });
  const { ecg_mV } = await heart.solve(parameters);
  await heart.close();
  return {
    interval_ms: 2,
    voltage_mV: ecg_mV.map((value) => scale * value),
    qrsOnset_ms: MARGIN_ms,
    qrsOffset_ms: 80,
    isCalibrated: scale === 1,
    findings: [],
  };
}

const beat = await beatOf(truth());
const undisturbed = await calibrate({ anatomy, beat, settings, backend: referenceBackend });

test('an ECG of other PMJs and velocities is fitted beyond a correlation of 0.98', async (t) => {
  const start = await calibrate({
    anatomy,
    beat,
    settings: { ...settings, maxIterations: 0 },
    backend: referenceBackend,
  });
  t.true(start.fit.correlation < 0.9, `starts at ${start.fit.correlation}`);
  t.true(undisturbed.fit.correlation > 0.98, `ends at ${undisturbed.fit.correlation}`);
  t.true(undisturbed.fit.rmse_mV < start.fit.rmse_mV / 4);
});

test('PMJs start no earlier than muscle may be active before its wave shows, velocities are faster along the fibre than across', (t) => {
  const { pmjTimes_ms, lv, rv } = undisturbed.parameters;
  t.true(pmjTimes_ms.every((time) => time >= EARLIEST_PMJ_ms));
  t.true(lv.fibre_mm_ms > lv.transverse_mm_ms && rv.fibre_mm_ms > rv.transverse_mm_ms);
});

test('a fit’s own ECG is the one that its activation gives', async (t) => {
  const again = await beatOf(undisturbed.parameters);
  t.true(again.voltage_mV.every((value, at) => Math.abs(value - undisturbed.ecg_mV[at]) < 1e-9));
});

test('a calibration that goes on from any checkpoint ends in the same bytes', async (t) => {
  const checkpoints: CalibrationCheckpoint[] = [];
  await calibrate({
    anatomy,
    beat,
    settings,
    backend: referenceBackend,
    onProgress: ({ checkpoint }) => void checkpoints.push(checkpoint),
  });
  for (const checkpoint of [checkpoints[3], checkpoints[checkpoints.length - 1]]) {
    const resumeFrom: CalibrationCheckpoint = JSON.parse(JSON.stringify(checkpoint));
    t.deepEqual(await calibrate({ anatomy, beat, settings, backend: referenceBackend, resumeFrom }), undisturbed);
  }
});

test('a recording of unknown gain is fitted as well, and its gain is found', async (t) => {
  const twin = await calibrate({ anatomy, beat: await beatOf(truth(), 3.7), settings, backend: referenceBackend });
  t.true(twin.fit.correlation > 0.97, `correlation ${twin.fit.correlation}`);
  t.true(Math.abs(Math.log(twin.gain / 3.7)) < Math.log(1.3), `gain ${twin.gain}`);
});

test('a coarser mesh first: the fine one goes on from where it ended', async (t) => {
  const levels: number[] = [];
  const twin = await calibrate({
    anatomy,
    beat,
    settings,
    backend: referenceBackend,
    coarser: [slabHeart(8, 4.5)],
    onProgress: ({ checkpoint }) => void levels.push(checkpoint.level),
  });
  t.true(levels.includes(1) && levels.at(-1) === 2);
  t.true(twin.fit.correlation > 0.97, `${twin.fit.correlation}`);
});

test('a coarse mesh with a piece that no wave reaches is passed over', async (t) => {
  const torn = slabHeart(8, 4.5);
  const nodes = torn.mesh.points.length / 3;
  const append = (values: Float64Array, ...more: number[]) => Float64Array.from([...values, ...more]);
  const coarse = {
    mesh: {
      points: append(torn.mesh.points, 90, 90, 90, 91, 90, 90, 90, 91, 90, 90, 90, 91),
      tets: Uint32Array.from([...torn.mesh.tets, nodes, nodes + 1, nodes + 2, nodes + 3]),
      regions: Uint8Array.from([...torn.mesh.regions, 1]),
      fibres: append(torn.mesh.fibres, 1, 0, 0),
    },
    endocardialDistance: append(torn.endocardialDistance, 50, 50, 50, 50),
    coordinates: {
      apicobasal: append(torn.coordinates.apicobasal, 1, 1, 1, 1),
      transmural: append(torn.coordinates.transmural, 1, 1, 1, 1),
      rotational: append(torn.coordinates.rotational, 0, 0, 0, 0),
      transventricular: append(torn.coordinates.transventricular, 0, 0, 0, 0),
    },
  };
  const twin = await calibrate({ anatomy, beat, settings, backend: referenceBackend, coarser: [coarse] });
  t.true(twin.fit.correlation > 0.97, `${twin.fit.correlation}`);
});

test('zero spread holds the velocities', async (t) => {
  const twin = await calibrate({
    anatomy,
    beat,
    settings: { ...settings, velocitySpread: 0, maxIterations: 3 },
    backend: referenceBackend,
  });
  t.is(twin.parameters.lv.fibre_mm_ms, 0.61);
  t.is(twin.parameters.rv.transverse_mm_ms, 0.225);
});

test('velocities wait until PMJs explain most of the ECG', async (t) => {
  const velocities: number[][] = [];
  const correlations: number[] = [];
  await calibrate({
    anatomy,
    beat,
    settings,
    backend: referenceBackend,
    onProgress({ checkpoint, correlation }) {
      velocities.push([...checkpoint.velocities_mm_ms]);
      correlations.push(correlation);
    },
  });
  t.true(correlations[0] < 0.95, `${correlations[0]}`);
  t.deepEqual(velocities[0], [0.61, 0.225, 0.61, 0.225]);
  t.notDeepEqual(velocities.at(-1), velocities[0]);
});

test('an aborted calibration ends as cancelled', async (t) => {
  const controller = new AbortController();
  const running = calibrate({
    anatomy,
    beat,
    settings,
    backend: referenceBackend,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await t.throwsAsync(running, { code: 'Cancelled' });
});
