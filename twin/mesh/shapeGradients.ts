import type { TetMesh } from './tetMesh.ts';

/**
 * Gradients of a tetrahedron's four linear shape functions, which are those of its barycentric coordinates:
 *
 *     ∇N_i = (opposite face's inward area vector) / (3 V)
 *
 * @param out  1/mm, [4, 3]
 * @returns the tetrahedron's signed volume, mm³
 */
export function shapeGradients(mesh: Pick<TetMesh, 'points' | 'tets'>, tet: number, out: Float64Array): number {
  const { points, tets } = mesh;
  const a = 3 * tets[4 * tet];
  const b = 3 * tets[4 * tet + 1];
  const c = 3 * tets[4 * tet + 2];
  const d = 3 * tets[4 * tet + 3];
  const x = points[a];
  const y = points[a + 1];
  const z = points[a + 2];
  const bx = points[b] - x;
  const by = points[b + 1] - y;
  const bz = points[b + 2] - z;
  const cx = points[c] - x;
  const cy = points[c + 1] - y;
  const cz = points[c + 2] - z;
  const dx = points[d] - x;
  const dy = points[d + 1] - y;
  const dz = points[d + 2] - z;
  const ux = cy * dz - cz * dy;
  const uy = cz * dx - cx * dz;
  const uz = cx * dy - cy * dx;
  const determinant = bx * ux + by * uy + bz * uz;
  const scale = 1 / determinant;
  out[3] = ux * scale;
  out[4] = uy * scale;
  out[5] = uz * scale;
  out[6] = (dy * bz - dz * by) * scale;
  out[7] = (dz * bx - dx * bz) * scale;
  out[8] = (dx * by - dy * bx) * scale;
  out[9] = (by * cz - bz * cy) * scale;
  out[10] = (bz * cx - bx * cz) * scale;
  out[11] = (bx * cy - by * cx) * scale;
  out[0] = -out[3] - out[6] - out[9];
  out[1] = -out[4] - out[7] - out[10];
  out[2] = -out[5] - out[8] - out[11];
  return determinant / 6;
}
