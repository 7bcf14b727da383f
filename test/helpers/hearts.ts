import type { Surfaces } from '../../twin/anatomy/anatomy.ts';
import {
  type HeartSize,
  heartOfSize,
  meshParametricHeart,
  type ParametricHeart,
} from '../../twin/anatomy/parametricHeart.ts';
import { findSurfaces } from '../../twin/anatomy/surfaces.ts';
import type { TetMesh } from '../../twin/mesh/tetMesh.ts';

/** An idealised heart whose surfaces are known in closed form, with its mesh and the surfaces found on it. */
export interface TestHeart {
  readonly shape: ParametricHeart;
  readonly mesh: TetMesh;
  readonly surfaces: Surfaces;
}

/** A heart of 134 g and 132 mL (LV) with walls that 4 mm tetrahedra carry, without fibres. Frame: +z to the base, −x to the RV, +y posterior. */
export function testHeart(edge_mm = 4, size: HeartSize = { lvMass_g: 134, lvEdv_mL: 132, rvWall_mm: 6 }): TestHeart {
  const shape = heartOfSize(size);
  const parts = meshParametricHeart(shape, edge_mm);
  const mesh = { ...parts, fibres: new Float64Array((3 * parts.tets.length) / 4) };
  return { shape, mesh, surfaces: findSurfaces(mesh).surfaces };
}
