import { velocityVector } from '../calibrate/parameters.ts';
import type { Member } from './ensemble.ts';

/** Names of the four velocities, in the order of `velocityVector`. */
export const VELOCITY_NAMES = ['lvFibre', 'lvTransverse', 'rvFibre', 'rvTransverse'] as const;

/** A member whose ECG correlates less with the recording does not explain it: it ended in a wrong valley. */
const EXPLAINS = 0.98;
/** At least this share of the members counts, the best ones, where few explain the recording. */
const LEAST_SHARE = 0.5;

/** Members that explain the recording, in their order; the better half where fewer do. */
export function explainingMembers(members: readonly Member[]): Member[] {
  const least = Math.ceil(LEAST_SHARE * members.length);
  const kept = members.filter(({ correlation }) => correlation >= EXPLAINS);
  if (kept.length >= least) return kept;
  const best = new Set([...members].sort((a, b) => b.correlation - a.correlation || a.seed - b.seed).slice(0, least));
  return members.filter((member) => best.has(member));
}

/** Mean and standard deviation of each entry over several rows; the deviation is NaN for a single row. */
export interface Spread {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

/** @param rows of equal length */
export function spreadOf(rows: readonly ArrayLike<number>[]): Spread {
  const length = rows[0]?.length ?? 0;
  const mean = new Float64Array(length);
  const sd = new Float64Array(length);
  for (const row of rows) for (let at = 0; at < length; at++) mean[at] += row[at] / rows.length;
  for (const row of rows) for (let at = 0; at < length; at++) sd[at] += (row[at] - mean[at]) ** 2;
  for (let at = 0; at < length; at++) sd[at] = Math.sqrt(sd[at] / (rows.length - 1));
  return { mean, sd };
}

/** Mean and spread of the activation over members, ms, [nodes] each. */
export const activationSpread = (members: readonly Member[]): Spread =>
  spreadOf(members.map(({ activation_ms }) => activation_ms));

/** One number of a twin before and after its ECG was seen. */
export interface Contraction {
  readonly mean: number;
  readonly sd: number;
  /** Spread of the posterior by that of the prior: 1 where the ECG says nothing, 0 where it says all */
  readonly contraction: number;
}

/** What the ECG says of each velocity, in logarithms: sd is relative. @param velocitySpread of the prior; 0 held them */
export function velocityContraction(members: readonly Member[], velocitySpread: number): readonly Contraction[] {
  const { mean, sd } = spreadOf(members.map(({ parameters }) => velocityVector(parameters).map(Math.log)));
  return VELOCITY_NAMES.map((_, at) => ({
    mean: Math.exp(mean[at] as number),
    sd: sd[at] as number,
    contraction: (sd[at] as number) / velocitySpread,
  }));
}

/**
 * What the ECG says of activation at each node: spread of fitted members by that of fronts as drawn, [nodes].
 *
 * @param prior members drawn and not fitted (`of: 'prior'`)
 */
export function activationContraction(members: readonly Member[], prior: readonly Member[]): Float64Array {
  const before = activationSpread(prior).sd;
  return activationSpread(members).sd.map((sd, node) => sd / (before[node] as number));
}

/** First to last activated node of one map, ms. */
export function totalActivation(activation_ms: Float64Array): number {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of activation_ms) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return last - first;
}

/** How a map and its spread stand to a known truth. */
export interface Calibration {
  /** ms, over all nodes that have a time in both */
  readonly rmse_ms: number;
  readonly bias_ms: number;
  /** Root of the mean squared spread, ms */
  readonly sd_ms: number;
  /** Share of nodes whose error is at most two standard deviations: 0.95 where the spread is honest */
  readonly within2Sd: number;
  /** RMSE by spread: 1 where it is honest, above where it is overconfident */
  readonly ratio: number;
}

export function calibrationOf({ mean, sd }: Spread, truth_ms: Float64Array): Calibration {
  let count = 0;
  let sum = 0;
  let squares = 0;
  let variance = 0;
  let within = 0;
  for (let node = 0; node < truth_ms.length; node++) {
    const error = mean[node] - truth_ms[node];
    if (!Number.isFinite(error)) continue;
    count++;
    sum += error;
    squares += error * error;
    variance += sd[node] ** 2;
    if (Math.abs(error) <= 2 * sd[node]) within++;
  }
  const rmse_ms = Math.sqrt(squares / count);
  const sd_ms = Math.sqrt(variance / count);
  return { rmse_ms, bias_ms: sum / count, sd_ms, within2Sd: within / count, ratio: rmse_ms / sd_ms };
}
