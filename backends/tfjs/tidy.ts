import type { Tensorflow } from './runtime.ts';

/** `tf.tidy` for results that are objects of tensors: keeps those and frees all others that `compute` made. */
export function tidyAll<Tensors extends object>(tf: Tensorflow, compute: () => Tensors): Tensors {
  return tf.tidy(compute as () => []) as unknown as Tensors;
}
