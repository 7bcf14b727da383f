import type { Metric } from './metric.ts';

/** How long the atria take to be activated. */
export const atrialActivation: Metric = {
  columns: [
    {
      name: 'atrialActivation_ms',
      unit: 'ms',
      description: 'First to last activated node of both atria.',
      source: 'docs/metrics.md#atrial-activation',
    },
    {
      name: 'laActivation_ms',
      unit: 'ms',
      description: 'First to last activated node of the LA.',
      source: 'docs/metrics.md#atrial-activation',
    },
    {
      name: 'raActivation_ms',
      unit: 'ms',
      description: 'First to last activated node of the RA.',
      source: 'docs/metrics.md#atrial-activation',
    },
  ],
  measure({ anatomy: { atria }, twin: { pWave } }) {
    const sides = atria?.coordinates.transatrial ?? [];
    const spread = (isMeant: (side: number) => boolean): number => {
      let first = Number.POSITIVE_INFINITY;
      let last = Number.NEGATIVE_INFINITY;
      for (const [node, time] of (pWave?.activation_ms ?? []).entries()) {
        if (!isMeant(sides[node])) continue; // NaN is neither atrium
        first = Math.min(first, time);
        last = Math.max(last, time);
      }
      return last >= first ? last - first : Number.NaN;
    };
    return {
      atrialActivation_ms: spread((side) => side >= 0),
      laActivation_ms: spread((side) => side === 0),
      raActivation_ms: spread((side) => side === 1),
    };
  },
};
