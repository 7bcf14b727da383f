import { decodeTensors } from './safetensors.ts';

/** An array, or text, of two artifacts that is not the same in both. */
export interface TensorDifference {
  readonly name: string;
  /** Largest |a − b|; null where they have other lengths, or are texts */
  readonly difference: number | null;
}

/** Arrays and texts in which two artifacts differ, in the order of their names. */
export function compareTensors(one: Uint8Array, other: Uint8Array, name: string): TensorDifference[] {
  const [before, now] = [decodeTensors(one, name), decodeTensors(other, name)];
  const texts = namesOf(before.metadata, now.metadata)
    .filter((key) => before.metadata[key] !== now.metadata[key])
    .map((key) => ({ name: key, difference: null }));
  const arrays: TensorDifference[] = [];
  for (const key of namesOf(before.arrays, now.arrays)) {
    const difference = largest(before.arrays[key]?.values, now.arrays[key]?.values);
    if (difference !== 0) arrays.push({ name: key, difference });
  }
  return [...arrays, ...texts];
}

type Values = ArrayLike<number> | undefined;

function largest(one: Values, other: Values): number | null {
  if (one === undefined || other === undefined || one.length !== other.length) return null;
  let most = 0;
  for (let index = 0; index < one.length; index++) {
    const [a = 0, b = 0] = [one[index], other[index]];
    if (Object.is(a, b)) continue;
    const apart = Math.abs(a - b);
    most = Math.max(most, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart); // missing in one of them
  }
  return most;
}

const namesOf = (one: object, other: object): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
