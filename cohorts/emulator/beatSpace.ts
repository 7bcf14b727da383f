import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { openRandom } from '../../twin/random.ts';

/** The space of a cohort's beats: a mean beat and the directions in which beats differ most. */
export interface BeatSpace {
  /** mV, [width] */
  readonly mean: Float64Array;
  /** Orthonormal, [components, width] */
  readonly components: Float64Array;
  /** Standard deviation of the training beats along each, mV, falling, [components] */
  readonly spread: Float64Array;
}

/** Further columns that the iteration carries, and how often it turns; singular values beyond the wanted ones then matter no more. Ours. */
const SPARE = 8;
const TURNS = 12;

/**
 * Principal components of beats by subspace iteration, `Q ← orth(Xᵀ X Q)`, from a seeded start; the last turn rotates Q to the eigenvectors of `Qᵀ Xᵀ X Q`. Signs are
 * such that each component's largest entry is positive.
 *
 * @param beats  [rows, width]
 */
export function findBeatSpace(beats: Float32Array, width: number, components: number, seed: number): BeatSpace {
  const rows = beats.length / width;
  const mean = new Float64Array(width);
  for (let at = 0; at < beats.length; at++) mean[at % width] += beats[at] / rows;
  const wanted = Math.min(components, rows - 1, width);
  const size = Math.min(wanted + SPARE, rows, width);
  const random = openRandom(seed, 'beat space');
  let q: Float64Array[] = Array.from({ length: size }, () =>
    Float64Array.from({ length: width }, () => random.normal()),
  );
  orthonormalise(q);
  let scores = scoresOf(beats, mean, q);
  for (let turn = 0; turn < TURNS; turn++) {
    q = scores.map((column) => pullBack(beats, mean, column));
    orthonormalise(q);
    scores = scoresOf(beats, mean, q);
  }
  const gram = scores.map((one) => scores.map((other) => dot(one, other) / rows));
  const eigen = new EigenvalueDecomposition(new Matrix(gram), { assumeSymmetric: true });
  const values = eigen.realEigenvalues;
  const order = values.map((_, at) => at).sort((one, other) => values[other] - values[one] || one - other);
  const out = new Float64Array(wanted * width);
  for (let component = 0; component < wanted; component++) {
    const target = out.subarray(component * width, (component + 1) * width);
    for (let of = 0; of < size; of++) {
      const share = eigen.eigenvectorMatrix.get(of, order[component]);
      for (let at = 0; at < width; at++) target[at] += share * q[of][at];
    }
    let largest = 0;
    for (const value of target) if (Math.abs(value) > Math.abs(largest)) largest = value;
    if (largest < 0) for (let at = 0; at < width; at++) target[at] = -target[at];
  }
  const spread = Float64Array.from({ length: wanted }, (_, at) => Math.sqrt(Math.max(0, values[order[at]])));
  return { mean, components: out, spread };
}

/** Coordinates of beats in the space, mV, [rows, components]. */
export function encodeBeats({ mean, components, spread }: BeatSpace, beats: Float32Array): Float64Array {
  const width = mean.length;
  const rows = beats.length / width;
  const out = new Float64Array(rows * spread.length);
  for (let row = 0; row < rows; row++) {
    for (let component = 0; component < spread.length; component++) {
      let sum = 0;
      for (let at = 0; at < width; at++)
        sum += (beats[row * width + at] - mean[at]) * components[component * width + at];
      out[row * spread.length + component] = sum;
    }
  }
  return out;
}

/** The beat at coordinates of the space, mV, [width]. */
export function decodeBeat({ mean, components, spread }: BeatSpace, coordinates: ArrayLike<number>): Float64Array {
  const width = mean.length;
  const out = mean.slice();
  for (let component = 0; component < spread.length; component++) {
    for (let at = 0; at < width; at++) out[at] += coordinates[component] * components[component * width + at];
  }
  return out;
}

function scoresOf(beats: Float32Array, mean: Float64Array, q: readonly Float64Array[]): Float64Array[] {
  const width = mean.length;
  const rows = beats.length / width;
  return q.map((column) => {
    const offset = dot(mean, column);
    const out = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      let sum = -offset;
      const start = row * width;
      for (let at = 0; at < width; at++) sum += beats[start + at] * column[at];
      out[row] = sum;
    }
    return out;
  });
}

function pullBack(beats: Float32Array, mean: Float64Array, scores: Float64Array): Float64Array {
  const width = mean.length;
  const out = new Float64Array(width);
  let total = 0;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row];
    total += score;
    const start = row * width;
    for (let at = 0; at < width; at++) out[at] += score * beats[start + at];
  }
  for (let at = 0; at < width; at++) out[at] -= total * mean[at];
  return out;
}

/** Gram–Schmidt, twice, in place; a column that lies in those before it becomes zero. */
function orthonormalise(columns: readonly Float64Array[]): void {
  for (const [index, column] of columns.entries()) {
    const before = Math.sqrt(dot(column, column));
    for (let time = 0; time < 2; time++) {
      for (const other of columns.slice(0, index)) {
        const along = dot(column, other);
        for (let at = 0; at < column.length; at++) column[at] -= along * other[at];
      }
    }
    const length = Math.sqrt(dot(column, column));
    const scale = length > 1e-12 * before ? 1 / length : 0;
    for (let at = 0; at < column.length; at++) column[at] *= scale;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}
