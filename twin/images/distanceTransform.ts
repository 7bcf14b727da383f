/**
 * Squared distance from each voxel's centre to the nearest seed's, exactly and in O(voxels): one lower envelope of parabolas per line and
 * axis.
 *
 *     D(x) = min over seeds s of Σ_a (edge_a (x_a − s_a))²
 *
 * P. Felzenszwalb and D. Huttenlocher, Distance transforms of sampled functions, Theory of Computing 8 (2012).
 *
 * @param size   voxels along i, j, k; an axis of one voxel takes no part
 * @param edges  mm, along i, j, k
 * @param out    0 at seeds, Infinity elsewhere; becomes mm², Infinity where there is no seed at all, [k, j, i]
 */
export function squaredDistances(
  size: readonly [number, number, number],
  edges: readonly [number, number, number],
  out: Float64Array,
): void {
  const longest = Math.max(...size);
  const line: EnvelopeLine = {
    values: new Float64Array(longest),
    vertices: new Int32Array(longest),
    starts: new Float64Array(longest + 1),
  };
  const strides = [1, size[0], size[0] * size[1]];
  for (let axis = 0; axis < 3; axis++) {
    if (size[axis] < 2) continue;
    const [across, along] = axis === 0 ? [1, 2] : axis === 1 ? [0, 2] : [0, 1];
    for (let b = 0; b < size[along]; b++) {
      for (let a = 0; a < size[across]; a++) {
        transformLine(out, a * strides[across] + b * strides[along], strides[axis], size[axis], edges[axis] ** 2, line);
      }
    }
  }
}

interface EnvelopeLine {
  readonly values: Float64Array;
  readonly vertices: Int32Array;
  readonly starts: Float64Array;
}

function transformLine(
  out: Float64Array,
  start: number,
  stride: number,
  length: number,
  weight: number,
  { values, vertices, starts }: EnvelopeLine,
): void {
  let last = -1;
  for (let q = 0; q < length; q++) {
    const value = out[start + q * stride];
    values[q] = value;
    if (value === Number.POSITIVE_INFINITY) continue;
    let crossing = Number.NEGATIVE_INFINITY;
    while (last >= 0) {
      const p = vertices[last];
      crossing = ((value - values[p]) / weight + q * q - p * p) / (2 * (q - p));
      if (crossing > starts[last]) break;
      last--;
    }
    if (last < 0) crossing = Number.NEGATIVE_INFINITY;
    last++;
    vertices[last] = q;
    starts[last] = crossing;
  }
  if (last < 0) return;
  let at = 0;
  for (let q = 0; q < length; q++) {
    while (at < last && starts[at + 1] < q) at++;
    const p = vertices[at];
    out[start + q * stride] = weight * (q - p) * (q - p) + values[p];
  }
}
