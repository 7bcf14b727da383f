import { openRandom } from '../random.ts';
import type { CoarseHeart } from './coarseHeart.ts';
import { interpolateAt, openLayerSampler, type PmjLayer } from './pmjLayer.ts';
import { openPurkinjeFront } from './purkinjeFront.ts';
import { EARLIEST_PMJ_ms } from './twin.ts';

/** Places and times from which a calibration starts; the times are also the middle of their prior. */
export interface PmjStart {
  /** mm, [pmjs, 3] */
  readonly positions: Float64Array;
  /** ms, [pmjs] */
  readonly times_ms: Float64Array;
}

/** PMJs whose Purkinje front is still to be chosen. */
export interface PlacedPmjs {
  /** mm, [pmjs, 3] */
  readonly positions: Float64Array;
  /** Times of a front that reaches the first muscle at `onset_ms` after QRS onset and moves on at a speed, never before `EARLIEST_PMJ_ms`; ms, [pmjs] */
  readonly timesOf: (onset_ms: number, speed_mm_ms: number) => Float64Array;
}

/** Candidates drawn for each PMJ, of which the one farthest from all earlier PMJs is kept. More spread no better: the layer is two-dimensional. */
const CANDIDATES = 40;
/** Spread of the single PMJ's time around the front, ms; our choice. */
const JITTER_ms = 1;

/**
 * PMJs spread well over the subendocardial layer (best candidate sampling, Mitchell 1991: each new place is the farthest from the earlier
 * ones among places drawn by volume), ready to take the times of a physiological Purkinje front.
 *
 * @throws TwinError BadAnatomy when no muscle lies in the layer
 */
export function placePmjs(heart: CoarseHeart, layer: PmjLayer, pmjs: number, seed: number): PlacedPmjs {
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
  const frontOf = openPurkinjeFront(heart, layer.layer_mm);
  const delays = openRandom(seed, 'pmj-times');
  const jitter_ms = Float64Array.from({ length: pmjs }, () => JITTER_ms * delays.normal());
  const timesOf = (onset_ms: number, speed_mm_ms: number) =>
    interpolateAt(layer.locator, positions, frontOf(speed_mm_ms)).map((time, pmj) =>
      Math.max(EARLIEST_PMJ_ms, onset_ms + time + jitter_ms[pmj]),
    );
  return { positions, timesOf };
}
