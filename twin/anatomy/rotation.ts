import type { Point } from './anatomy.ts';

/** The rotation about a vector by its length in radians (Rodrigues), [9] row-major. */
export function rotationBy([x, y, z]: Point): number[] {
  const angle = Math.hypot(x, y, z);
  if (angle < 1e-12) return [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const [u, v, w] = [x / angle, y / angle, z / angle];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const k = 1 - c;
  return [
    c + u * u * k,
    u * v * k - w * s,
    u * w * k + v * s,
    u * v * k + w * s,
    c + v * v * k,
    v * w * k - u * s,
    u * w * k - v * s,
    v * w * k + u * s,
    c + w * w * k,
  ];
}

/** Matrix product of two 3 × 3 matrices, [9] row-major each. */
export const product = (a: readonly number[], b: readonly number[]): number[] =>
  Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [3 * Math.floor(at / 3), at % 3];
    return a[row] * b[column] + a[row + 1] * b[column + 3] + a[row + 2] * b[column + 6];
  });
