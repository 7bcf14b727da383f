import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { quantile } from '../statistics/bootstrap.ts';
import { EMULATOR_INPUTS, fromScale, toScale } from './inputs.ts';

/** How inputs are standardised: `z = (s(x) − mean)/sd`, s a logarithm where the input's scale is one. */
export interface InputScaling {
  /** [inputs] */
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

/** What was learned from, and how far from it an answer is still given. */
export interface Known {
  /** Least and largest value of each input, in its own unit, [inputs] */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Covariance of the standardised anatomy inputs of the training hearts, [anatomy, anatomy] */
  readonly covariance: Float64Array;
  /** Its inverse */
  readonly precision: Float64Array;
  /** Largest Mahalanobis distance that is answered */
  readonly limit: number;
}

/** Added to the covariance's diagonal, in squares of a standard deviation: what is never told apart in the cohort may still differ this much. Ours. */
const RIDGE = 0.01;
/** Of the distances of hearts that were not learned from. */
const LIMIT_QUANTILE = 0.99;

/** Means and deviations of rows. @param inputs  [rows, inputs] */
export function scalingOf(inputs: Float64Array): InputScaling {
  const width = EMULATOR_INPUTS.length;
  const rows = inputs.length / width;
  const mean = new Float64Array(width);
  const sd = new Float64Array(width);
  for (let at = 0; at < width; at++) {
    const { scale } = EMULATOR_INPUTS[at];
    for (let row = 0; row < rows; row++) mean[at] += toScale(scale, inputs[row * width + at]) / rows;
    let squares = 0;
    for (let row = 0; row < rows; row++) squares += (toScale(scale, inputs[row * width + at]) - mean[at]) ** 2 / rows;
    // An input that never changed says nothing; its box holds it.
    sd[at] = squares > 1e-12 ? Math.sqrt(squares) : 1;
  }
  return { mean, sd };
}

/** Standardised inputs, [rows, inputs]. */
export function standardise({ mean, sd }: InputScaling, inputs: Float64Array): Float64Array {
  const width = mean.length;
  return inputs.map((value, at) => {
    const input = at % width;
    return (toScale(EMULATOR_INPUTS[input].scale, value) - mean[input]) / sd[input];
  });
}

/** One standardised value in the input's own unit. */
export const unstandardise = ({ mean, sd }: InputScaling, input: number, z: number): number =>
  fromScale(EMULATOR_INPUTS[input].scale, mean[input] + sd[input] * z);

/**
 * Learns where hearts lie: the box of all inputs of the design, and the Mahalanobis distance `√(zᵀ C⁻¹ z)` of anatomies to the training hearts, up to
 * the one below which 99 % of the hearts not learned from lie.
 *
 * @param learned  standardised inputs of the training rows, [rows, inputs]
 * @param heldOut  of the others
 * @param all  every row in own units
 */
export function learnWhatIsKnown(
  learned: Float64Array,
  heldOut: Float64Array,
  all: Float64Array,
  anatomy: number,
): Known {
  const width = EMULATOR_INPUTS.length;
  const rows = learned.length / width;
  const covariance = new Float64Array(anatomy * anatomy);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < anatomy; i++) {
      for (let j = 0; j < anatomy; j++)
        covariance[i * anatomy + j] += (learned[row * width + i] * learned[row * width + j]) / rows;
    }
  }
  for (let i = 0; i < anatomy; i++) covariance[i * anatomy + i] += RIDGE;
  const precision = inverseOf(covariance, anatomy);
  const low = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0; at < all.length; at++) {
    low[at % width] = Math.min(low[at % width], all[at]);
    high[at % width] = Math.max(high[at % width], all[at]);
  }
  const distances = Float64Array.from({ length: heldOut.length / width }, (_, row) =>
    distanceOf(precision, anatomy, heldOut.subarray(row * width, row * width + anatomy)),
  ).sort();
  return { low, high, covariance, precision, limit: quantile(distances, LIMIT_QUANTILE) };
}

/** Inverse of a symmetric positive definite matrix, by its eigenvectors. */
function inverseOf(matrix: Float64Array, size: number): Float64Array {
  const rows = Array.from({ length: size }, (_, row) => [...matrix.subarray(row * size, (row + 1) * size)]);
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(new Matrix(rows), {
    assumeSymmetric: true,
  });
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    return values.reduce((sum, value, k) => sum + (vectors.get(i, k) * vectors.get(j, k)) / value, 0);
  });
}

/** √(zᵀ P z). @param z  [size] */
export function distanceOf(precision: Float64Array, size: number, z: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) sum += z[i] * precision[i * size + j] * z[j];
  return Math.sqrt(Math.max(0, sum));
}

/** Why a row is not answered. */
export interface Refusal {
  /** Name of the input that is to blame, or first to blame */
  readonly input: string;
  readonly sentence: string;
}

/** Slack of the box against rounding, by the value. */
const ROUNDING = 1e-9;

/**
 * Says why a row lies outside what was learned; undefined where it does not.
 *
 * @param row  in own units, [inputs]
 * @param z  the same, standardised
 */
export function refusalOf(
  known: Known,
  scaling: InputScaling,
  row: Float64Array,
  z: Float64Array,
): Refusal | undefined {
  for (const [at, { name, unit }] of EMULATOR_INPUTS.entries()) {
    const value = row[at];
    const slack = ROUNDING * Math.abs(value);
    if (value >= known.low[at] - slack && value <= known.high[at] + slack) continue;
    const found = Number.isFinite(value) ? `${told(value)}${unitOf(unit)}` : 'no number';
    const range = `${told(known.low[at])} to ${told(known.high[at])}${unitOf(unit)}`;
    return {
      input: name,
      sentence: `${name}: found ${found}, learned from ${range}; beyond that the emulator does not answer`,
    };
  }
  const size = Math.sqrt(known.precision.length);
  const distance = distanceOf(known.precision, size, z);
  if (distance <= known.limit) return undefined;
  const { input, expected } = oddest(known.precision, size, z);
  const { name, unit } = EMULATOR_INPUTS[input];
  return {
    input: name,
    sentence: `${name}: found ${told(row[input])}${unitOf(unit)} in a heart whose other measures go with ${told(unstandardise(scaling, input, expected))}${unitOf(unit)}; together they lie ${distance.toFixed(1)} from the hearts learned from, and answers end at ${known.limit.toFixed(1)}`,
  };
}

/** The input that departs most from what the others let expect, `E[z_i | rest] = z_i − (P z)_i/P_ii`, in its own conditional deviations. */
function oddest(
  precision: Float64Array,
  size: number,
  z: Float64Array,
): { readonly input: number; readonly expected: number } {
  let input = 0;
  let most = -1;
  let expected = 0;
  for (let i = 0; i < size; i++) {
    let pull = 0;
    for (let j = 0; j < size; j++) pull += precision[i * size + j] * z[j];
    const apart = Math.abs(pull) / Math.sqrt(precision[i * size + i]);
    if (apart <= most) continue;
    most = apart;
    input = i;
    expected = z[i] - pull / precision[i * size + i];
  }
  return { input, expected };
}

const told = (value: number): string => String(Number(value.toPrecision(4)));
const unitOf = (unit: string): string => (unit === '1' ? '' : ` ${unit}`);
