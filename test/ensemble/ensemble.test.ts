import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { DEFAULT_CALIBRATION, VENTRICULAR_UPSTROKE } from '../../twin/calibrate/calibrate.ts';
import { factorCholesky, solveCholesky } from '../../twin/calibrate/cholesky.ts';
import { bringIntoLayer } from '../../twin/calibrate/pmjLayer.ts';
import type { Beat } from '../../twin/ecg/beat.ts';
import { homogeneousLeadVectors } from '../../twin/ecg/leadField.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { calibrateEnsemble, type EnsembleInput } from '../../twin/ensemble/ensemble.ts';
import { evaluateWhitened, fitWhitened } from '../../twin/ensemble/fitWhitened.ts';
import { calibrateLaplace, laplaceAt } from '../../twin/ensemble/laplace.ts';
import { openObserved, twelveLeads } from '../../twin/ensemble/leadSystem.ts';
import { openLevel, openPlacement } from '../../twin/ensemble/placement.ts';
import { activationSpread, calibrationOf } from '../../twin/ensemble/spread.ts';
import { MIDDLE_VELOCITIES, sizeOf, whitenedJacobian } from '../../twin/ensemble/whitened.ts';
import { openRandom } from '../../twin/random.ts';
import { slabHeart } from '../helpers/slabHeart.ts';

const anatomy = slabHeart(12);
const settings = { ...DEFAULT_CALIBRATION, pmjs: 30 };
const ONSET_ms = 10;

/** A beat of a heart with velocities and places of its own. */
async function recorded(): Promise<{ beat: Beat; activation_ms: Float64Array }> {
  const empty: Beat = {
    interval_ms: 2,
    voltage_mV: new Float64Array(50 * LEADS).fill(1),
    qrsOnset_ms: ONSET_ms,
    qrsOffset_ms: 80,
    isCalibrated: true,
    findings: [],
  };
  const observation = twelveLeads(empty, anatomy.electrodes, settings.conductivity);
  const target = openObserved(observation);
  const level = await openLevel({ backend: referenceBackend, observation, settings }, anatomy, target);
  const { positions } = openPlacement({ backend: referenceBackend, observation, settings }, level, 77);
  const heart = await referenceBackend.open({
    mesh: anatomy.mesh,
    leadVectors: homogeneousLeadVectors(anatomy.mesh, anatomy.electrodes, settings.conductivity),
    leads: LEADS,
    window: { start_ms: -ONSET_ms, interval_ms: 2, samples: 50 },
    actionPotential: VENTRICULAR_UPSTROKE,
  });
  const { ecg_mV, activation_ms } = await heart.solve({
    pmjPositions: positions,
    pmjTimes_ms: Float64Array.from(
      { length: 30 },
      (_, pmj) => 2 + 0.5 * positions[3 * pmj + 1] + 0.2 * positions[3 * pmj],
    ),
    lv: { fibre_mm_ms: 0.66, transverse_mm_ms: 0.25 },
    rv: { fibre_mm_ms: 0.58, transverse_mm_ms: 0.21 },
  });
  return { beat: { ...empty, voltage_mV: ecg_mV }, activation_ms };
}

const { beat, activation_ms } = await recorded();
const observation = twelveLeads(beat, anatomy.electrodes, settings.conductivity);
const input: EnsembleInput = { anatomy, observation, settings, backend: referenceBackend, members: 6 };
const drawn = await calibrateEnsemble({ ...input, of: 'prior' });
const members = await calibrateEnsemble(input);

/** The likeliest twin's problem and state. */
async function openProblem() {
  const target = openObserved(observation);
  const level = await openLevel(input, anatomy, target);
  const { positions, times } = openPlacement(input, level, 1);
  const space = {
    positions: bringIntoLayer(level.layer, positions),
    times,
    base_ms: times.mean_ms,
    baseVelocities: MIDDLE_VELOCITIES,
    velocitySpread: 0.15,
    fitsGain: false,
  };
  return { heart: level.heart, target, space };
}

test('nearly all members explain the recording, and no front as drawn does', (t) => {
  const seen = (list: typeof members) => list.map(({ correlation }) => correlation.toFixed(3)).join(' ');
  t.true(members.filter(({ correlation }) => correlation > 0.97).length >= 5, seen(members));
  t.true(
    drawn.every(({ correlation }) => correlation < 0.9),
    seen(drawn),
  );
});

test('the mean of the ensemble is nearer to the truth than that of the fronts it was drawn from', (t) => {
  const before = calibrationOf(activationSpread(drawn), activation_ms);
  const after = calibrationOf(activationSpread(members), activation_ms);
  t.true(after.rmse_ms < 0.7 * before.rmse_ms, `${before.rmse_ms} to ${after.rmse_ms} ms`);
});

test('members depend on their seed alone, not on how many are under way at once', async (t) => {
  const alone = await calibrateEnsemble({ ...input, members: 6, lanes: 1 });
  t.deepEqual(alone, members);
});

test('part of an ensemble made apart is that part of the whole', async (t) => {
  t.deepEqual(await calibrateEnsemble({ ...input, firstMember: 4, members: 2 }), members.slice(4));
});

test('the ECG’s derivative by whitened parameters is that of finite differences', async (t) => {
  const problem = await openProblem();
  const random = openRandom(1, 'place');
  const w = Float64Array.from({ length: sizeOf(problem.space) }, () => 0.3 * random.normal());
  const state = await evaluateWhitened(problem, w);
  const ofEcg = (await problem.heart.jacobian(state.parameters)).slice();
  problem.target.observation.weigh(ofEcg);
  const jacobian = whitenedJacobian(problem.space, w, ofEcg, state.weighed);
  const data = state.weighed.length;
  const direction = Float64Array.from(w, () => random.normal());
  const H = 1e-4;
  const at = async (step: number) =>
    (
      await evaluateWhitened(
        problem,
        w.map((value, p) => value + step * direction[p]),
      )
    ).weighed;
  const [above, below] = [await at(H), await at(-H)];
  let difference = 0;
  let size = 0;
  for (let d = 0; d < data; d++) {
    let slope = 0;
    for (let p = 0; p < w.length; p++) slope += jacobian[p * data + d] * direction[p];
    const finite = (above[d] - below[d]) / (2 * H);
    difference += (slope - finite) ** 2;
    size += finite ** 2;
  }
  t.true(Math.sqrt(difference / size) < 0.01, `relative ${Math.sqrt(difference / size)}`);
});

test('the Laplace covariance in the space of parameters is that in the space of data', async (t) => {
  const problem = await openProblem();
  const state = await fitWhitened(problem, new Float64Array(sizeOf(problem.space)), [
    { errorFactor: 1, iterations: 4, movesVelocities: true },
  ]);
  const found = await laplaceAt(problem, state, anatomy.mesh);
  const ofEcg = (await problem.heart.jacobian(state.parameters)).slice();
  problem.target.observation.weigh(ofEcg);
  const jacobian = whitenedJacobian(problem.space, state.w, ofEcg, state.weighed);
  const data = state.weighed.length;
  const size = state.w.length;
  const scale = 1 / problem.target.error_mV;
  const gram = new Float64Array(data * data);
  for (let a = 0; a < data; a++) {
    gram[a * data + a] = 1;
    for (let b = 0; b <= a; b++) {
      for (let p = 0; p < size; p++)
        gram[a * data + b] += scale * scale * jacobian[p * data + a] * jacobian[p * data + b];
    }
  }
  t.true(factorCholesky(gram, data));
  const { factor, rank } = problem.space.times;
  for (const pmj of [0, 11, 29]) {
    const row = Float64Array.from({ length: data }, (_, d) => {
      let sum = 0;
      for (let column = 0; column < rank; column++) sum += factor[pmj * rank + column] * jacobian[column * data + d];
      return sum * scale;
    });
    const solved = row.slice();
    solveCholesky(gram, data, solved);
    let prior = 0;
    for (let column = 0; column < rank; column++) prior += factor[pmj * rank + column] ** 2;
    let variance = prior;
    for (let d = 0; d < data; d++) variance -= row[d] * solved[d];
    t.true(Math.abs(found.timeSd_ms[pmj] - Math.sqrt(variance)) < 1e-6 * Math.sqrt(prior));
  }
});

test('an ECG leaves less unknown than there was, of every time and velocity', async (t) => {
  const { contraction, activationSd_ms, correlation } = await calibrateLaplace(input);
  t.true(correlation > 0.97);
  for (const share of [...contraction.times, ...contraction.velocities]) t.true(share > 0 && share <= 1 + 1e-9);
  t.true(contraction.activation.every((share) => share > 0 && share < 1.2));
  t.true(activationSd_ms.every((sd) => sd > 0 && sd < 30));
});

test('a recording of unknown gain is explained as well, and its gain is found', async (t) => {
  const scaled = { ...observation, voltage_mV: observation.voltage_mV.map((value) => 3 * value), isCalibrated: false };
  for (const { correlation, gain } of await calibrateEnsemble({ ...input, observation: scaled, members: 2 })) {
    t.true(correlation > 0.97);
    t.true(Math.abs(Math.log(gain / 3)) < Math.log(1.3), `gain ${gain}`);
  }
});

test('an ensemble that is asked to end says so', async (t) => {
  await t.throwsAsync(calibrateEnsemble({ ...input, signal: AbortSignal.abort() }), { message: /asked to/ });
});
