import type { Body } from '../../twin/anatomy/anatomy.ts';
import { openRandom } from '../../twin/random.ts';

/** How a synthetic person lives. */
export interface Lifestyle {
  readonly isSmoker: boolean;
  /** Hours of exercise a week */
  readonly activity_h_week: number;
}

/** Columns of the sample sheet, in their order; `smoker` is 1 or 0. */
export const LIFESTYLE_COLUMNS = ['smoker', 'activity_h_week'] as const;

/** Shares of smokers: ours. They differ by sex, so that an effect of smoking looks like one of sex until it is adjusted for. */
const SMOKERS = { female: 0.15, male: 0.25 } as const;
/** Median of the hours and spread of their logarithm: ours; the same for all, and without an effect. */
const ACTIVITY = { median_h_week: 3, spread: 0.6 } as const;

/** Draws a person's lifestyle from a stream of its own: nothing else about them changes. */
export function drawLifestyle(seed: number, number: string, sex: Body['sex']): Lifestyle {
  const random = openRandom(seed, `lifestyle ${number}`);
  return {
    isSmoker: random.uniform() < SMOKERS[sex],
    activity_h_week: Number((ACTIVITY.median_h_week * Math.exp(ACTIVITY.spread * random.normal())).toFixed(1)),
  };
}
