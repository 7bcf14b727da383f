import { findLvAxis } from '../anatomy/ventricleAxis.ts';
import { REGION } from '../mesh/tetMesh.ts';
import { mLFromMm3 } from '../units.ts';
import { enclosedVolume_mL } from './cavityVolume.ts';
import type { Metric } from './metric.ts';
import { nodeVolumes } from './ventricles.ts';

/** Shape of the left ventricle, whatever its size. */
export const lvShape: Metric = {
  columns: [
    {
      name: 'lvSphericity',
      unit: '1',
      description: "Volume of the LV's cavity by that of a sphere whose diameter is its long axis.",
      source: 'docs/metrics.md#lv-shape',
    },
    {
      name: 'lvMuscleRatio',
      unit: '1',
      description: "Volume of the LV's muscle by that of its cavity.",
      source: 'docs/metrics.md#lv-shape',
    },
  ],
  measure({ anatomy }) {
    const { mesh, surfaces } = anatomy;
    const volume_mL = enclosedVolume_mL(mesh.points, surfaces.lvEndo);
    const { length_mm } = findLvAxis(mesh.points, surfaces.lvEndo);
    const muscle_mL = mLFromMm3(nodeVolumes(anatomy, REGION.lv).reduce((sum, share) => sum + share, 0));
    return {
      lvSphericity: volume_mL / mLFromMm3((Math.PI / 6) * length_mm ** 3),
      lvMuscleRatio: muscle_mL / volume_mL,
    };
  },
};
