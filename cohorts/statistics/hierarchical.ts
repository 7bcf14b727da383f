import { studentQuantile, studentTwoSided } from './distributions.ts';
import type { Coefficient, Term, Undetermined } from './leastSquares.ts';
import { solveNormalEquations } from './moments.ts';

/** What one subject's data say of a number, prior taken out: N(mean, sd²). */
export interface Likelihood {
  readonly mean: number;
  readonly sd: number;
}

/**
 * The likelihood behind a Gaussian posterior, given its prior:
 *
 *     1/s² = 1/sd_post² − 1/sd_prior²,   mean = (m_post/sd_post² − m_prior/sd_prior²) · s²
 *
 * @returns undefined where the posterior is no narrower than the prior: the data said nothing
 */
export function takePriorOut(posterior: Likelihood, prior: Likelihood): Likelihood | undefined {
  const precision = 1 / posterior.sd ** 2 - 1 / prior.sd ** 2;
  if (!(precision > 0) || !Number.isFinite(precision)) return undefined;
  const mean = (posterior.mean / posterior.sd ** 2 - prior.mean / prior.sd ** 2) / precision;
  return { mean, sd: 1 / Math.sqrt(precision) };
}

/** A fitted random-effects regression. */
export interface RandomEffects {
  readonly n: number;
  readonly degreesOfFreedom: number;
  /** Standard deviation of the true values about the line, τ */
  readonly tau: number;
  /** Share of the spread about the line that is between subjects and not within one's likelihood, τ²/(τ² + typical s²) */
  readonly reliability: number;
  /** `const` first, then the terms in their order */
  readonly coefficients: readonly Coefficient[];
}

/** Halvings of the bracket of τ²; the bracket shrinks by 2⁻⁶⁰. */
const HALVINGS = 60;
/** Doublings of the upper end of the bracket before it is given up. */
const DOUBLINGS = 60;

/**
 * Random-effects regression of numbers that are each known up to a standard deviation of their own,
 *
 *     θ̂_i ~ N(x_iᵀβ, τ² + s_i²),   w_i = 1/(τ² + s_i²),   β = (XᵀWX)⁻¹ XᵀWθ̂
 *
 * τ² by restricted maximum likelihood: the root of its score, `yᵀPPy − tr P` with P = W − WX(XᵀWX)⁻¹XᵀW, or 0 where the score is negative there. The intervals
 * are those of Knapp & Hartung (Stat Med 22:2693–2710, 2003):
 *
 *     V(β) = q (XᵀWX)⁻¹,   q = Σ w_i (θ̂_i − x_iᵀβ)²/(n − k),   t with n − k degrees of freedom
 *
 * @param sds  s_i, [rows]
 */
export function fitRandomEffects(
  means: ArrayLike<number>,
  sds: ArrayLike<number>,
  terms: readonly Term[],
  level = 0.95,
): RandomEffects | Undetermined {
  const n = means.length;
  const width = terms.length + 1;
  const degreesOfFreedom = n - width;
  if (degreesOfFreedom < 1) return { undetermined: `${n} rows are too few for a model of ${width} coefficients` };
  const rows: Rows = {
    y: Float64Array.from(means),
    variances: Float64Array.from(sds, (sd) => sd * sd),
    columns: [new Float64Array(n).fill(1), ...terms.map(({ values }) => Float64Array.from(values))],
  };
  const start = fitAt(rows, 0);
  if (start === undefined) {
    return { undetermined: `${terms.map(({ name }) => name).join(', ')} cannot be told apart in these ${n} rows` };
  }
  const tau2 = start.score > 0 ? rootOfScore(rows) : 0;
  const fit = tau2 === undefined ? undefined : fitAt(rows, tau2);
  if (fit === undefined || tau2 === undefined) {
    return { undetermined: 'the spread between subjects has no most likely value' };
  }
  const q = fit.weightedSquares / degreesOfFreedom;
  const quantile = studentQuantile(1 - (1 - level) / 2, degreesOfFreedom);
  const coefficients = ['const', ...terms.map(({ name }) => name)].map((term, at): Coefficient => {
    const estimate = fit.beta[at] ?? Number.NaN;
    const std_error = Math.sqrt(q * (fit.inverse[at * width + at] ?? Number.NaN));
    const half = quantile * std_error;
    const t = estimate / std_error;
    return {
      term,
      estimate,
      std_error,
      t,
      p_value: studentTwoSided(t, degreesOfFreedom),
      low: estimate - half,
      high: estimate + half,
    };
  });
  const typical = typicalVariance(rows);
  return { n, degreesOfFreedom, tau: Math.sqrt(tau2), reliability: tau2 / (tau2 + typical), coefficients };
}

interface Rows {
  readonly y: Float64Array;
  /** s², [rows] */
  readonly variances: Float64Array;
  /** [k][rows] */
  readonly columns: readonly Float64Array[];
}

/** β, (XᵀWX)⁻¹, Σ w e² and twice the restricted likelihood's slope in τ², all at one τ². */
function fitAt({ y, variances, columns }: Rows, tau2: number) {
  const k = columns.length;
  const n = y.length;
  const normal = new Float64Array(k * k);
  const squared = new Float64Array(k * k); // XᵀW²X
  const right = new Float64Array(k);
  let traceOfWeights = 0;
  for (let row = 0; row < n; row++) {
    const w = 1 / (tau2 + (variances[row] ?? Number.NaN));
    traceOfWeights += w;
    for (let i = 0; i < k; i++) {
      const xi = columns[i]?.[row] ?? Number.NaN;
      right[i] = (right[i] ?? 0) + w * xi * (y[row] ?? Number.NaN);
      for (let j = 0; j < k; j++) {
        const product = w * xi * (columns[j]?.[row] ?? Number.NaN);
        normal[i * k + j] = (normal[i * k + j] ?? 0) + product;
        squared[i * k + j] = (squared[i * k + j] ?? 0) + w * product;
      }
    }
  }
  const beta = solveNormalEquations(normal, right);
  if (beta === undefined) return undefined;
  const inverse = new Float64Array(k * k);
  for (let column = 0; column < k; column++) {
    const unit = new Float64Array(k);
    unit[column] = 1;
    const solved = solveNormalEquations(normal, unit);
    for (let row = 0; row < k; row++) inverse[row * k + column] = solved?.[row] ?? Number.NaN;
  }
  let weightedSquares = 0;
  let squaredTwice = 0;
  for (let row = 0; row < n; row++) {
    const w = 1 / (tau2 + (variances[row] ?? Number.NaN));
    let e = y[row] ?? Number.NaN;
    for (let i = 0; i < k; i++) e -= (columns[i]?.[row] ?? Number.NaN) * (beta[i] ?? Number.NaN);
    weightedSquares += w * e * e;
    squaredTwice += (w * e) ** 2;
  }
  let trace = traceOfWeights;
  for (let at = 0; at < k * k; at++) trace -= (inverse[at] ?? 0) * (squared[at] ?? 0); // both symmetric: the trace of their product
  return { beta, inverse, weightedSquares, score: squaredTwice - trace };
}

/** τ² at which the score, positive at 0, turns negative, by bisection: it is found the same way on every machine. */
function rootOfScore(rows: Rows): number | undefined {
  const score = (tau2: number) => fitAt(rows, tau2)?.score ?? Number.NaN;
  let low = 0;
  let high = typicalVariance(rows);
  for (let doubling = 0; score(high) > 0; doubling++) {
    if (doubling === DOUBLINGS) return undefined;
    low = high;
    high *= 2;
  }
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (score(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Harmonic mean of the s²: those who are known well count. */
function typicalVariance({ variances }: Rows): number {
  let sum = 0;
  for (const variance of variances) sum += 1 / variance;
  return variances.length / sum;
}
