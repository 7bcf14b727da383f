import type { ActivationParameters } from '../calibrate/twin.ts';
import type { RepolarisationParameters } from '../repolarisation/repolarisation.ts';
import { openPlaceMap, type PlacedHeart } from './carriedPlaces.ts';
import { heartSize_mm } from './heartSize.ts';

/** What a twin's heart does, as it was calibrated. */
export interface TwinFunction {
  readonly parameters: ActivationParameters;
  /** Absent where the recording showed no T wave */
  readonly repolarisation?: RepolarisationParameters;
}

/** A function on another heart, and how well its places were found there. */
export interface TransportedFunction extends TwinFunction {
  /** From where each PMJ should be to where it is, mm, [pmjs]; 0 where the other heart has the very place */
  readonly off_mm: Float64Array;
}

/** How a function is carried. */
export interface TransportSettings {
  /** Thickness of the layer of PMJs in the heart that they come from, mm */
  readonly layer_mm: number;
  /**
   * `scaled`: the network conducts as fast in either heart, so that delays after the first PMJ grow as the heart's linear size; `kept`: they stay as they are, as
   * of a network that conducts faster in a larger heart.
   */
  readonly times: 'scaled' | 'kept';
}

/**
 * A twin's function on another heart. Every PMJ goes to the same ventricular coordinates under the same endocardium (the consistent ones where both hearts have
 * them), its depth below the endocardium in proportion to the heart; velocities and the law of repolarisation are the same.
 *
 *     t' = t₀ + (t − t₀) L'/L,   t₀ the first PMJ's, L the linear sizes (`heartSize_mm`)
 *
 * On a heart of the same shape, however large, this is the twin itself made larger: its activation times scale as its size does.
 *
 * @throws TwinError BadAnatomy when one of the hearts lacks a ventricle's endocardium
 */
export function transportFunction(
  { parameters, repolarisation }: TwinFunction,
  from: PlacedHeart,
  to: PlacedHeart,
  { layer_mm, times }: TransportSettings,
): TransportedFunction {
  const system = from.consistent !== undefined && to.consistent !== undefined ? 'consistent' : 'ventricular';
  const size_mm = heartSize_mm(from);
  const thickness = layer_mm / size_mm;
  const names = openPlaceMap(from, system, thickness).nameOf(parameters.pmjPositions);
  const { places, off_mm } = openPlaceMap(to, system, thickness).find(names);
  const factor = times === 'scaled' ? heartSize_mm(to) / size_mm : 1;
  return {
    parameters: {
      pmjPositions: places,
      pmjTimes_ms: stretchedTimes(parameters.pmjTimes_ms, factor),
      lv: parameters.lv,
      rv: parameters.rv,
    },
    ...(repolarisation && { repolarisation }),
    off_mm,
  };
}

/** Times whose delays after the first are multiplied. @param times_ms [pmjs] */
export function stretchedTimes(times_ms: Float64Array, factor: number): Float64Array {
  const first = times_ms.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  return factor === 1 ? times_ms : times_ms.map((time) => first + (time - first) * factor);
}
