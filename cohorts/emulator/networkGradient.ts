import type * as tfjs from '@tensorflow/tfjs-core';
import { layersOf, type Networks } from './network.ts';

/** TensorFlow.js's operations, whichever package brings them. */
type Tensorflow = typeof import('@tensorflow/tfjs-core');

/** TensorFlow.js with one of its backends chosen; `openTensorRuntime` opens one. */
export interface Tensors {
  readonly tf: Tensorflow;
  /** Makes its backend the one that operations run on. */
  enter(): void;
}

/** Rows of every member of an ensemble: each has its own. */
export interface MemberBatch {
  /** Standardised inputs with a column of ones, [members, rows, inputs + 1] */
  readonly x: tfjs.Tensor3D;
  /** [members, rows, outputs] */
  readonly y: tfjs.Tensor3D;
  /** Weight of each term of the loss, 0 where y is missing; the same shape */
  readonly weight: tfjs.Tensor3D;
  /** Ones, [members, rows, width] and [members, rows, 1] */
  readonly ones: tfjs.Tensor3D;
  readonly bias: tfjs.Tensor3D;
}

/** Weights on the device, [members, rows, columns] each. */
export interface WeightTensors {
  readonly layers: readonly [tfjs.Tensor3D, tfjs.Tensor3D, tfjs.Tensor3D];
  /** The second and third layer without their last rows, the biases; only gradients need them */
  readonly inner: readonly [tfjs.Tensor3D, tfjs.Tensor3D];
}

/** The weights as tensors; call inside `tf.tidy`. */
export function uploadWeights({ tf }: Tensors, networks: Networks): WeightTensors {
  const { members, weights } = networks;
  const [one, two, three] = layersOf(networks).map(([rows, columns], layer) =>
    tf.tensor3d(weights[layer].slice(), [members, rows, columns]),
  );
  const inner = ([rows, columns]: readonly [number, number], values: Float32Array) => {
    const out = new Float32Array(members * (rows - 1) * columns);
    for (let member = 0; member < members; member++) {
      const from = member * rows * columns;
      out.set(values.subarray(from, from + (rows - 1) * columns), member * (rows - 1) * columns);
    }
    return tf.tensor3d(out, [members, rows - 1, columns]);
  };
  const [, second, third] = layersOf(networks);
  return { layers: [one, two, three], inner: [inner(second, weights[1]), inner(third, weights[2])] };
}

interface Forward {
  /** Without and with their column of ones */
  readonly first: readonly [tfjs.Tensor3D, tfjs.Tensor3D];
  readonly second: readonly [tfjs.Tensor3D, tfjs.Tensor3D];
  readonly answer: tfjs.Tensor3D;
}

/**
 * The networks' answers, [members, rows, outputs]. Biases are rows of the matrices and meet a column of ones: in TensorFlow.js on a CPU a sum that broadcasts costs
 * more than the product before it, and cutting a piece out of a tensor more than both, so that neither is done.
 */
export const answerOf = ({ tf }: Tensors, weights: WeightTensors, batch: Pick<MemberBatch, 'x' | 'bias'>) =>
  forward(tf, weights, batch).answer;

function forward(
  tf: Tensorflow,
  { layers: [w1, w2, w3] }: WeightTensors,
  { x, bias }: Pick<MemberBatch, 'x' | 'bias'>,
): Forward {
  const first = tf.tanh<tfjs.Tensor3D>(tf.matMul(x, w1));
  const firstAndOne = tf.concat([first, bias], 2);
  const second = tf.tanh<tfjs.Tensor3D>(tf.matMul(firstAndOne, w2));
  const secondAndOne = tf.concat([second, bias], 2);
  return { first: [first, firstAndOne], second: [second, secondAndOne], answer: tf.matMul(secondAndOne, w3) };
}

/**
 * Gradient of each member's loss `Σ weight · (f(x) − y)² / 2` by its weights: the chain rule in tensor operations, since the plain build of TensorFlow.js registers
 * no gradients. Call inside `tf.tidy`.
 *
 * @returns in the order of the layers
 */
export function lossGradient(
  { tf }: Tensors,
  weights: WeightTensors,
  batch: MemberBatch,
): readonly [tfjs.Tensor3D, tfjs.Tensor3D, tfjs.Tensor3D] {
  const { first, second, answer } = forward(tf, weights, batch);
  const pull = tf.mul<tfjs.Tensor3D>(tf.sub(answer, batch.y), batch.weight);
  // Through a layer and its tanh: (pull Wᵀ) ⊙ (1 − h²).
  const through = (after: tfjs.Tensor3D, inner: tfjs.Tensor3D, hidden: tfjs.Tensor3D) =>
    tf.mul<tfjs.Tensor3D>(tf.matMul(after, inner, false, true), tf.sub(batch.ones, tf.square(hidden)));
  const pullSecond = through(pull, weights.inner[1], second[0]);
  const pullFirst = through(pullSecond, weights.inner[0], first[0]);
  return [
    tf.matMul(batch.x, pullFirst, true, false),
    tf.matMul(first[1], pullSecond, true, false),
    tf.matMul(second[1], pull, true, false),
  ];
}
