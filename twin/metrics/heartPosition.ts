import type { ElectrodeName } from '../anatomy/anatomy.ts';
import { setOf } from '../anatomy/electrodeSet.ts';
import { heartToElectrodes_mm } from '../conductor/torsoHeartPose.ts';
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
    const chest = setOf(PRECORDIAL.map((name) => [name, anatomy.electrodes[name]]));
    const distances = heartToElectrodes_mm(anatomy, chest);
    return {
      heartElectrodeDistance_mm: distances.reduce((sum, value) => sum + value, 0) / distances.length,
      ...Object.fromEntries(PRECORDIAL.map((name, at) => [`heartElectrodeDistance${name}_mm`, distances[at]])),
    };
  },
};
