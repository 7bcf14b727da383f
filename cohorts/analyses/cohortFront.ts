import { REFERENCE_FRONTS } from '../../twin/counterfactual/referenceFronts.ts';

/** Numbers that are known with each of the reference's two fronts. */
export interface ByFront {
  readonly lawFront: number;
  readonly slowFront: number;
}

/** A mean that lies farther outside the two fronts' than this share of their distance is not asked of them. Ours. */
const BEYOND = 0.1;

/**
 * Where between the reference's fronts the one lies with which hearts have a mean QRS duration: 0 at the law's own, 1 at the slow one. It is a share of 1/speed, for a
 * QRS duration grows with the time that the front takes.
 */
export const frontWeight = (qrs_ms: number, { lawFront, slowFront }: ByFront): number =>
  (qrs_ms - lawFront) / (slowFront - lawFront);

/** A number with a front between the two. */
export const valueAt = (weight: number, { lawFront, slowFront }: ByFront): number =>
  lawFront + weight * (slowFront - lawFront);

/** mm/ms */
export const speedAt = (weight: number): number =>
  1 / valueAt(weight, { lawFront: 1 / REFERENCE_FRONTS.lawFront, slowFront: 1 / REFERENCE_FRONTS.slowFront });

/** Why no front gives a mean QRS duration; undefined where one does. @param means  the reference's mean QRS durations, ms */
export function whyNoFront(qrs_ms: number, means: ByFront): string | undefined {
  const weight = frontWeight(qrs_ms, means);
  if (weight >= -BEYOND && weight <= 1 + BEYOND) return undefined;
  return `the cohort’s mean QRS duration of ${qrs_ms.toFixed(1)} ms lies outside what the reference’s fronts make of its hearts (${means.lawFront.toFixed(1)} to ${means.slowFront.toFixed(1)} ms): which front is the cohort’s is not known`;
}
