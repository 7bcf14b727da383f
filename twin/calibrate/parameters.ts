import { movePmjs } from './movePmjs.ts';
import type { PmjLayer } from './pmjLayer.ts';
import type { PmjStart } from './startPmjs.ts';
import type { ActivationParameters, CalibrationSettings } from './twin.ts';
import { DEFAULT_VELOCITY, EARLIEST_PMJ_ms } from './twin.ts';

/** Where PMJs begin, and how far their times may be from it. */
export interface StartingPoint extends PmjStart {
  /** Standard deviation of the prior on times around the start's, ms; Infinity for none, absent for that of a physiological front */
  readonly timeSpread_ms?: number;
}

/** Order of the velocities among the parameters. */
const VELOCITIES = 4;

/** Spread of a PMJ's time around its start, ms: two thirds of the PMJs within 15 ms of a physiological front. Weak, by our choice. */
const TIME_SPREAD_ms = 15;
/** Lengths of a moderate step, which damping is measured in: a time, a place, a velocity (relative), a gain (relative). */
const MODERATE = { time_ms: 1, place_mm: 0.3, velocity: 0.006, gain: 1 } as const;
/** No step is longer. */
const CLIP = { time_ms: 5, place_mm: 5, velocity: 0.1 } as const;
/** A wave is never slower across the fibre than this share of its speed along it, nor faster than along it. */
const LEAST_ANISOTROPY = 0.15;

/**
 * The calibration's parameters as a vector: 4 numbers of each PMJ (time, x, y, z), the logarithms of four velocities, and the logarithm of the gain
 * (always there; held where the recording's gain counts). PMJs and velocities stand in the backend's order.
 */
export interface ParameterSpace {
  readonly pmjs: number;
  readonly start: StartingPoint;
  /** P⁻¹ of `dataSpaceStep` */
  readonly precision: Float64Array;
  /** S of `dataSpaceStep` */
  readonly scale: Float64Array;
}

export function openParameterSpace(
  start: StartingPoint,
  settings: CalibrationSettings,
  fitsGain: boolean,
): ParameterSpace {
  const timeSpread_ms = start.timeSpread_ms ?? TIME_SPREAD_ms;
  const pmjs = start.times_ms.length;
  const size = 4 * pmjs + VELOCITIES + 1;
  const precision = new Float64Array(size);
  const scale = new Float64Array(size);
  for (let pmj = 0; pmj < pmjs; pmj++) {
    precision[4 * pmj] = 1 / timeSpread_ms ** 2;
    scale[4 * pmj] = MODERATE.time_ms ** 2;
    scale.fill(MODERATE.place_mm ** 2, 4 * pmj + 1, 4 * pmj + 4);
  }
  if (settings.velocitySpread > 0) {
    precision.fill(1 / settings.velocitySpread ** 2, 4 * pmjs, 4 * pmjs + VELOCITIES);
    scale.fill(MODERATE.velocity ** 2, 4 * pmjs, 4 * pmjs + VELOCITIES);
  }
  if (fitsGain) scale[size - 1] = MODERATE.gain ** 2;
  return { pmjs, start, precision, scale };
}

/** S with velocities held: the ECG's course is PMJs' to explain first (`docs/decisions/0022-priors-of-pmjs.md`). */
export function withoutVelocities({ pmjs, scale }: ParameterSpace): Float64Array {
  return scale.slice().fill(0, 4 * pmjs, 4 * pmjs + VELOCITIES);
}

/** Where a calibration starts. */
export function startParameters(start: PmjStart): ActivationParameters {
  return {
    pmjPositions: start.positions,
    pmjTimes_ms: start.times_ms,
    lv: DEFAULT_VELOCITY,
    rv: DEFAULT_VELOCITY,
  };
}

/** lv.fibre, lv.transverse, rv.fibre, rv.transverse; mm/ms, [4] */
export const velocityVector = ({ lv, rv }: Pick<ActivationParameters, 'lv' | 'rv'>): number[] => [
  lv.fibre_mm_ms,
  lv.transverse_mm_ms,
  rv.fibre_mm_ms,
  rv.transverse_mm_ms,
];

/** @param velocities as `velocityVector` gives them */
export function velocitiesOf(velocities: readonly number[]): Pick<ActivationParameters, 'lv' | 'rv'> {
  const [lvFibre, lvTransverse, rvFibre, rvTransverse] = velocities as [number, number, number, number];
  return {
    lv: { fibre_mm_ms: lvFibre, transverse_mm_ms: lvTransverse },
    rv: { fibre_mm_ms: rvFibre, transverse_mm_ms: rvTransverse },
  };
}

/** Parameters minus the middle of their prior; 0 where there is none. */
export function priorOffset(space: ParameterSpace, parameters: ActivationParameters): Float64Array {
  const offset = new Float64Array(space.scale.length);
  for (let pmj = 0; pmj < space.pmjs; pmj++) {
    offset[4 * pmj] = parameters.pmjTimes_ms[pmj] - space.start.times_ms[pmj];
  }
  const middle = velocityVector({ lv: DEFAULT_VELOCITY, rv: DEFAULT_VELOCITY });
  for (const [at, velocity] of velocityVector(parameters).entries()) {
    offset[4 * space.pmjs + at] = Math.log(velocity / middle[at]);
  }
  return offset;
}

/** From one set of parameters to another, in the order and units of the parameter space without its gain, [4·pmjs + 4]. */
export function displacement(from: ActivationParameters, to: ActivationParameters): Float64Array {
  const pmjs = from.pmjTimes_ms.length;
  const out = new Float64Array(4 * pmjs + VELOCITIES);
  for (let pmj = 0; pmj < pmjs; pmj++) {
    out[4 * pmj] = to.pmjTimes_ms[pmj] - from.pmjTimes_ms[pmj];
    for (let axis = 0; axis < 3; axis++) {
      out[4 * pmj + 1 + axis] = to.pmjPositions[3 * pmj + axis] - from.pmjPositions[3 * pmj + axis];
    }
  }
  const before = velocityVector(from);
  for (const [at, velocity] of velocityVector(to).entries()) out[4 * pmjs + at] = Math.log(velocity / before[at]);
  return out;
}

/**
 * Units in which first-order methods step: 1 ms, 1 mm (Grandits et al. 2025) and a moderate step of a velocity; 0 for what is held and for the gain,
 * which is never stepped.
 *
 * @param scale  S of `dataSpaceStep`
 */
export function firstOrderUnits({ pmjs }: ParameterSpace, scale: Float64Array): Float64Array {
  return scale.map((square, at) => (at < 4 * pmjs ? 1 : at < 4 * pmjs + VELOCITIES ? Math.sqrt(square) : 0));
}

/** Σ precision · offset²: what the priors add to the loss. */
export function priorLoss(space: ParameterSpace, parameters: ActivationParameters): number {
  const offset = priorOffset(space, parameters);
  let sum = 0;
  for (let at = 0; at < offset.length; at++) sum += space.precision[at] * offset[at] * offset[at];
  return sum;
}

/**
 * Parameters after a step: clipped at 5 ms, 5 mm and 10 % of a velocity, times kept at or after `EARLIEST_PMJ_ms`, PMJs inside the layer, velocities faster along than across.
 *
 * @param step  [parameters]
 */
export function applyStep(
  space: ParameterSpace,
  layer: PmjLayer,
  parameters: ActivationParameters,
  step: Float64Array,
): ActivationParameters {
  const moves = new Float64Array(3 * space.pmjs);
  const pmjTimes_ms = new Float64Array(space.pmjs);
  for (let pmj = 0; pmj < space.pmjs; pmj++) {
    const time = clip(step[4 * pmj], CLIP.time_ms);
    pmjTimes_ms[pmj] = Math.max(EARLIEST_PMJ_ms, parameters.pmjTimes_ms[pmj] + time);
    for (let axis = 0; axis < 3; axis++) moves[3 * pmj + axis] = clip(step[4 * pmj + 1 + axis], CLIP.place_mm);
  }
  const velocities = velocityVector(parameters).map(
    (velocity, at) => velocity * Math.exp(clip(step[4 * space.pmjs + at], CLIP.velocity)),
  );
  for (const fibre of [0, 2]) {
    velocities[fibre + 1] = Math.min(
      Math.max(velocities[fibre + 1], LEAST_ANISOTROPY * velocities[fibre]),
      velocities[fibre],
    );
  }
  return { pmjPositions: movePmjs(layer, parameters.pmjPositions, moves), pmjTimes_ms, ...velocitiesOf(velocities) };
}

const clip = (value: number, most: number): number => Math.min(Math.max(value, -most), most);
