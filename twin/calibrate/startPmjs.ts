import { openRandom } from '../random.ts';
import type { CoarseHeart } from './coarseHeart.ts';
import { interpolateAt, openLayerSampler, type PmjLayer } from './pmjLayer.ts';
import { purkinjeFront } from './purkinjeFront.ts';

/** Places and times from which a calibration starts; the times are also the middle of their prior. */
export interface PmjStart {
  /** mm, [pmjs, 3] */
  readonly positions: Float64Array;
  /** ms, [pmjs] */
  readonly times_ms: Float64Array;
}

/** Candidates drawn for each PMJ, of which the one farthest from all earlier PMJs is kept. More spread no better: the layer is two-dimensional. */
const CANDIDATES = 40;
/** Spread of the single PMJ's time around the front, ms; our choice. */
const JITTER_ms = 1;

/**
 * PMJs spread well over the subendocardial layer (best candidate sampling, Mitchell 1991: each new place is the farthest from the earlier
 * ones among places drawn by volume), with the times of a physiological Purkinje front.
 *
 * @throws TwinError BadAnatomy when no muscle lies in the layer
 */
export function startPmjs(heart: CoarseHeart, layer: PmjLayer, pmjs: number, seed: number): PmjStart {
  const random = openRandom(seed, 'pmj-places');
  const draw = openLayerSampler(layer, random);
  const positions = new Float64Array(3 * pmjs);
  const place = new Float64Array(3);
  for (let pmj = 0; pmj < pmjs; pmj++) {
    let farthest = -1;
    for (let candidate = 0; candidate < (pmj === 0 ? 1 : CANDIDATES); candidate++) {
      draw(place);
      let nearest = Number.POSITIVE_INFINITY;
      for (let other = 0; other < pmj; other++) {
        const dx = positions[3 * other] - place[0];
        const dy = positions[3 * other + 1] - place[1];
        const dz = positions[3 * other + 2] - place[2];
        const square = dx * dx + dy * dy + dz * dz;
        if (square < nearest) nearest = square;
      }
      if (nearest > farthest) {
        farthest = nearest;
        positions.set(place, 3 * pmj);
      }
    }
  }
  const times_ms = interpolateAt(layer.locator, positions, purkinjeFront(heart, layer.layer_mm));
  const jitter = openRandom(seed, 'pmj-times');
  for (let pmj = 0; pmj < pmjs; pmj++) times_ms[pmj] = Math.max(0, times_ms[pmj] + JITTER_ms * jitter.normal());
  return { positions, times_ms };
}
