import type { Anatomy, ElectrodeName } from '../anatomy/anatomy.ts';
import { tetVolumes } from '../mesh/volume.ts';
import type { Metric } from './metric.ts';

const PRECORDIAL: readonly ElectrodeName[] = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** How far the heart lies from the chest electrodes. */
export const heartPosition: Metric = {
  columns: [
    {
      name: 'heartElectrodeDistance_mm',
      unit: 'mm',
      description: 'Mean distance from the centre of gravity of the muscle to V1–V6.',
      source: 'docs/metrics.md#heart-electrode-distance',
    },
    ...PRECORDIAL.map((name) => ({
      name: `heartElectrodeDistance${name}_mm`,
      unit: 'mm',
      description: `Distance from the centre of gravity of the muscle to ${name}.`,
      source: 'docs/metrics.md#heart-electrode-distance',
    })),
  ],
  measure({ anatomy }) {
    const [x, y, z] = centreOfMuscle(anatomy);
    const distances = PRECORDIAL.map((name) => {
      const [ex, ey, ez] = anatomy.electrodes[name];
      return Math.hypot(ex - x, ey - y, ez - z);
    });
    return {
      heartElectrodeDistance_mm: distances.reduce((sum, value) => sum + value, 0) / distances.length,
      ...Object.fromEntries(PRECORDIAL.map((name, at) => [`heartElectrodeDistance${name}_mm`, distances[at]])),
    };
  },
};

function centreOfMuscle({ mesh }: Pick<Anatomy, 'mesh'>): readonly [number, number, number] {
  const volumes = tetVolumes(mesh);
  const sum = [0, 0, 0];
  let total = 0;
  for (let tet = 0; tet < volumes.length; tet++) {
    total += volumes[tet];
    for (let corner = 0; corner < 4; corner++) {
      const node = 3 * mesh.tets[4 * tet + corner];
      for (let axis = 0; axis < 3; axis++) sum[axis] += (volumes[tet] * mesh.points[node + axis]) / 4;
    }
  }
  return [sum[0] / total, sum[1] / total, sum[2] / total];
}
