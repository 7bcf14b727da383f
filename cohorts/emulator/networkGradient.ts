import type * as tfjs from '@tensorflow/tfjs-core';
import type { NetworkShape } from './network.ts';

/** TensorFlow.js with one of its backends chosen; `openTensorRuntime` opens one. */
export interface Tensors {
  readonly tf: typeof tfjs;
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
export type WeightTensors = readonly [tfjs.Tensor3D, tfjs.Tensor3D, tfjs.Tensor3D];

interface Forward {
  readonly first: tfjs.Tensor3D;
  readonly second: tfjs.Tensor3D;
  readonly answer: tfjs.Tensor3D;
}

/**
 * The networks' answers, [members, rows, outputs]. Biases are rows of the matrices and meet a column of ones: in TensorFlow.js on a CPU a sum that broadcasts costs
 * more than the product before it.
 */
export const answerOf = ({ tf }: Tensors, weights: WeightTensors, batch: Pick<MemberBatch, 'x' | 'bias'>) =>
  forward(tf, weights, batch).answer;

function forward(tf: typeof tfjs, [w1, w2, w3]: WeightTensors, { x, bias }: Pick<MemberBatch, 'x' | 'bias'>): Forward {
  const first = tf.concat([tf.tanh(tf.matMul(x, w1)) as tfjs.Tensor3D, bias], 2);
  const second = tf.concat([tf.tanh(tf.matMul(first, w2)) as tfjs.Tensor3D, bias], 2);
  return { first, second, answer: tf.matMul(second, w3) };
}

/**
 * Gradient of each member's loss `Σ weight · (f(x) − y)² / 2` by its weights: the chain rule in tensor operations, since the plain build of TensorFlow.js registers
 * no gradients. Call inside `tf.tidy`.
 *
 * @returns in the order of the weights, and the weighted squares, [members, rows, outputs]
 */
export function lossGradient(
  { tf }: Tensors,
  { width }: NetworkShape,
  weights: WeightTensors,
  batch: MemberBatch,
): { readonly gradients: WeightTensors; readonly squares: tfjs.Tensor3D } {
  const { first, second, answer } = forward(tf, weights, batch);
  const error = tf.sub(answer, batch.y) as tfjs.Tensor3D;
  const pull = tf.mul(error, batch.weight) as tfjs.Tensor3D;
  const pullSecond = throughTanh(tf, pull, weights[2], second, width, batch.ones);
  const pullFirst = throughTanh(tf, pullSecond, weights[1], first, width, batch.ones);
  return {
    gradients: [
      tf.matMul(batch.x, pullFirst, true, false),
      tf.matMul(first, pullSecond, true, false),
      tf.matMul(second, pull, true, false),
    ],
    squares: tf.mul(error, pull),
  };
}

/** `(pull Wᵀ without its bias) ⊙ (1 − h²)`. @param hidden  [members, rows, width + 1] */
function throughTanh(
  tf: typeof tfjs,
  pull: tfjs.Tensor3D,
  weights: tfjs.Tensor3D,
  hidden: tfjs.Tensor3D,
  width: number,
  ones: tfjs.Tensor3D,
): tfjs.Tensor3D {
  const [members, rows] = pull.shape;
  const inner = (tensor: tfjs.Tensor3D) => tf.slice(tensor, [0, 0, 0], [members, rows, width]);
  const back = inner(tf.matMul(pull, weights, false, true));
  return tf.mul(back, tf.sub(ones, tf.square(inner(hidden))));
}
