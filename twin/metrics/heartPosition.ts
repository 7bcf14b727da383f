import type { ElectrodeName } from '../anatomy/anatomy.ts';
import { centreOfMuscle } from '../conductor/torsoHeartPose.ts';
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
    const [x, y, z] = centreOfMuscle(anatomy.mesh);
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
