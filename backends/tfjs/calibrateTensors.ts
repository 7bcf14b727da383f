import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { movePmjs } from '../../twin/calibrate/movePmjs.ts';
import { velocitiesOf, velocityVector } from '../../twin/calibrate/parameters.ts';
import type { PmjLayer } from '../../twin/calibrate/pmjLayer.ts';
import { type ActivationParameters, EARLIEST_PMJ_ms } from '../../twin/calibrate/twin.ts';
import type { Tensorflow } from './runtime.ts';
import { closeSeedDerivatives } from './seedTables.ts';
import {
  differentiateSeeds,
  ecgOfWave,
  gradientOfWave,
  seedMember,
  solveMembers,
  type TensorHeart,
} from './tensorHeart.ts';
import { tidyAll } from './tidy.ts';
import { closeWave } from './wave.ts';

/** What a calibration by Adam fits, and for how long. */
export interface TensorCalibration {
  /** Where PMJs may go */
  readonly layer: PmjLayer;
  /** Recorded ECG on the heart's window, mV, [samples, leads] */
  readonly target_mV: Float64Array;
  /** Rows are weighted by this upper triangular matrix before they are squared, such as `LEAD_WEIGHTS`; each lead counts alike when absent, [leads, leads] */
  readonly leadWeights?: Float64Array;
  readonly iterations: number;
  /** Of Adam, in ms and mm; 0.75 when absent (Grandits et al., Med Image Anal 2025). */
  readonly learningRate?: number;
  /** Whether the four velocities are fitted beside the PMJs; held when absent. */
  readonly fitsVelocities?: boolean;
}

/** A member's fit. */
export interface TensorFit {
  /** Those of least loss among all that were visited */
  readonly parameters: ActivationParameters;
  /** Mean square over samples and weighted leads before each iteration and after the last, mV², [iterations + 1] */
  readonly losses_mV2: Float64Array;
}

const LEARNING_RATE = 0.75;
/** Relative change of a velocity that counts like 1 ms of a time or 1 mm of a place. */
const VELOCITY_UNIT = 0.006;

/**
 * Fits many starts to one ECG at once by Adam (Kingma & Ba, ICLR 2015) in tensor operations, as Geodesic-BP fits one: every
 * iteration solves all members in one batch and pulls all their losses back in one more. Each member's fit is the one it would
 * have alone. After a step PMJs are brought back into their layer, as `movePmjs` moves them.
 */
export async function calibrateTensors(
  heart: TensorHeart,
  starts: readonly ActivationParameters[],
  calibration: TensorCalibration,
): Promise<TensorFit[]> {
  const fits: TensorFit[] = [];
  for (let first = 0; first < starts.length; first += heart.batch) {
    fits.push(...(await fitBatch(heart, starts.slice(first, first + heart.batch), calibration)));
  }
  return fits;
}

/** @param starts of one number of PMJs, that fit the device at once */
async function fitBatch(
  heart: TensorHeart,
  starts: readonly ActivationParameters[],
  calibration: TensorCalibration,
): Promise<TensorFit[]> {
  const { runtime } = heart;
  const { tf } = runtime;
  const { iterations, layer, fitsVelocities = false } = calibration;
  const members = starts.length;
  const pmjs = starts[0].pmjTimes_ms.length;
  runtime.enter();
  const adam = tf.train.adam(calibration.learningRate ?? LEARNING_RATE);
  // Times, x, y, z, and the logarithms of the velocities in VELOCITY_UNIT.
  const variables = [pmjs, pmjs, pmjs, pmjs, 4].map((rows) => openSteps(tf, rows, members));
  const objective = openObjective(heart, calibration);
  let parameters = [...starts];
  const best = parameters.map((start) => ({ loss: Number.POSITIVE_INFINITY, parameters: start }));
  const histories = parameters.map(() => new Float64Array(iterations + 1));
  try {
    for (let iteration = 0; iteration <= iterations; iteration++) {
      const seeded = parameters.map((each) => seedMember(heart, each));
      const wave = await solveMembers(heart, seeded);
      const seeds = await differentiateSeeds(heart, wave, seeded);
      const isLast = iteration === iterations;
      const ecg = ecgOfWave(heart, wave);
      const { losses, sensitivity } = objective.compare(ecg);
      if (!isLast) {
        const unit = tf.tensor2d(velocityTable(parameters, VELOCITY_UNIT), [4, members]);
        // One operation from the variables to the loss, with its own gradient: nothing else need be differentiable.
        const loss = tf.customGrad(() => ({
          value: tf.sum(losses),
          gradFunc: () => {
            const gradient = gradientOfWave(heart, wave, seeds, sensitivity);
            const velocities = fitsVelocities ? [tf.mul(gradient.velocities, unit)] : [];
            return [gradient.times, ...gradient.positions, ...velocities];
          },
        }));
        takeStep(tf, adam, loss, fitsVelocities ? variables : variables.slice(0, 4));
        unit.dispose();
      }
      closeSeedDerivatives(seeds);
      closeWave(wave);
      const values = await losses.data();
      for (const tensor of [ecg, losses, sensitivity]) tensor.dispose();
      for (let member = 0; member < members; member++) {
        histories[member][iteration] = values[member];
        if (values[member] < best[member].loss) {
          best[member] = { loss: values[member], parameters: parameters[member] };
        }
      }
      if (!isLast) parameters = await applySteps(heart, layer, parameters, variables);
    }
  } finally {
    runtime.enter();
    objective.close();
    adam.dispose();
    for (const variable of variables) variable.dispose();
  }
  return best.map(({ parameters }, member) => ({ parameters, losses_mV2: histories[member] }));
}

/** One of Adam's variables: the step from where the members stand, zero before each iteration, so that float32 holds steps and not places. */
const openSteps = (tf: Tensorflow, rows: number, members: number): Variable =>
  tf.tidy(() => tf.variable(tf.zeros([rows, members])));

function takeStep(
  tf: Tensorflow,
  adam: ReturnType<Tensorflow['train']['adam']>,
  loss: (...variables: Tensor[]) => Tensor,
  variables: Variable[],
): void {
  const { value, grads } = adam.computeGradients(() => loss(...variables) as Scalar, variables);
  adam.applyGradients(grads as Parameters<typeof adam.applyGradients>[0]);
  value.dispose();
  tf.dispose(grads);
}

/** Downloads Adam's step, takes it from where each member stands, and sets it to zero again. */
async function applySteps(
  { runtime }: TensorHeart,
  layer: PmjLayer,
  parameters: readonly ActivationParameters[],
  variables: readonly Variable[],
): Promise<ActivationParameters[]> {
  const members = parameters.length;
  const [times, x, y, z, velocities] = await Promise.all(variables.map((variable) => variable.data()));
  runtime.enter();
  for (const variable of variables) {
    const zeros = runtime.tf.zeros(variable.shape);
    variable.assign(zeros);
    zeros.dispose();
  }
  return parameters.map((from, member) => {
    const moves = new Float64Array(from.pmjPositions.length);
    const pmjTimes_ms = from.pmjTimes_ms.map((time, pmj) => {
      for (const [axis, move] of [x, y, z].entries()) moves[3 * pmj + axis] = move[pmj * members + member];
      return Math.max(EARLIEST_PMJ_ms, time + times[pmj * members + member]);
    });
    const moved = velocityVector(from).map(
      (velocity, at) => velocity * Math.exp(VELOCITY_UNIT * velocities[at * members + member]),
    );
    return { pmjPositions: movePmjs(layer, from.pmjPositions, moves), pmjTimes_ms, ...velocitiesOf(moved) };
  });
}

interface Objective {
  /** Mean square mismatch of each member, mV², [members], and its derivative by the ECG, mV, [members, samples · leads] */
  compare(ecg: Tensor2D): { losses: Tensor1D; sensitivity: Tensor2D };
  close(): void;
}

function openObjective(
  { runtime: { tf }, ecg }: TensorHeart,
  { target_mV, leadWeights }: TensorCalibration,
): Objective {
  const { samples, leads } = ecg;
  const target = tf.tensor2d(Float32Array.from(target_mV), [1, samples * leads]);
  const identity = Float64Array.from({ length: leads * leads }, (_, at) => (at % (leads + 1) === 0 ? 1 : 0));
  const weights = tf.tensor2d(Float32Array.from(leadWeights ?? identity), [leads, leads]);
  return {
    compare: (simulated) =>
      tidyAll(tf, () => {
        const members = simulated.shape[0];
        const mismatch = tf.reshape(tf.sub(simulated, target), [members * samples, leads]) as Tensor2D;
        const weighted = tf.matMul(mismatch, weights, false, true);
        const byMember = (rows: Tensor) => tf.reshape(rows, [members, samples * leads]) as Tensor2D;
        const perEntry = 2 / (samples * leads);
        return {
          losses: tf.mean(tf.square(byMember(weighted)), 1) as Tensor1D,
          sensitivity: tf.mul(byMember(tf.matMul(weighted, weights)), perEntry) as Tensor2D,
        };
      }),
    close: () => {
      target.dispose();
      weights.dispose();
    },
  };
}

/** Velocities of each member, times a factor, [4, members]. */
function velocityTable(parameters: readonly ActivationParameters[], factor: number): Float32Array {
  const table = new Float32Array(4 * parameters.length);
  for (const [member, each] of parameters.entries()) {
    for (const [row, velocity] of velocityVector(each).entries()) {
      table[row * parameters.length + member] = factor * velocity;
    }
  }
  return table;
}
