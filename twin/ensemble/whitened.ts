import { velocitiesOf, velocityVector } from '../calibrate/parameters.ts';
import { type ActivationParameters, DEFAULT_VELOCITY, EARLIEST_PMJ_ms } from '../calibrate/twin.ts';
import type { LowRankFactor } from './pivotedCholesky.ts';
import { coloured } from './timesPrior.ts';

/** Velocities, then the logarithm of the gain, after the times' z. */
export const OTHERS = 5;
export const VELOCITIES = 4;
/** Spread of the logarithm of an unknown gain: a factor of seven, as good as free. */
const GAIN_SPREAD = 2;
/** Velocities depart from their base by no more than this many standard deviations of the prior. */
const FARTHEST_SD = 3;
/** A wave is never faster across the fibre than along it. */
const LEAST_ANISOTROPY = 0.15;

/**
 * Parameters in units in which their prior is N(0, I): w = (z, w_v, w_g),
 *
 *     t = base + F z,   v = v_base exp(s_v w_v),   gain = exp(s_g w_g)
 *
 * Places of PMJs are no parameters: with 300 of them a front of any course has its times.
 */
export interface WhitenedSpace {
  /** mm, [pmjs, 3] */
  readonly positions: Float64Array;
  /** F; its size is the number of PMJs */
  readonly times: LowRankFactor;
  /** ms, [pmjs] */
  readonly base_ms: Float64Array;
  /** mm/ms, as `velocityVector` orders them, [4] */
  readonly baseVelocities: readonly number[];
  /** s_v; 0 holds velocities */
  readonly velocitySpread: number;
  readonly fitsGain: boolean;
}

export const MIDDLE_VELOCITIES: readonly number[] = velocityVector({ lv: DEFAULT_VELOCITY, rv: DEFAULT_VELOCITY });

/** Number of parameters. */
export const sizeOf = ({ times }: WhitenedSpace): number => times.rank + OTHERS;

export function parametersAt(space: WhitenedSpace, w: Float64Array): ActivationParameters {
  const { rank } = space.times;
  const times = coloured(space.times, space.base_ms, w.subarray(0, rank));
  const velocities = space.baseVelocities.map((velocity, at) => {
    const sd = Math.min(FARTHEST_SD, Math.max(-FARTHEST_SD, w[rank + at]));
    return velocity * Math.exp(space.velocitySpread * sd);
  });
  for (const fibre of [0, 2]) {
    velocities[fibre + 1] = Math.min(
      Math.max(velocities[fibre + 1] as number, LEAST_ANISOTROPY * (velocities[fibre] as number)),
      velocities[fibre] as number,
    );
  }
  return {
    pmjPositions: space.positions,
    pmjTimes_ms: times.map((time) => Math.max(EARLIEST_PMJ_ms, time)),
    ...velocitiesOf(velocities),
  };
}

export const gainAt = (space: WhitenedSpace, w: Float64Array): number =>
  space.fitsGain ? Math.exp(GAIN_SPREAD * w[space.times.rank + VELOCITIES]) : 1;

/**
 * ∂(gain · ecg)/∂w from the port's Jacobian: rows of times mixed by Fᵀ, rows of velocities by their own size, a row for the gain.
 *
 * @param ofEcg  weighed ∂ecg/∂parameters, as `OpenHeart.jacobian` orders them, [4·pmjs + 4, data]
 * @param ecg    weighed ECG before the gain, [data]
 * @returns [parameters, data]
 */
export function whitenedJacobian(
  space: WhitenedSpace,
  w: Float64Array,
  ofEcg: Float32Array,
  ecg: Float64Array,
): Float64Array {
  const { factor, size: pmjs, rank } = space.times;
  const data = ecg.length;
  const out = new Float64Array((rank + OTHERS) * data);
  const gain = gainAt(space, w);
  for (let pmj = 0; pmj < pmjs; pmj++) {
    const row = 4 * pmj * data;
    // A PMJ moves the ECG only while its territory is activated.
    let first = 0;
    while (first < data && ofEcg[row + first] === 0) first++;
    let end = data;
    while (end > first && ofEcg[row + end - 1] === 0) end--;
    let column = 0;
    for (; column + 3 < rank; column += 4) {
      const at = pmj * rank + column;
      const f0 = gain * factor[at];
      const f1 = gain * factor[at + 1];
      const f2 = gain * factor[at + 2];
      const f3 = gain * factor[at + 3];
      let to = column * data + first;
      for (let d = row + first; d < row + end; d++, to++) {
        const change = ofEcg[d];
        out[to] += f0 * change;
        out[to + data] += f1 * change;
        out[to + 2 * data] += f2 * change;
        out[to + 3 * data] += f3 * change;
      }
    }
    for (; column < rank; column++) {
      const share = gain * factor[pmj * rank + column];
      for (let d = first; d < end; d++) out[column * data + d] += share * ofEcg[row + d];
    }
  }
  const velocities = velocityVector(parametersAt(space, w));
  for (let velocity = 0; velocity < VELOCITIES; velocity++) {
    const row = (4 * pmjs + velocity) * data;
    const at = (rank + velocity) * data;
    const scale = gain * (velocities[velocity] as number) * space.velocitySpread;
    for (let d = 0; d < data; d++) out[at + d] = scale * ofEcg[row + d];
  }
  if (space.fitsGain) {
    const at = (rank + VELOCITIES) * data;
    for (let d = 0; d < data; d++) out[at + d] = GAIN_SPREAD * gain * ecg[d];
  }
  return out;
}
