import type { Metric } from './metric.ts';

/** Calibrated conduction velocities. */
export const velocities: Metric = {
  columns: [
    {
      name: 'lvFibreVelocity_mm_ms',
      unit: 'mm/ms',
      description: 'Calibrated conduction velocity along the fibres of the LV.',
      source: 'docs/metrics.md#conduction-velocity',
    },
    {
      name: 'lvTransverseVelocity_mm_ms',
      unit: 'mm/ms',
      description: 'Calibrated conduction velocity across the fibres of the LV.',
      source: 'docs/metrics.md#conduction-velocity',
    },
    {
      name: 'rvFibreVelocity_mm_ms',
      unit: 'mm/ms',
      description: 'Calibrated conduction velocity along the fibres of the RV.',
      source: 'docs/metrics.md#conduction-velocity',
    },
    {
      name: 'rvTransverseVelocity_mm_ms',
      unit: 'mm/ms',
      description: 'Calibrated conduction velocity across the fibres of the RV.',
      source: 'docs/metrics.md#conduction-velocity',
    },
  ],
  measure: ({ twin: { parameters } }) => ({
    lvFibreVelocity_mm_ms: parameters.lv.fibre_mm_ms,
    lvTransverseVelocity_mm_ms: parameters.lv.transverse_mm_ms,
    rvFibreVelocity_mm_ms: parameters.rv.fibre_mm_ms,
    rvTransverseVelocity_mm_ms: parameters.rv.transverse_mm_ms,
  }),
};
