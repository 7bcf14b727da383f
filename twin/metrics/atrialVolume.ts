import { muscleVolume_mL } from '../mesh/volume.ts';
import { MYOCARDIAL_DENSITY_g_mL } from '../units.ts';
import { enclosedVolume_mL } from './cavityVolume.ts';
import type { Metric } from './metric.ts';

/** Sizes of the atria. */
export const atrialVolume: Metric = {
  columns: [
    {
      name: 'laVolume_mL',
      unit: 'mL',
      description:
        'LA cavity: inside the endocardium, its valve and veins closed by fans from the centres of their rims.',
      source: 'docs/metrics.md#atrial-volume',
    },
    {
      name: 'raVolume_mL',
      unit: 'mL',
      description:
        'RA cavity: inside the endocardium, its valve and veins closed by fans from the centres of their rims.',
      source: 'docs/metrics.md#atrial-volume',
    },
    {
      name: 'atrialMass_g',
      unit: 'g',
      description: 'Muscle of both atria, septum included.',
      source: 'docs/metrics.md#atrial-volume',
    },
  ],
  measure({ anatomy: { atria } }) {
    if (atria === undefined) return { laVolume_mL: Number.NaN, raVolume_mL: Number.NaN, atrialMass_g: Number.NaN };
    const { mesh, surfaces } = atria;
    return {
      laVolume_mL: enclosedVolume_mL(mesh.points, surfaces.laEndo),
      raVolume_mL: enclosedVolume_mL(mesh.points, surfaces.raEndo),
      atrialMass_g: MYOCARDIAL_DENSITY_g_mL * muscleVolume_mL(mesh),
    };
  },
};
