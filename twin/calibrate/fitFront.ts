import type { HeartModel, OpenHeart } from '../backend.ts';
import type { Beat } from '../ecg/beat.ts';
import { delineateQrs, type QrsBounds } from '../ecg/delineate.ts';
import { standardLeads, TWELVE } from '../ecg/leads.ts';
import type { PlacedPmjs, PmjStart } from './startPmjs.ts';
import { DEFAULT_VELOCITY } from './twin.ts';

/** Clock on which a front's QRS is simulated: wide enough for the slowest front. */
export const FRONT_WINDOW: HeartModel['window'] = { start_ms: -50, interval_ms: 1, samples: 400 };

/**
 * mm/ms: from the speed of muscle to that of Purkinje fibres, which run longer ways than the front. Between lies what is told of man: the LV's early
 * areas grow together in 15–20 ms (Durrer et al., Circulation 1970) over some 30–40 mm, 2 mm/ms.
 */
const SLOWEST_mm_ms = 0.6;
const FASTEST_mm_ms = 4;
/** Halvings of the span of speeds: to 3 %. */
const HALVINGS = 6;

/**
 * Fits two numbers of a heart's Purkinje front to two of its recorded QRS: the front's speed so that the simulated QRS lasts as long as the
 * recorded one, and the time of its first muscle so that it begins with it. One function delineates both, so that what it misses at
 * the ends it misses in both. Velocities are the prior's middle.
 *
 * @param heart  opened on `FRONT_WINDOW`
 */
export async function fitFront(heart: OpenHeart, beat: Beat, { positions, timesOf }: PlacedPmjs): Promise<PmjStart> {
  const recorded_ms = beat.qrsOffset_ms - beat.qrsOnset_ms;
  const qrsOf = async (speed_mm_ms: number): Promise<QrsBounds> => {
    const velocities = { lv: DEFAULT_VELOCITY, rv: DEFAULT_VELOCITY };
    const parameters = { pmjPositions: positions, pmjTimes_ms: timesOf(0, speed_mm_ms), ...velocities };
    const { ecg_mV } = await heart.solve(parameters);
    return delineateQrs(standardLeads(ecg_mV), FRONT_WINDOW.samples, TWELVE, FRONT_WINDOW.interval_ms);
  };
  let slow = Math.log(SLOWEST_mm_ms);
  let fast = Math.log(FASTEST_mm_ms);
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (slow + fast) / 2;
    const { onset_ms, offset_ms } = await qrsOf(Math.exp(middle));
    if (offset_ms - onset_ms > recorded_ms) slow = middle;
    else fast = middle;
  }
  const speed_mm_ms = Math.exp((slow + fast) / 2);
  const { onset_ms } = await qrsOf(speed_mm_ms);
  const shows_ms = Number.isNaN(onset_ms) ? 0 : FRONT_WINDOW.start_ms + onset_ms;
  return { positions, times_ms: timesOf(-shows_ms, speed_mm_ms) };
}
