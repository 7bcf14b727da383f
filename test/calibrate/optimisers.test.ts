import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { calibrate, DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { openHeart, openLayer } from '../../twin/calibrate/calibrateLevel.ts';
import { openTarget } from '../../twin/calibrate/loss.ts';
import { OPTIMISERS, type OptimiserName } from '../../twin/calibrate/optimisers/index.ts';
import { applyStep, openParameterSpace } from '../../twin/calibrate/parameters.ts';
import { evaluate, lossGradient } from '../../twin/calibrate/problem.ts';
import { randomStart } from '../../twin/calibrate/randomStart.ts';
import type { CalibrationCheckpoint, CalibrationSettings } from '../../twin/calibrate/twin.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import { slabHeart } from '../helpers/slabHeart.ts';

const anatomy = slabHeart(9, 4);
const EDGE_mm = 4;
const window = { start_ms: 0, interval_ms: 1, samples: 90 };
const settings: CalibrationSettings = {
  ...DEFAULT_CALIBRATION,
  pmjs: 20,
  maxIterations: 8,
  targetCorrelation: 0.9999,
  coarseEdges_mm: [],
};
const layer = openLayer(anatomy, settings);
const parametersOf = (seed: number) => {
  const { positions, times_ms } = randomStart(layer, settings.pmjs, seed);
  return {
    pmjPositions: positions,
    pmjTimes_ms: times_ms,
    lv: { fibre_mm_ms: 0.66, transverse_mm_ms: 0.25 },
    rv: { fibre_mm_ms: 0.58, transverse_mm_ms: 0.21 },
  };
};

async function beatOf(seed: number, scale: number): Promise<Beat> {
  const bare = { anatomy, backend: referenceBackend, settings, beat: undefined as unknown as Beat };
  const heart = await openHeart(bare, anatomy, window);
  const { ecg_mV } = await heart.solve(parametersOf(seed));
  await heart.close();
  return {
    interval_ms: 1,
    voltage_mV: ecg_mV.map((value) => scale * value),
    qrsOnset_ms: 0,
    qrsOffset_ms: 80,
    isCalibrated: scale === 1,
    findings: [],
  };
}

const beat = await beatOf(77, 1);
const input = { anatomy, beat, settings, backend: referenceBackend, start: 'random' as const };
const names = Object.keys(OPTIMISERS) as OptimiserName[];

/** A heart, a beat with a gain to be found, and parameters between start and truth. */
async function problem() {
  const target = openTarget(await beatOf(77, 1.6), EDGE_mm);
  const heart = await openHeart(input, anatomy, window);
  const space = openParameterSpace({ ...randomStart(layer, settings.pmjs, 3), timeSpread_ms: 8 }, settings, true);
  return { heart, layer, edge_mm: EDGE_mm, target, space };
}

test('the loss’ gradient agrees with its difference quotients, priors and gain included', async (t) => {
  const opened = await problem();
  const state = await evaluate(opened, parametersOf(5));
  const gradient = await lossGradient(opened, state);
  const at = async (p: number, by: number) => {
    const step = new Float64Array(gradient.length);
    step[p] = by;
    return (await evaluate(opened, applyStep(opened.space, layer, state.parameters, step))).loss;
  };
  // Times and logarithms of velocities; a place may be held by the layer, so that its quotient is not the derivative.
  for (const p of [0, 4, 20, 44, 80, 81, 82, 83]) {
    const quotient = ((await at(p, 1e-5)) - (await at(p, -1e-5))) / 2e-5;
    t.true(Math.abs(quotient - gradient[p]) < 1e-4 * (1 + Math.abs(gradient[p])), `${p}: ${quotient} ${gradient[p]}`);
  }
});

for (const optimiser of names) {
  test(`${optimiser} explains the ECG of other PMJs better than the random places and times it begins from`, async (t) => {
    const from = await calibrate({ ...input, optimiser, settings: { ...settings, maxIterations: 0 } });
    const to = await calibrate({ ...input, optimiser });
    t.true(to.fit.rmse_mV < 0.7 * from.fit.rmse_mV, `${from.fit.rmse_mV} to ${to.fit.rmse_mV} mV`);
  });

  test(`${optimiser} goes on from any checkpoint to the same bytes`, async (t) => {
    const checkpoints: CalibrationCheckpoint[] = [];
    const onProgress = ({ checkpoint }: { checkpoint: CalibrationCheckpoint }) => void checkpoints.push(checkpoint);
    const coarser = [slabHeart(7, 5)];
    const undisturbed = await calibrate({ ...input, coarser, optimiser, onProgress });
    for (const checkpoint of [checkpoints[1], checkpoints[2], checkpoints.at(-2)]) {
      const resumeFrom: CalibrationCheckpoint = JSON.parse(JSON.stringify(checkpoint));
      t.deepEqual(await calibrate({ ...input, coarser, optimiser, resumeFrom }), undisturbed);
    }
  });
}

for (const optimiser of ['levenberg-marquardt', 'lbfgs'] as const) {
  test(`${optimiser} never raises the loss`, async (t) => {
    const opened = await problem();
    let state = await evaluate(opened, parametersOf(5));
    let memory = { damping: 0.1, vectors: [] as readonly (readonly number[])[] };
    for (let iteration = 0; iteration < 6; iteration++) {
      const next = await OPTIMISERS[optimiser].iterate(opened, state, { iteration, ...memory });
      t.true(next.hasImproved ? next.state.loss < state.loss : next.state === state);
      ({ state, memory } = next);
    }
  });
}

test('PMJs that started too late for any wave of their own are set off again, and a third of them or more has one at once', async (t) => {
  const opened = await problem();
  const memory = { iteration: 0, damping: 1, vectors: [] };
  let waves = 0;
  for (const seed of [5, 6, 7]) {
    for (const pmj of [0, 3, 6, 9, 12, 15]) {
      const parameters = parametersOf(seed);
      parameters.pmjTimes_ms[pmj] = 300;
      t.is((await opened.heart.territories(parameters))[pmj], 0);
      const state = await evaluate(opened, parameters);
      const next = await OPTIMISERS['levenberg-marquardt'].iterate(opened, state, memory);
      t.true(next.state.parameters.pmjTimes_ms[pmj] < 100, `${next.state.parameters.pmjTimes_ms[pmj]} ms`);
      if ((await opened.heart.territories(next.state.parameters))[pmj] > 0) waves++;
    }
  }
  t.true(waves >= 6, `${waves} of 18`);
});

test('a random start is the same for a seed, fills 0–40 ms, and holds its times to nothing', (t) => {
  const start = randomStart(layer, 200, 9);
  t.deepEqual(start, randomStart(layer, 200, 9));
  t.notDeepEqual(start.positions, randomStart(layer, 200, 10).positions);
  t.true(start.times_ms.every((time) => time >= 0 && time < 40));
  t.true(Math.abs(start.times_ms.reduce((sum, time) => sum + time, 0) / 200 - 20) < 3);
  t.true(
    openParameterSpace(start, settings, false)
      .precision.subarray(0, 800)
      .every((value) => value === 0),
  );
});

test('places and times of the caller’s own are where it starts', async (t) => {
  const start = randomStart(layer, settings.pmjs, 21);
  const twin = await calibrate({ ...input, start, settings: { ...settings, maxIterations: 0 } });
  t.deepEqual(twin.parameters.pmjTimes_ms, start.times_ms);
});
