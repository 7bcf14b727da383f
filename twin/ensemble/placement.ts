import { withConductionSpeed } from '../anatomy/conductionSpeed.ts';
import type { OpenHeart } from '../backend.ts';
import { VENTRICULAR_UPSTROKE } from '../calibrate/calibrateLevel.ts';
import type { CoarseHeart } from '../calibrate/coarseHeart.ts';
import { interpolateAt, type PmjLayer } from '../calibrate/pmjLayer.ts';
import { placePmjs } from '../calibrate/startPmjs.ts';
import { openLocator } from '../eikonal/locate.ts';
import type { Random } from '../random.ts';
import type { EnsembleInput } from './ensemble.ts';
import type { FrontPlaces } from './frontDraws.ts';
import { pairwiseWays } from './geodesics.ts';
import type { ObservedTarget } from './leadSystem.ts';
import { openTimesDraw, openTimesPrior, type TimesPrior } from './timesPrior.ts';

type LevelInput = Pick<EnsembleInput, 'backend' | 'observation' | 'settings'>;

/** A heart at one resolution, opened for the recording's window. */
export interface Level {
  readonly coarse: CoarseHeart;
  readonly heart: OpenHeart;
  readonly layer: PmjLayer;
}

export async function openLevel(
  { backend, observation, settings }: LevelInput,
  coarse: CoarseHeart,
  { samples }: ObservedTarget,
): Promise<Level> {
  const heart = await backend.open({
    mesh: withConductionSpeed(coarse.mesh, coarse.endocardialDistance, settings),
    leadVectors: observation.vectorsOf(coarse),
    leads: observation.leads,
    window: { start_ms: -observation.qrsOnset_ms, interval_ms: observation.interval_ms, samples },
    actionPotential: VENTRICULAR_UPSTROKE,
  });
  const { endocardialDistance } = coarse;
  return {
    coarse,
    heart,
    layer: { locator: openLocator(coarse.mesh), endocardialDistance, layer_mm: settings.layer_mm },
  };
}

/** Places of PMJs with the prior of their times. */
export interface Placement {
  readonly positions: Float64Array;
  readonly times: TimesPrior;
  readonly draw: (random: Random) => Float64Array;
}

export function openPlacement(
  { settings, observation }: LevelInput,
  { coarse, layer }: Level,
  seed: number,
): Placement {
  const places = openFrontPlaces(coarse, layer, placePmjs(coarse, layer, settings.pmjs, seed).positions);
  const qrs_ms = observation.qrsOffset_ms - observation.qrsOnset_ms;
  return {
    positions: places.positions,
    times: openTimesPrior(places, qrs_ms, seed),
    draw: openTimesDraw(places, qrs_ms),
  };
}

/** mm; muscle no deeper below the RV's side of the septum is reached by the RV's network. */
const RV_SEPTUM_mm = 2.5;

/** Places with the ventricle whose network reaches them, and the ways between them. */
export function openFrontPlaces(heart: CoarseHeart, layer: PmjLayer, positions: Float64Array): FrontPlaces {
  const { coordinates, endocardialDistance } = heart;
  const isRv = coordinates.transventricular.map((transventricular, node) => {
    const isRvSeptum = coordinates.transmural[node] > 0.5 && endocardialDistance[node] <= RV_SEPTUM_mm;
    return transventricular > 0.5 || isRvSeptum ? 1 : 0;
  });
  const ventricles = Uint8Array.from(interpolateAt(layer.locator, positions, isRv), (share) => (share > 0.5 ? 1 : 0));
  return { positions, ventricles, ways: pairwiseWays(positions, ventricles) };
}
