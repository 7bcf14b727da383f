import { Matrix, QrDecomposition } from 'ml-matrix';
import { studentQuantile, studentTwoSided } from './distributions.ts';

/** One column of a design. */
export interface Term {
  readonly name: string;
  /** [rows] */
  readonly values: ArrayLike<number>;
}

/** How standard errors are found: `classical` when all residuals have one variance, `HC3` when they need not. */
export type Covariance = 'classical' | 'HC3';

/** One coefficient and what is known about it. */
export interface Coefficient {
  readonly term: string;
  readonly estimate: number;
  readonly std_error: number;
  readonly t: number;
  readonly p_value: number;
  readonly low: number;
  readonly high: number;
}

/** A fitted linear model. */
export interface LinearFit {
  readonly covariance: Covariance;
  readonly n: number;
  readonly degreesOfFreedom: number;
  readonly rSquared: number;
  /** Standard deviation of the residuals, in the outcome's unit. */
  readonly sigma: number;
  /** `const` first, then the terms in their order. */
  readonly coefficients: readonly Coefficient[];
}

/** Why there is no number: a sentence for the reader of the report. */
export interface Undetermined {
  readonly undetermined: string;
}

/** Whether an answer is a sentence instead of a number. */
export const isUndetermined = (answer: object): answer is Undetermined => 'undetermined' in answer;

/** Diagonal of R below this share of its largest entry, columns scaled to unit length: the design has lost a rank. */
const RANK_TOLERANCE = 1e-9;

/**
 * Ordinary least squares with an intercept, by QR.
 *
 *     β = (XᵀX)⁻¹Xᵀy,   classical: V = s²(XᵀX)⁻¹,   HC3: V = (XᵀX)⁻¹ Xᵀ diag(e²/(1−h)²) X (XᵀX)⁻¹
 *
 * HC3: MacKinnon & White, J Econometrics 29:305–325, 1985; recommended for small samples by Long & Ervin, Am Stat 54:217–224, 2000.
 * Rows must be complete: the caller drops missing ones and says how many.
 *
 * @param level  of the intervals, 0.95 for 95 %
 */
export function fitLeastSquares(
  outcome: ArrayLike<number>,
  terms: readonly Term[],
  { covariance = 'HC3', level = 0.95 }: { readonly covariance?: Covariance; readonly level?: number } = {},
): LinearFit | Undetermined {
  const n = outcome.length;
  const width = terms.length + 1;
  const degreesOfFreedom = n - width;
  if (degreesOfFreedom < 1) {
    return { undetermined: `${n} complete rows are too few for a model of ${width} coefficients` };
  }
  const design = designMatrix(terms, n);
  const lengths = columnLengths(design);
  const constant = terms.find((_, index) => (lengths[index + 1] ?? 0) === 0);
  if (constant) return { undetermined: `${constant.name} is zero in all ${n} rows, so that its effect cannot be seen` };
  const scaled = design.clone();
  scaled.divRowVector(lengths);
  const qr = new QrDecomposition(scaled);
  const upper = qr.upperTriangularMatrix;
  if (smallestPivot(upper) < RANK_TOLERANCE) {
    return {
      undetermined: `${terms.map(({ name }) => name).join(', ')} cannot be told apart in these ${n} rows (one follows from the others or never varies)`,
    };
  }
  const q = qr.orthogonalMatrix;
  const rInverse = invertUpper(upper);
  const y = Matrix.columnVector(Array.from(outcome));
  const scaledBeta = rInverse.mmul(q.transpose().mmul(y));
  const fitted = scaled.mmul(scaledBeta);
  const residuals = Matrix.sub(y, fitted).to1DArray();
  const residualSum = sumOfSquares(residuals, 0);
  const s2 = residualSum / degreesOfFreedom;
  const variances = covariance === 'classical' ? classical(rInverse, s2) : hc3(q, rInverse, residuals);
  if (variances.some((value) => !Number.isFinite(value))) {
    return { undetermined: `one of the ${n} rows alone decides a coefficient, so that HC3 has no standard error` };
  }
  const quantile = studentQuantile(1 - (1 - level) / 2, degreesOfFreedom);
  const coefficients = ['const', ...terms.map(({ name }) => name)].map((term, column) => {
    const scale = lengths[column] ?? 1;
    const estimate = scaledBeta.get(column, 0) / scale;
    const std_error = Math.sqrt(variances[column] ?? Number.NaN) / scale;
    const t = estimate / std_error;
    const half = quantile * std_error;
    const p_value = studentTwoSided(t, degreesOfFreedom);
    return { term, estimate, std_error, t, p_value, low: estimate - half, high: estimate + half };
  });
  const total = sumOfSquares(outcome, mean(outcome));
  return {
    covariance,
    n,
    degreesOfFreedom,
    rSquared: total > 0 ? 1 - residualSum / total : Number.NaN,
    sigma: Math.sqrt(s2),
    coefficients,
  };
}

/** The coefficient of one term. @throws RangeError when the model has no such term */
export function coefficientOf(fit: LinearFit, term: string): Coefficient {
  const found = fit.coefficients.find((coefficient) => coefficient.term === term);
  if (!found) throw new RangeError(`the model has ${fit.coefficients.map((c) => c.term).join(', ')}, and no ${term}`);
  return found;
}

function designMatrix(terms: readonly Term[], n: number): Matrix {
  const design = Matrix.ones(n, terms.length + 1);
  for (const [index, { values }] of terms.entries())
    for (let row = 0; row < n; row++) design.set(row, index + 1, values[row] ?? Number.NaN);
  return design;
}

function columnLengths(design: Matrix): number[] {
  return Array.from({ length: design.columns }, (_, column) => Math.sqrt(sumOfSquares(design.getColumn(column), 0)));
}

function smallestPivot(upper: Matrix): number {
  const pivots = upper.diagonal().map(Math.abs);
  return Math.min(...pivots) / Math.max(...pivots);
}

function invertUpper(upper: Matrix): Matrix {
  const size = upper.rows;
  const inverse = Matrix.zeros(size, size);
  for (let column = 0; column < size; column++)
    for (let row = column; row >= 0; row--) {
      let sum = row === column ? 1 : 0;
      for (let k = row + 1; k <= column; k++) sum -= upper.get(row, k) * inverse.get(k, column);
      inverse.set(row, column, sum / upper.get(row, row));
    }
  return inverse;
}

function classical(rInverse: Matrix, s2: number): number[] {
  return rInverse.to2DArray().map((row) => s2 * sumOfSquares(row, 0));
}

/** Diagonal of R⁻¹ Qᵀ diag(w) Q R⁻ᵀ with w = (e / (1 − h))². */
function hc3(q: Matrix, rInverse: Matrix, residuals: readonly number[]): number[] {
  const influence = q.mmul(rInverse.transpose());
  const variances = new Array<number>(q.columns).fill(0);
  for (let row = 0; row < q.rows; row++) {
    const leverage = sumOfSquares(q.getRow(row), 0);
    const weight = leverage > 1 - 1e-12 ? Number.NaN : ((residuals[row] ?? 0) / (1 - leverage)) ** 2;
    for (let column = 0; column < q.columns; column++) {
      variances[column] = (variances[column] ?? 0) + weight * influence.get(row, column) ** 2;
    }
  }
  return variances;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row] ?? 0;
  return sum / values.length;
}

function sumOfSquares(values: ArrayLike<number>, centre: number): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += ((values[row] ?? 0) - centre) ** 2;
  return sum;
}
