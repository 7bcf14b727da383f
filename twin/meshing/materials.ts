import type { Bounds, SignedDistance } from '../anatomy/stuffing.ts';

/**
 * What is where: a signed value of each material and of the background around them, mm, whose lowest owns a point. Two of them meet where their
 * values are equal. Values are near to distances on both sides of an interface; further away only their order counts.
 */
export interface Materials {
  readonly names: readonly string[];
  /** Contains every point that is not background, mm */
  readonly bounds: Bounds;
  /** mm. @param material  index into `names`; `names.length` is the background */
  sample(material: number, x: number, y: number, z: number): number;
  /** @param out  mm, [materials + 1], the background last */
  sampleAll(x: number, y: number, z: number, out: Float64Array): void;
}

/** Materials from signed distances that do not overlap; the background lies where all are positive. */
export function materialsOf(shapes: Readonly<Record<string, SignedDistance>>, bounds: Bounds): Materials {
  const names = Object.keys(shapes);
  const distances = Object.values(shapes);
  return {
    names,
    bounds,
    sample(material, x, y, z) {
      if (material < distances.length) return distances[material](x, y, z);
      let least = Number.POSITIVE_INFINITY;
      for (const distance of distances) least = Math.min(least, distance(x, y, z));
      return -least;
    },
    sampleAll(x, y, z, out) {
      let least = Number.POSITIVE_INFINITY;
      for (let material = 0; material < distances.length; material++) {
        out[material] = distances[material](x, y, z);
        if (out[material] < least) least = out[material];
      }
      out[distances.length] = -least;
    },
  };
}

/** Index of the lowest value: the material that owns a point, the background's being `values.length − 1`. */
export function ownerOf(values: Float64Array): number {
  let owner = 0;
  for (let material = 1; material < values.length; material++) if (values[material] < values[owner]) owner = material;
  return owner;
}

/** Index of the lowest value but one. */
export function runnerUpOf(values: Float64Array, owner: number): number {
  let second = owner === 0 ? 1 : 0;
  for (let other = second + 1; other < values.length; other++) {
    if (other !== owner && values[other] < values[second]) second = other;
  }
  return second;
}
