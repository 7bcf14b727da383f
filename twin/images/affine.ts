/** Volume of a voxel, mm³: |det A|. */
export function voxelVolume_mm3(affine: readonly number[]): number {
  return Math.abs(determinant(affine));
}

/** Determinant of the 3×3 part; negative in a left-handed frame. */
export function determinant([a, b, c, , d, e, f, , g, h, i]: readonly number[]): number {
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/** Edges of a voxel along i, j, k, mm: the lengths of A's columns. */
export function voxelEdges_mm(affine: readonly number[]): [number, number, number] {
  const edge = (column: number): number => Math.hypot(affine[column], affine[4 + column], affine[8 + column]);
  return [edge(0), edge(1), edge(2)];
}

/** Position of the voxel index (i, j, k), which need not be whole. */
export function positionOf(affine: readonly number[], i: number, j: number, k: number): [number, number, number] {
  return [
    affine[0] * i + affine[1] * j + affine[2] * k + affine[3],
    affine[4] * i + affine[5] * j + affine[6] * k + affine[7],
    affine[8] * i + affine[9] * j + affine[10] * k + affine[11],
  ];
}

/** The way back, position → voxel index, in the same form. */
export function inverseAffine(affine: readonly number[]): number[] {
  const [a, b, c, x, d, e, f, y, g, h, i, z] = affine;
  const by = 1 / determinant(affine);
  const rows = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  return rows.flatMap(([p, q, r]) => [p * by, q * by, r * by, -(p * x + q * y + r * z) * by]);
}
