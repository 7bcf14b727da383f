import { openRandom } from '../random.ts';
import type { StartingPoint } from './parameters.ts';
import { openLayerSampler, type PmjLayer } from './pmjLayer.ts';

/** PMJs start at times up to this, ms after QRS onset: the span of the paper's random starts, and of most of a healthy endocardium's activation. */
const LATEST_ms = 40;

/**
 * A start that knows nothing: places uniform over the layer's volume, times uniform over 0–40 ms, and no prior on them. For comparing optimisers and for ensembles that
 * shall not share a start; a twin begins from a physiological front.
 *
 * @throws TwinError BadAnatomy when no muscle lies in the layer
 */
export function randomStart(layer: PmjLayer, pmjs: number, seed: number): StartingPoint {
  const draw = openLayerSampler(layer, openRandom(seed, 'random-places'));
  const positions = new Float64Array(3 * pmjs);
  for (let pmj = 0; pmj < pmjs; pmj++) draw(positions.subarray(3 * pmj, 3 * pmj + 3));
  const delays = openRandom(seed, 'random-times');
  const times_ms = Float64Array.from({ length: pmjs }, () => LATEST_ms * delays.uniform());
  return { positions, times_ms, timeSpread_ms: Number.POSITIVE_INFINITY };
}
