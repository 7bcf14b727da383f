/** Signed distance of a tissue that is in neither slice, mm. */
export const FAR_mm = 1000;

/** How a tissue ends behind its last slice. */
export interface Closing {
  /** Way from the slice, in slices, 0 to 1 */
  readonly along: number;
  /** Where the deepest point of the slice ends, in slices */
  readonly length: number;
}

/**
 * Between two slices: the cubic of Catmull and Rom through four of them, or the straight line where the outer ones are missing.
 *
 * @param w    way from `p` to `q`, 0 to 1
 * @param out  mm, [pixels]
 */
export function blend(
  before: Float32Array | undefined,
  p: Float32Array,
  q: Float32Array,
  after: Float32Array | undefined,
  w: number,
  out: Float32Array,
): void {
  if (!before || !after) {
    for (let at = 0; at < out.length; at++) out[at] = (1 - w) * p[at] + w * q[at];
    return;
  }
  const a = w * (-0.5 + w * (1 - 0.5 * w));
  const b = 1 + w * w * (-2.5 + 1.5 * w);
  const c = w * (0.5 + w * (2 - 1.5 * w));
  const d = w * w * (-0.5 + 0.5 * w);
  for (let at = 0; at < out.length; at++) out[at] = a * before[at] + b * p[at] + c * q[at] + d * after[at];
}

/**
 * Behind the last slice of a tissue: a point at the share u of the greatest depth R ends at the way H(2u − u²), a paraboloid over a disc, which holds
 * half of the cylinder of height H. That is the straight line from the slice's distance s = −uR to
 *
 *     R (1 − 2Hu + Hu²) / (H(2 − u)) inside,   s + R/(2H) outside
 *
 * @param slice  signed distances in the last slice, mm, [pixels]
 * @param out    mm, [pixels]
 */
export function close(slice: Float32Array, { along, length }: Closing, out: Float32Array): void {
  let deepest = 0;
  for (const value of slice) if (value < deepest) deepest = value;
  const radius = -deepest;
  for (let at = 0; at < out.length; at++) {
    const here = slice[at];
    const u = here < 0 && radius > 0 ? -here / radius : 0;
    const there = (radius * (1 - 2 * length * u + length * u * u)) / (length * (2 - u)) + Math.max(here, 0);
    out[at] = (1 - along) * here + along * there;
  }
}
