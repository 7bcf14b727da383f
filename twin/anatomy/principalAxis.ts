/** Sweeps of Jacobi rotations; a 3 × 3 matrix is diagonal to rounding after four to six. */
const SWEEPS = 8;

/**
 * Unit eigenvector of the largest eigenvalue of one symmetric tensor (Jacobi's method), its largest component positive; zero for a zero tensor.
 *
 * @param tensors [items, 6] as xx xy xz yy yz zz
 * @param item    which of them
 * @param out     [items, 3]; only the item's row is written
 */
export function principalAxis(tensors: Float64Array, item: number, out: Float64Array): void {
  const [xx, xy, xz, yy, yz, zz] = tensors.subarray(6 * item, 6 * item + 6);
  const scale = xx + yy + zz;
  if (!(scale > 0)) {
    out.fill(0, 3 * item, 3 * item + 3);
    return;
  }
  const m = [
    xx / scale,
    xy / scale,
    xz / scale,
    xy / scale,
    yy / scale,
    yz / scale,
    xz / scale,
    yz / scale,
    zz / scale,
  ];
  const axes = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let p = 0; p < 2; p++)
      for (let q = p + 1; q < 3; q++) {
        const off = m[3 * p + q];
        if (Math.abs(off) < 1e-15) continue;
        const theta = (m[4 * q] - m[4 * p]) / (2 * off);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < 3; k++) {
          const a = m[3 * k + p];
          const b = m[3 * k + q];
          m[3 * k + p] = c * a - s * b;
          m[3 * k + q] = s * a + c * b;
        }
        for (let k = 0; k < 3; k++) {
          const a = m[3 * p + k];
          const b = m[3 * q + k];
          m[3 * p + k] = c * a - s * b;
          m[3 * q + k] = s * a + c * b;
          const u = axes[3 * k + p];
          const v = axes[3 * k + q];
          axes[3 * k + p] = c * u - s * v;
          axes[3 * k + q] = s * u + c * v;
        }
      }
  }
  const largest = m[0] >= m[4] && m[0] >= m[8] ? 0 : m[4] >= m[8] ? 1 : 2;
  const x = axes[largest];
  const y = axes[3 + largest];
  const z = axes[6 + largest];
  const main = Math.abs(x) >= Math.abs(y) && Math.abs(x) >= Math.abs(z) ? x : Math.abs(y) >= Math.abs(z) ? y : z;
  const sign = main < 0 ? -1 : 1;
  const length = Math.hypot(x, y, z);
  out[3 * item] = (sign * x) / length;
  out[3 * item + 1] = (sign * y) / length;
  out[3 * item + 2] = (sign * z) / length;
}
