import { REGION } from '../mesh/tetMesh.ts';
import { tetVolumes } from '../mesh/volume.ts';
import { MYOCARDIAL_DENSITY_g_mL, mLFromMm3 } from '../units.ts';
import type { Metric } from './metric.ts';
import { ventricleOfTets } from './ventricles.ts';

/** Mass of each ventricle's muscle. */
export const muscleMass: Metric = {
  columns: [
    {
      name: 'lvMass_g',
      unit: 'g',
      description: "LV muscle as the mesh's regions have it, scar included.",
      source: 'docs/metrics.md#muscle-mass',
    },
    {
      name: 'rvMass_g',
      unit: 'g',
      description: "RV muscle as the mesh's regions have it, scar included.",
      source: 'docs/metrics.md#muscle-mass',
    },
  ],
  measure({ anatomy }) {
    const ventricles = ventricleOfTets(anatomy);
    const volumes = tetVolumes(anatomy.mesh);
    let lv = 0;
    let rv = 0;
    for (let tet = 0; tet < volumes.length; tet++) {
      if (ventricles[tet] === REGION.rv) rv += volumes[tet];
      else lv += volumes[tet];
    }
    return { lvMass_g: MYOCARDIAL_DENSITY_g_mL * mLFromMm3(lv), rvMass_g: MYOCARDIAL_DENSITY_g_mL * mLFromMm3(rv) };
  },
};
