import { Matrix, QrDecomposition } from 'ml-matrix';
import { incompleteBeta, studentQuantile, studentTwoSided } from './distributions.ts';
import type { Coefficient, Term, Undetermined } from './leastSquares.ts';
import { solveNormalEquations } from './moments.ts';

/** A least-squares model with the whole covariance of its coefficients, for what is asked of several of them at once: curves, tests of a group of terms. */
export interface RobustModel {
  readonly n: number;
  readonly degreesOfFreedom: number;
  /** Names of the coefficients, `const` first */
  readonly terms: readonly string[];
  readonly estimates: Float64Array;
  /** HC3, symmetric, row-major, [terms²] */
  readonly covariance: Float64Array;
}

/** A number with its t interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly std_error: number;
}

/** Whether a group of coefficients is all zero. */
export interface WaldTest {
  readonly f: number;
  readonly degreesOfFreedom: readonly [number, number];
  readonly p_value: number;
}

/** Diagonal of R below this share of its largest entry, columns scaled to unit length: the design has lost a rank. */
const RANK_TOLERANCE = 1e-9;

/**
 * Least squares with an intercept, by QR, and the whole HC3 covariance of `fitLeastSquares`.
 *
 *     V = (XᵀX)⁻¹ Xᵀ diag(e²/(1−h)²) X (XᵀX)⁻¹
 *
 * @param terms  columns of the design after the constant; rows must be complete
 */
export function fitRobustModel(outcome: ArrayLike<number>, terms: readonly Term[]): RobustModel | Undetermined {
  const n = outcome.length;
  const width = terms.length + 1;
  if (n - width < 1) return { undetermined: `${n} complete rows are too few for a model of ${width} coefficients` };
  const columns = [new Float64Array(n).fill(1), ...terms.map(({ values }) => Float64Array.from(values))];
  const lengths = columns.map((column) => Math.sqrt(column.reduce((sum, value) => sum + value * value, 0)));
  const scaled = new Matrix(n, width);
  for (const [place, column] of columns.entries())
    for (let row = 0; row < n; row++) scaled.set(row, place, (column[row] ?? 0) / (lengths[place] || 1));
  const qr = new QrDecomposition(scaled);
  const upper = qr.upperTriangularMatrix;
  const pivots = upper.diagonal().map(Math.abs);
  if (!(Math.min(...pivots) > RANK_TOLERANCE * Math.max(...pivots))) {
    return {
      undetermined: `${terms.map(({ name }) => name).join(', ')} cannot be told apart in these ${n} rows (one follows from the others or never varies)`,
    };
  }
  const q = qr.orthogonalMatrix;
  const beta = backSubstitute(
    upper,
    q
      .transpose()
      .mmul(Matrix.columnVector(Array.from(outcome)))
      .to1DArray(),
  );
  const covariance = hc3(q, upper, scaled, beta, outcome);
  if (covariance === undefined) {
    return { undetermined: `one of the ${n} rows alone decides a coefficient, so that HC3 has no standard error` };
  }
  return {
    n,
    degreesOfFreedom: n - width,
    terms: ['const', ...terms.map(({ name }) => name)],
    estimates: Float64Array.from(beta, (value, place) => value / (lengths[place] ?? 1)),
    covariance: covariance.map(
      (value, at) => value / ((lengths[Math.floor(at / width)] ?? 1) * (lengths[at % width] ?? 1)),
    ),
  };
}

/** The sum Σ c_k β_k with its interval: a point of a curve, a difference of coefficients. */
export function combine(model: RobustModel, weights: ArrayLike<number>, level: number): Interval {
  const { estimates, covariance, degreesOfFreedom } = model;
  const width = estimates.length;
  let [estimate, variance] = [0, 0];
  for (let i = 0; i < width; i++) {
    estimate += (weights[i] ?? 0) * (estimates[i] ?? 0);
    for (let j = 0; j < width; j++) {
      variance += (weights[i] ?? 0) * (weights[j] ?? 0) * (covariance[i * width + j] ?? 0);
    }
  }
  const std_error = Math.sqrt(Math.max(0, variance));
  const half = studentQuantile(1 - (1 - level) / 2, degreesOfFreedom) * std_error;
  return { estimate, low: estimate - half, high: estimate + half, std_error };
}

/** One coefficient as `fitLeastSquares` gives it. @throws RangeError when the model has no such term */
export function robustCoefficient(model: RobustModel, term: string, level: number): Coefficient {
  const place = model.terms.indexOf(term);
  if (place < 0) throw new RangeError(`the model has ${model.terms.join(', ')}, and no ${term}`);
  const unit = Float64Array.from(model.terms, (_, at) => (at === place ? 1 : 0));
  const found = combine(model, unit, level);
  const t = found.estimate / found.std_error;
  return { term, ...found, t, p_value: studentTwoSided(t, model.degreesOfFreedom) };
}

/**
 * Wald's test that some coefficients are all zero, in its F form with the robust covariance.
 *
 *     F = β_Sᵀ V_SS⁻¹ β_S / q,   F ~ F(q, n − k)
 *
 * @param terms  names of the q coefficients
 */
export function waldTest(model: RobustModel, terms: readonly string[]): WaldTest | Undetermined {
  const places = terms.map((term) => model.terms.indexOf(term));
  if (places.some((place) => place < 0)) throw new RangeError(`the model lacks one of ${terms.join(', ')}`);
  const width = model.terms.length;
  const beta = places.map((place) => model.estimates[place] ?? 0);
  const scale = places.map((place) => Math.sqrt(model.covariance[place * width + place] ?? 0));
  const block = places.flatMap((i, row) =>
    places.map((j, column) => (model.covariance[i * width + j] ?? 0) / ((scale[row] ?? 1) * (scale[column] ?? 1))),
  );
  const standard = beta.map((value, at) => value / (scale[at] ?? 1));
  const solved = solveNormalEquations(block, standard);
  if (solved === undefined) return { undetermined: `the covariance of ${terms.join(', ')} has lost a rank` };
  const q = terms.length;
  const f = standard.reduce((sum, value, at) => sum + value * (solved[at] ?? 0), 0) / q;
  const rest = model.degreesOfFreedom;
  return { f, degreesOfFreedom: [q, rest], p_value: incompleteBeta(rest / (rest + q * f), rest / 2, q / 2) };
}

/** Covariance of the scaled coefficients: Σ w a aᵀ with a = R⁻¹ q and w = (e/(1−h))²; undefined where a row has leverage 1. */
function hc3(
  q: Matrix,
  upper: Matrix,
  scaled: Matrix,
  beta: readonly number[],
  outcome: ArrayLike<number>,
): Float64Array | undefined {
  const width = beta.length;
  const out = new Float64Array(width * width);
  for (let row = 0; row < q.rows; row++) {
    const direction = q.getRow(row);
    const leverage = direction.reduce((sum, value) => sum + value * value, 0);
    if (leverage > 1 - 1e-12) return undefined;
    let fitted = 0;
    for (let k = 0; k < width; k++) fitted += scaled.get(row, k) * (beta[k] ?? 0);
    const weight = (((outcome[row] ?? Number.NaN) - fitted) / (1 - leverage)) ** 2;
    const influence = backSubstitute(upper, direction);
    for (let i = 0; i < width; i++)
      for (let j = 0; j < width; j++) {
        out[i * width + j] = (out[i * width + j] ?? 0) + weight * (influence[i] ?? 0) * (influence[j] ?? 0);
      }
  }
  return out;
}

/** x of R x = b. */
function backSubstitute(upper: Matrix, b: readonly number[]): number[] {
  const x = [...b];
  for (let row = x.length - 1; row >= 0; row--) {
    let sum = x[row] ?? 0;
    for (let k = row + 1; k < x.length; k++) sum -= upper.get(row, k) * (x[k] ?? 0);
    x[row] = sum / upper.get(row, row);
  }
  return x;
}
