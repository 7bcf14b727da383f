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
    const lv = new Float64Array(3);
    const rv = new Float64Array(3);
    spread(twin.activation_ms, nodeVolumes(anatomy, REGION.lv), lv);
    spread(twin.activation_ms, nodeVolumes(anatomy, REGION.rv), rv);
    return {
      totalActivationTime_ms: Math.max(lv[LAST], rv[LAST]) - Math.min(lv[FIRST], rv[FIRST]),
      lvActivationTime_ms: lv[LAST] - lv[FIRST],
      rvActivationTime_ms: rv[LAST] - rv[FIRST],
      interventricularDelay_ms: lv[MEAN] - rv[MEAN],
    };
  },
};

const FIRST = 0;
const LAST = 1;
const MEAN = 2;

/**
 * First, last and volume-weighted mean time over the nodes that have muscle; NaN where one of them was never reached.
 *
 * @param out  ms, [3]
 */
function spread(activation_ms: Float64Array, volumes: Float64Array, out: Float64Array): void {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let volume = 0;
  for (let node = 0; node < volumes.length; node++) {
    if (volumes[node] === 0) continue;
    const time = activation_ms[node];
    if (time < first) first = time;
    if (time > last) last = time;
    sum += volumes[node] * time;
    volume += volumes[node];
  }
  // A place that was never reached makes the sum infinite or NaN; no muscle at all makes it 0 / 0.
  const isWhole = Number.isFinite(sum) && volume > 0;
  out[FIRST] = isWhole ? first : Number.NaN;
  out[LAST] = isWhole ? last : Number.NaN;
  out[MEAN] = isWhole ? sum / volume : Number.NaN;
}
