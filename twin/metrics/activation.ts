import { REGION } from '../mesh/tetMesh.ts';
import type { Metric } from './metric.ts';
import { nodeVolumes } from './ventricles.ts';

/** How long activation takes, in the heart and in each ventricle, and how far the ventricles lie apart. */
export const activation: Metric = {
  columns: [
    {
      name: 'totalActivationTime_ms',
      unit: 'ms',
      description: 'First to last activated ventricular node.',
      source: 'docs/metrics.md#activation-time',
    },
    {
      name: 'lvActivationTime_ms',
      unit: 'ms',
      description: 'First to last activated node of the LV, septum included.',
      source: 'docs/metrics.md#activation-time',
    },
    {
      name: 'rvActivationTime_ms',
      unit: 'ms',
      description: 'First to last activated node of the RV.',
      source: 'docs/metrics.md#activation-time',
    },
    {
      name: 'interventricularDelay_ms',
      unit: 'ms',
      description: 'Mean activation time of the LV less that of the RV; positive where the LV is later.',
      source: 'docs/metrics.md#interventricular-delay',
    },
  ],
  measure({ anatomy, twin }) {
    const lv = spread(twin.activation_ms, nodeVolumes(anatomy, REGION.lv));
    const rv = spread(twin.activation_ms, nodeVolumes(anatomy, REGION.rv));
    return {
      totalActivationTime_ms: Math.max(lv.last, rv.last) - Math.min(lv.first, rv.first),
      lvActivationTime_ms: lv.last - lv.first,
      rvActivationTime_ms: rv.last - rv.first,
      interventricularDelay_ms: lv.mean - rv.mean,
    };
  },
};

/** First, last and volume-weighted mean time over the nodes that have muscle; NaN where one of them was never reached. */
function spread(activation_ms: Float64Array, volumes: Float64Array): { first: number; last: number; mean: number } {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let volume = 0;
  for (let node = 0; node < volumes.length; node++) {
    if (volumes[node] === 0) continue;
    const time = activation_ms[node];
    if (!Number.isFinite(time)) return { first: Number.NaN, last: Number.NaN, mean: Number.NaN };
    first = Math.min(first, time);
    last = Math.max(last, time);
    sum += volumes[node] * time;
    volume += volumes[node];
  }
  if (volume === 0) return { first: Number.NaN, last: Number.NaN, mean: Number.NaN };
  return { first, last, mean: sum / volume };
}
