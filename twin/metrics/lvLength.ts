import { findLvAxis } from '../anatomy/ventricleAxis.ts';
import type { Metric } from './metric.ts';

/** Length of the left ventricle. */
export const lvLength: Metric = {
  columns: [
    {
      name: 'lvLength_mm',
      unit: 'mm',
      description: 'Long axis of the LV: from its endocardial apex to the centre of its basal rim.',
      source: 'docs/metrics.md#long-axis-length',
    },
  ],
  measure: ({ anatomy: { mesh, surfaces } }) => ({ lvLength_mm: findLvAxis(mesh.points, surfaces.lvEndo).length_mm }),
};
