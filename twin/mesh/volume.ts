import { mLFromMm3 } from '../units.ts';
import type { TetMesh } from './tetMesh.ts';

type Geometry = Pick<TetMesh, 'points' | 'tets'>;

/**
 * Signed volume of one tetrahedron, positive when corner 3 lies on the side to which (x₁ − x₀) × (x₂ − x₀) points:
 *
 *     V = (x₁ − x₀) × (x₂ − x₀) · (x₃ − x₀) / 6,   mm³
 */
export function tetVolume({ points, tets }: Geometry, tet: number): number {
  const a = (tets[tet * 4] as number) * 3;
  const b = (tets[tet * 4 + 1] as number) * 3;
  const c = (tets[tet * 4 + 2] as number) * 3;
  const d = (tets[tet * 4 + 3] as number) * 3;
  const ax = points[a] as number;
  const ay = points[a + 1] as number;
  const az = points[a + 2] as number;
  const bx = (points[b] as number) - ax;
  const by = (points[b + 1] as number) - ay;
  const bz = (points[b + 2] as number) - az;
  const cx = (points[c] as number) - ax;
  const cy = (points[c + 1] as number) - ay;
  const cz = (points[c + 2] as number) - az;
  const dx = (points[d] as number) - ax;
  const dy = (points[d + 1] as number) - ay;
  const dz = (points[d + 2] as number) - az;
  return ((by * cz - bz * cy) * dx + (bz * cx - bx * cz) * dy + (bx * cy - by * cx) * dz) / 6;
}

/** Signed volumes, mm³, [tets] */
export function tetVolumes(mesh: Geometry): Float64Array {
  const volumes = new Float64Array(mesh.tets.length / 4);
  for (let tet = 0; tet < volumes.length; tet++) volumes[tet] = tetVolume(mesh, tet);
  return volumes;
}

/** Volume of the muscle, mL; of one region where one is named. */
export function muscleVolume_mL(mesh: Geometry & Partial<Pick<TetMesh, 'regions'>>, region?: number): number {
  let sum = 0;
  for (let tet = 0; tet < mesh.tets.length / 4; tet++) {
    if (region === undefined || mesh.regions?.[tet] === region) sum += Math.abs(tetVolume(mesh, tet));
  }
  return mLFromMm3(sum);
}
