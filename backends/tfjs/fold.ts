import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tensorflow } from './runtime.ts';
import type { NodeBlock, TensorMesh } from './tensorMesh.ts';

/** Folds rows by halves, an operation on two halves at a time, so that every column's result is the same in whatever batch it stands. @param rows [rows, width] */
export function foldRows(
  tf: Tensorflow,
  rows: Tensor2D,
  combine: (one: Tensor2D, other: Tensor2D) => Tensor2D,
): Tensor2D {
  return tf.tidy(() => {
    const width = rows.shape[1];
    let left = rows;
    let count = rows.shape[0];
    while (count > 1) {
      const half = count >> 1;
      const folded = combine(tf.slice(left, [0, 0], [half, width]), tf.slice(left, [half, 0], [half, width]));
      left = count % 2 === 0 ? folded : tf.concat([folded, tf.slice(left, [count - 1, 0], [1, width])]);
      count = left.shape[0];
    }
    return left === rows ? tf.clone(rows) : left;
  });
}

/**
 * From corners to nodes: the minimum or sum over each node's corners.
 *
 * @param corners  one tensor a chunk, [4 · tets, members]
 * @param none     what stands for a corner that is not there
 * @returns [nodes, members]
 */
export function foldCorners(
  tf: Tensorflow,
  mesh: TensorMesh,
  corners: readonly Tensor2D[],
  none: number,
  combine: (one: Tensor2D, other: Tensor2D) => Tensor2D,
): Tensor2D {
  return tf.tidy(() => {
    const members = corners[0].shape[1];
    const all = tf.concat([...corners, tf.fill([1, members], none) as Tensor2D]);
    return tf.concat(mesh.blocks.map((block) => foldBlock(tf, block, all, members, combine)));
  });
}

function foldBlock(
  tf: Tensorflow,
  { degree, nodes, places }: NodeBlock,
  all: Tensor2D,
  members: number,
  combine: (one: Tensor2D, other: Tensor2D) => Tensor2D,
): Tensor2D {
  return tf.tidy(() => {
    const rows = tf.reshape(tf.gather(all, places) as Tensor, [degree, nodes * members]) as Tensor2D;
    return tf.reshape(foldRows(tf, rows, combine), [nodes, members]) as Tensor2D;
  });
}
