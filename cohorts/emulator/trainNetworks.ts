import type { Tensor3D } from '@tensorflow/tfjs-core';
import { TwinError } from '../../twin/errors.ts';
import { openRandom, type Random } from '../../twin/random.ts';
import { layersOf, type Networks, openPass, startingNetworks } from './network.ts';
import { lossGradient, type Tensors, uploadWeights } from './networkGradient.ts';

/** How an ensemble is trained. */
export interface TrainingSettings {
  /** Networks of the ensemble (five, as Lakshminarayanan et al., NeurIPS 2017, found enough) */
  readonly members: number;
  /** Of both hidden layers */
  readonly width: number;
  /** Passes over the rows */
  readonly epochs: number;
  /** Rows of a step, for each member its own */
  readonly batch: number;
  /** First step length; it falls to 0 along half a cosine */
  readonly rate: number;
  /**
   * Pull of the weights to 0 apart from the gradient's steps (Loshchilov & Hutter, ICLR 2019), in rows: each step takes `rate · decay / rows` of them away, so that
   * what the pull is worth falls as more is seen
   */
  readonly decay: number;
  readonly seed: number;
}

/** Sizes and steps are ours, the pull chosen on hearts left out of 576 and of 2,000 beats (docs/emulator.md). */
export const DEFAULT_TRAINING: TrainingSettings = {
  members: 5,
  width: 32,
  epochs: 100,
  batch: 32,
  rate: 2e-3,
  decay: 400,
  seed: 1,
};

/** Standardised rows to learn from. */
export interface LearnedRows {
  /** [rows, inputs] */
  readonly inputs: Float64Array;
  /** Of each member its own, NaN where there is none, [members][rows, outputs] */
  readonly targets: readonly Float64Array[];
}

export interface TrainingInput {
  readonly rows: LearnedRows;
  /** Which member each row is kept from, to stop at: rows of one heart are kept from the same member; -1 is kept from none, [rows] */
  readonly folds: Int32Array;
  /** Weight of each output's square in the loss, [outputs] */
  readonly outputWeights: Float64Array;
  readonly settings: TrainingSettings;
  readonly signal?: AbortSignal;
  onEpoch?(epoch: number, of: number, validation: number): void;
}

/** Constants of Adam as its authors give them (Kingma & Ba, ICLR 2015). */
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * Trains an ensemble by Adam on the weighted mean of squares. Each member starts elsewhere, sees the rows in another order and without its own fold, and keeps the
 * weights with which it was best on that fold; all begin by answering 0, so that none is worse there than the trend that they correct. Gradients are the
 * tensor library's work, everything else is done here: the same seed gives the same bytes on `tfjs-cpu`, and on other runtimes as far as those repeat
 * their sums.
 *
 * @throws TwinError Cancelled, NoConvergence where the loss leaves the numbers
 */
export async function trainNetworks(tensors: Tensors, input: TrainingInput): Promise<Networks> {
  const { rows, folds, outputWeights, settings, signal, onEpoch } = input;
  const { members } = settings;
  const shape = { inputs: rows.inputs.length / folds.length, width: settings.width, outputs: outputWeights.length };
  const streams = Array.from({ length: members }, (_, member) => openRandom(settings.seed, `order ${member}`));
  const networks = startingNetworks(shape, members, (member) => openRandom(settings.seed, `start ${member}`));
  const best = networks.weights.map((weights) => weights.slice());
  const bestLoss = foldLosses(networks, rows, folds, outputWeights);
  const batch = Math.min(settings.batch, folds.length);
  const steps = Math.ceil(folds.length / batch);
  const constants = openConstants(tensors, members, batch, shape.width);
  const adam = openAdam(networks, settings.decay / folds.length);
  try {
    for (let epoch = 0; epoch < settings.epochs; epoch++) {
      if (signal?.aborted) throw new TwinError('Cancelled', 'emulator: its training was ended because it was asked to');
      const orders = streams.map((stream, member) =>
        shuffled(folds.length, stream).filter((row) => folds[row] !== member),
      );
      for (let step = 0; step < steps; step++) {
        const filled = fillBatch(rows, shape, outputWeights, orders, step * batch, batch);
        const gradients = await gradientsOf(tensors, networks, filled, constants);
        const rate = (settings.rate / 2) * (1 + Math.cos((Math.PI * (epoch + step / steps)) / settings.epochs));
        adam(gradients, rate);
      }
      const losses = foldLosses(networks, rows, folds, outputWeights);
      for (let member = 0; member < members; member++) {
        if (Number.isNaN(losses[member])) {
          throw new TwinError(
            'NoConvergence',
            `emulator: member ${member} of the ensemble left the numbers in pass ${epoch + 1}; train with a smaller rate`,
          );
        }
        if (!(losses[member] < bestLoss[member])) continue;
        bestLoss[member] = losses[member];
        keep(networks, member, best);
      }
      onEpoch?.(epoch + 1, settings.epochs, bestLoss.reduce((sum, loss) => sum + loss, 0) / members);
    }
  } finally {
    tensors.enter();
    constants.ones.dispose();
    constants.bias.dispose();
  }
  return { ...networks, weights: [best[0], best[1], best[2]] };
}

interface Batch {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly weight: Float32Array;
  readonly shapes: readonly [[number, number, number], [number, number, number]];
}

function fillBatch(
  { inputs, targets }: LearnedRows,
  shape: Networks | { readonly inputs: number; readonly outputs: number },
  outputWeights: Float64Array,
  orders: readonly Uint32Array[],
  first: number,
  batch: number,
): Batch {
  const { inputs: d, outputs: o } = shape;
  const members = orders.length;
  const x = new Float32Array(members * batch * (d + 1));
  const y = new Float32Array(members * batch * o);
  const weight = new Float32Array(members * batch * o);
  const total = batch * outputWeights.reduce((sum, each) => sum + each, 0);
  for (let member = 0; member < members; member++) {
    for (let place = 0; place < batch; place++) {
      // The last step of a pass is filled up with the pass's first rows.
      const row = orders[member][(first + place) % orders[member].length];
      const to = member * batch + place;
      x.set(inputs.subarray(row * d, (row + 1) * d), to * (d + 1));
      x[to * (d + 1) + d] = 1;
      for (let output = 0; output < o; output++) {
        const target = targets[member][row * o + output];
        if (Number.isNaN(target)) continue;
        y[to * o + output] = target;
        weight[to * o + output] = outputWeights[output] / total;
      }
    }
  }
  return {
    x,
    y,
    weight,
    shapes: [
      [members, batch, d + 1],
      [members, batch, o],
    ],
  };
}

type Constants = ReturnType<typeof openConstants>;

function openConstants({ tf, enter }: Tensors, members: number, batch: number, width: number) {
  enter();
  return {
    ones: tf.ones([members, batch, width]) as Tensor3D,
    bias: tf.ones([members, batch, 1]) as Tensor3D,
  };
}

async function gradientsOf(
  tensors: Tensors,
  networks: Networks,
  { x, y, weight, shapes }: Batch,
  constants: Constants,
): Promise<readonly ArrayLike<number>[]> {
  const { tf, enter } = tensors;
  enter();
  const gradients = tf.tidy(() => {
    const weights = uploadWeights(tensors, networks);
    const batch = {
      x: tf.tensor3d(x, shapes[0]),
      y: tf.tensor3d(y, shapes[1]),
      weight: tf.tensor3d(weight, shapes[1]),
      ...constants,
    };
    return [...lossGradient(tensors, weights, batch)];
  });
  const values = await Promise.all(gradients.map((gradient) => gradient.data()));
  enter();
  for (const gradient of gradients) gradient.dispose();
  return values;
}

/** Adam with decoupled decay; changes the networks' weights in place. Biases do not decay. */
function openAdam(networks: Networks, decay: number) {
  const means = networks.weights.map(({ length }) => new Float64Array(length));
  const squares = networks.weights.map(({ length }) => new Float64Array(length));
  const layers = layersOf(networks);
  let step = 0;
  return (gradients: readonly ArrayLike<number>[], rate: number): void => {
    step++;
    const [unbias1, unbias2] = [1 - BETA1 ** step, 1 - BETA2 ** step];
    for (const [layer, weights] of networks.weights.entries()) {
      const [gradient, mean, square] = [gradients[layer], means[layer], squares[layer]];
      const [rows, columns] = layers[layer];
      const [size, biases] = [rows * columns, (rows - 1) * columns];
      for (let at = 0; at < weights.length; at++) {
        const slope = gradient[at];
        mean[at] = BETA1 * mean[at] + (1 - BETA1) * slope;
        square[at] = BETA2 * square[at] + (1 - BETA2) * slope * slope;
        const pull = at % size < biases ? decay * weights[at] : 0;
        weights[at] -= rate * (mean[at] / unbias1 / (Math.sqrt(square[at] / unbias2) + EPSILON) + pull);
      }
    }
  };
}

/** Weighted mean of squares of each member over its own fold; 0 where it has none, [members]. */
function foldLosses(
  networks: Networks,
  { inputs, targets }: LearnedRows,
  folds: Int32Array,
  outputWeights: Float64Array,
): Float64Array {
  const { inputs: d, outputs: o, members } = networks;
  const pass = openPass(networks);
  const answer = new Float64Array(o);
  const sums = new Float64Array(members);
  const weights = new Float64Array(members);
  for (let row = 0; row < folds.length; row++) {
    const member = folds[row];
    if (member < 0) continue;
    pass(member, inputs.subarray(row * d, (row + 1) * d), answer);
    for (let output = 0; output < o; output++) {
      const target = targets[member][row * o + output];
      if (Number.isNaN(target)) continue;
      sums[member] += outputWeights[output] * (answer[output] - target) ** 2;
      weights[member] += outputWeights[output];
    }
  }
  return sums.map((sum, member) => (weights[member] > 0 ? sum / weights[member] : 0));
}

function keep(networks: Networks, member: number, best: readonly Float32Array[]): void {
  for (const [layer, weights] of networks.weights.entries()) {
    const size = weights.length / networks.members;
    best[layer].set(weights.subarray(member * size, (member + 1) * size), member * size);
  }
}

/** Fisher–Yates. */
export function shuffled(length: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length }, (_, at) => at);
  for (let at = length - 1; at > 0; at--) {
    const other = Math.floor(random.uniform() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}
