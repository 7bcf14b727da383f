import { REGION } from '../mesh/tetMesh.ts';
import type { Metric } from './metric.ts';
import { nodeVolumes } from './ventricles.ts';

/** How far apart in time the muscle recovers. */
export const repolarisationDispersion: Metric = {
  columns: [
    {
      name: 'repolarisationRange_ms',
      unit: 'ms',
      description: 'First to last node to recover.',
      source: 'docs/metrics.md#repolarisation-dispersion',
    },
    {
      name: 'repolarisationDispersion_ms',
      unit: 'ms',
      description: 'Standard deviation of the times of recovery over the muscle, by volume.',
      source: 'docs/metrics.md#repolarisation-dispersion',
    },
  ],
  measure({ anatomy, twin: { repolarisation } }) {
    if (repolarisation === undefined)
      return { repolarisationRange_ms: Number.NaN, repolarisationDispersion_ms: Number.NaN };
    const front = repolarisation.repolarisation_ms;
    const left = nodeVolumes(anatomy, REGION.lv);
    const right = nodeVolumes(anatomy, REGION.rv);
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    let volume = 0;
    let mean = 0;
    let squares = 0;
    for (let node = 0; node < front.length; node++) {
      const share = left[node] + right[node];
      if (share === 0) continue;
      first = Math.min(first, front[node]);
      last = Math.max(last, front[node]);
      // A running mean: differences of large sums would lose the small spread.
      volume += share;
      const off = front[node] - mean;
      mean += (share / volume) * off;
      squares += share * off * (front[node] - mean);
    }
    return {
      repolarisationRange_ms: last - first,
      repolarisationDispersion_ms: Math.sqrt(squares / volume),
    };
  },
};
