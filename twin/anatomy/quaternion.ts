/** Unit quaternions as [w, x, y, z] in flat arrays; q and −q are the same rotation. */

/**
 * The rotation whose matrix has the given orthonormal columns, into `out` [4] (Shepperd, J Guid Control 1978: the largest of the four
 * squares is taken first, so that nothing small is divided by).
 */
export function quaternionOfColumns(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  c: ArrayLike<number>,
  out: Float64Array,
): void {
  const trace = a[0] + b[1] + c[2];
  const largest = Math.max(trace, a[0], b[1], c[2]);
  if (largest === trace) {
    const w = Math.sqrt(1 + trace) / 2;
    out[0] = w;
    out[1] = (b[2] - c[1]) / (4 * w);
    out[2] = (c[0] - a[2]) / (4 * w);
    out[3] = (a[1] - b[0]) / (4 * w);
  } else if (largest === a[0]) {
    const x = Math.sqrt(1 + a[0] - b[1] - c[2]) / 2;
    out[0] = (b[2] - c[1]) / (4 * x);
    out[1] = x;
    out[2] = (b[0] + a[1]) / (4 * x);
    out[3] = (c[0] + a[2]) / (4 * x);
  } else if (largest === b[1]) {
    const y = Math.sqrt(1 - a[0] + b[1] - c[2]) / 2;
    out[0] = (c[0] - a[2]) / (4 * y);
    out[1] = (b[0] + a[1]) / (4 * y);
    out[2] = y;
    out[3] = (c[1] + b[2]) / (4 * y);
  } else {
    const z = Math.sqrt(1 - a[0] - b[1] + c[2]) / 2;
    out[0] = (a[1] - b[0]) / (4 * z);
    out[1] = (c[0] + a[2]) / (4 * z);
    out[2] = (c[1] + b[2]) / (4 * z);
    out[3] = z;
  }
}

/** First column of a rotation's matrix, into `out` at an offset. */
export function firstColumn(q: Float64Array, out: Float64Array, at: number): void {
  const [w, x, y, z] = q;
  out[at] = 1 - 2 * (y * y + z * z);
  out[at + 1] = 2 * (x * y + w * z);
  out[at + 2] = 2 * (x * z - w * y);
}

/**
 * Between two frames whose axes have no sign (a fibre equals its reverse): of the four half-turns of `from` about its own axes, the one
 * nearest to `to` is turned into it along the shortest arc (Bayer et al., Ann Biomed Eng 2012, function `bislerp`). `out` may be either input.
 *
 * @param share 0 gives `from`, 1 gives `to`
 */
export function bislerp(from: Float64Array, to: Float64Array, share: number, out: Float64Array): void {
  const [w, x, y, z] = from;
  // from · 1, from · i, from · j, from · k
  const dots = [
    w * to[0] + x * to[1] + y * to[2] + z * to[3],
    -x * to[0] + w * to[1] + z * to[2] - y * to[3],
    -y * to[0] - z * to[1] + w * to[2] + x * to[3],
    -z * to[0] + y * to[1] - x * to[2] + w * to[3],
  ];
  let best = 0;
  for (let turn = 1; turn < 4; turn++) if (Math.abs(dots[turn]) > Math.abs(dots[best])) best = turn;
  const sign = dots[best] < 0 ? -1 : 1;
  const cosine = Math.min(1, Math.abs(dots[best]));
  const angle = Math.acos(cosine);
  const sine = Math.sin(angle);
  // Below a millionth of a radian the arc is straight to rounding.
  const a = sign * (sine < 1e-6 ? 1 - share : Math.sin((1 - share) * angle) / sine);
  const b = sine < 1e-6 ? share : Math.sin(share * angle) / sine;
  const [fw, fx, fy, fz] = [
    [w, x, y, z],
    [-x, w, z, -y],
    [-y, -z, w, x],
    [-z, y, -x, w],
  ][best];
  const ow = a * fw + b * to[0];
  const ox = a * fx + b * to[1];
  const oy = a * fy + b * to[2];
  const oz = a * fz + b * to[3];
  const length = Math.hypot(ow, ox, oy, oz);
  out[0] = ow / length;
  out[1] = ox / length;
  out[2] = oy / length;
  out[3] = oz / length;
}
