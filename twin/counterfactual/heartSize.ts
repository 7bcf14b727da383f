import type { Anatomy } from '../anatomy/anatomy.ts';
import { REGION } from '../mesh/tetMesh.ts';
import { tetVolumes } from '../mesh/volume.ts';
import { enclosedVolume_mL } from '../metrics/cavityVolume.ts';
import { ventricleOfTets } from '../metrics/ventricles.ts';
import { mLFromMm3 } from '../units.ts';

/**
 * Linear size of a heart, mm: the side of a cube as large as its left ventricle, muscle and cavity together,
 *
 *     L = ∛(V_muscle + V_cavity)
 *
 * Both together because a thick wall about a small cavity and a thin one about a large cavity are shapes; what the LV's epicardium encloses is how large it is.
 */
export function heartSize_mm({
  mesh,
  surfaces,
  coordinates,
}: Pick<Anatomy, 'mesh' | 'surfaces' | 'coordinates'>): number {
  const ventricles = ventricleOfTets({ mesh, coordinates });
  const volumes = tetVolumes(mesh);
  let muscle = 0;
  for (let tet = 0; tet < volumes.length; tet++) if (ventricles[tet] !== REGION.rv) muscle += volumes[tet];
  const whole_mL = mLFromMm3(muscle) + enclosedVolume_mL(mesh.points, surfaces.lvEndo);
  return 10 * Math.cbrt(whole_mL);
}
