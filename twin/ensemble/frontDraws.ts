import type { Random } from '../random.ts';

/** Places of PMJs, what ventricle's endocardium each lies under, and the ways between them. */
export interface FrontPlaces {
  /** mm, [pmjs, 3] */
  readonly positions: Float64Array;
  /** 0 LV, 1 RV, [pmjs] */
  readonly ventricles: Uint8Array;
  /** mm, [pmjs, pmjs], as `pairwiseWays` gives them */
  readonly ways: Float64Array;
}

/**
 * What is thought of fronts before an ECG is seen. Two to four entries of the LV within some ms, one or two of the RV 5–10 ms later
 * (Durrer et al., Circulation 1970), but anywhere on the endocardium: where Durrer's hearts had theirs is not where every heart does.
 */
const LV_ENTRIES = { least: 2, most: 4 } as const;
const RV_ENTRIES = { least: 1, most: 2 } as const;
const ENTRIES_WITHIN_ms = 6;
const RV_DELAY = { mean_ms: 6, sd_ms: 4 } as const;
/** Spread of the logarithm of the RV's front speed around the LV's. */
const RV_SPEED_SPREAD = 0.25;
/** First to nearly last PMJ by the QRS' duration: what is left crosses the wall. Our choice, made before any truth was looked at. */
const SPAN = { mean: 0.85, relativeSd: 0.12, quantile: 0.97 } as const;
/** The first PMJ fires before its small wave shows in any lead; our choice. */
const FIRST = { mean_ms: -7, sd_ms: 4 } as const;
/** Front speeds, mm/ms, between which the one that gives the span is sought, and halvings of their ratio (to 0.1 %). */
const SLOWEST_mm_ms = 0.3;
const FASTEST_mm_ms = 8;
const HALVINGS = 12;

/**
 * Times of one front drawn from what is thought of fronts: entries at random PMJs, straight on along the endocardium at a speed such that the
 * PMJs' times span the drawn share of the QRS,
 *
 *     t_i = first + min over entries e of the same ventricle:  t_e + way(e, i) / v
 *
 * @param qrs_ms  duration of the recorded QRS
 * @returns ms after QRS onset, [pmjs]
 */
export function drawFront({ ventricles, ways }: FrontPlaces, qrs_ms: number, random: Random): Float64Array {
  const pmjs = ventricles.length;
  const ofVentricle = [0, 1].map((ventricle) => pmjsOf(ventricles, ventricle));
  const counts = [LV_ENTRIES, RV_ENTRIES].map(
    ({ least, most }) => least + Math.floor((most - least + 1) * random.uniform()),
  );
  const span_ms = qrs_ms * SPAN.mean * (1 + SPAN.relativeSd * random.normal());
  const rvFaster = Math.exp(RV_SPEED_SPREAD * random.normal());
  const delay_ms = RV_DELAY.mean_ms + RV_DELAY.sd_ms * random.normal();
  const first_ms = FIRST.mean_ms + FIRST.sd_ms * random.normal();
  const entries = ofVentricle.flatMap((own, ventricle) =>
    Array.from({ length: own.length > 0 ? (counts[ventricle] as number) : 0 }, () => ({
      pmj: own[Math.floor(random.uniform() * own.length)] as number,
      ventricle,
      time_ms: (ventricle === 1 ? delay_ms : 0) + ENTRIES_WITHIN_ms * random.uniform(),
    })),
  );
  const out = new Float64Array(pmjs);
  const spread = (speed_mm_ms: number) => {
    out.fill(Number.POSITIVE_INFINITY);
    for (const { pmj: entry, ventricle, time_ms } of entries) {
      const speed = ventricle === 1 ? speed_mm_ms * rvFaster : speed_mm_ms;
      for (let pmj = 0; pmj < pmjs; pmj++) {
        if (ventricles[pmj] !== ventricle) continue;
        const time = time_ms + ways[entry * pmjs + pmj] / speed;
        if (time < out[pmj]) out[pmj] = time;
      }
    }
  };
  const within = Math.floor(SPAN.quantile * (pmjs - 1));
  const isTooSlow = (): boolean => {
    const latest = earliestOf(out) + span_ms;
    let count = 0;
    for (let pmj = 0; pmj < pmjs; pmj++) if (out[pmj] <= latest) count++;
    return count <= within;
  };
  let slow = Math.log(SLOWEST_mm_ms);
  let fast = Math.log(FASTEST_mm_ms);
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (slow + fast) / 2;
    spread(Math.exp(middle));
    if (isTooSlow()) slow = middle;
    else fast = middle;
  }
  spread(Math.exp((slow + fast) / 2));
  const earliest = earliestOf(out);
  return out.map((time) => time - earliest + first_ms);
}

function earliestOf(times: Float64Array): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (let pmj = 0; pmj < times.length; pmj++) if (times[pmj] < earliest) earliest = times[pmj];
  return earliest;
}

function pmjsOf(ventricles: Uint8Array, ventricle: number): number[] {
  const out: number[] = [];
  for (let pmj = 0; pmj < ventricles.length; pmj++) if (ventricles[pmj] === ventricle) out.push(pmj);
  return out;
}
