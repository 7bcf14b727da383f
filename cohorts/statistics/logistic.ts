import { normalCdf, normalQuantile } from './distributions.ts';
import type { Coefficient, Term, Undetermined } from './leastSquares.ts';
import { solveNormalEquations } from './moments.ts';

/** A fitted logistic regression. */
export interface LogisticFit {
  readonly n: number;
  /** Rows whose outcome is 1 */
  readonly events: number;
  readonly iterations: number;
  /** Log odds ratios, `const` first; `t` is Wald's z, intervals and p values are the normal distribution's */
  readonly coefficients: readonly Coefficient[];
  /** Fitted probabilities of a 1, [rows] */
  readonly probabilities: Float64Array;
}

const MAX_ITERATIONS = 50;
const CONVERGED = 1e-12;
/** A standardised term with a log odds ratio beyond this tells the outcomes apart completely: no finite answer exists. */
const SEPARATED = 20;

/**
 * Logistic regression by iteratively reweighted least squares, which is Newton's method on the likelihood (McCullagh & Nelder, Generalized Linear Models, 1989).
 *
 *     P(y = 1) = p = 1/(1 + exp(−xᵀβ)),   β ← β + (Xᵀ diag(p(1−p)) X)⁻¹ Xᵀ(y − p)
 *
 * @param outcome  0 or 1, [rows]
 * @param level    of the intervals, 0.95 for 95 %
 */
export function fitLogistic(
  outcome: ArrayLike<number>,
  terms: readonly Term[],
  level = 0.95,
): LogisticFit | Undetermined {
  const n = outcome.length;
  const events = Array.from(outcome).filter((value) => value === 1).length;
  if (events === 0 || events === n) return { undetermined: `all ${n} outcomes are the same` };
  const scaled = terms.map(({ values }) => standardise(Float64Array.from(values)));
  const flat = terms.find((_, at) => !((scaled[at]?.spread ?? 0) > 0));
  if (flat) return { undetermined: `${flat.name} never varies in these ${n} rows` };
  const columns = scaled.map(({ values }) => values);
  const width = terms.length + 1;
  const beta = new Float64Array(width);
  beta[0] = Math.log(events / (n - events));
  const probabilities = new Float64Array(n);
  const weights = new Float64Array(n);
  const information = new Float64Array(width * width);
  let iterations = 0;
  for (let change = Infinity; change > CONVERGED && iterations < MAX_ITERATIONS; iterations++) {
    predict(beta, columns, probabilities, weights);
    informationOf(columns, weights, information);
    const step = solveNormalEquations(information, scoreOf(outcome, probabilities, columns));
    if (step === undefined) {
      return {
        undetermined: `${terms.map(({ name }) => name).join(', ')} cannot be told apart in these ${n} rows, or tell the outcomes apart completely`,
      };
    }
    change = 0;
    for (let k = 0; k < width; k++) {
      beta[k] = (beta[k] ?? 0) + (step[k] ?? 0);
      change = Math.max(change, Math.abs(step[k] ?? 0));
    }
    const separating = terms.find((_, at) => Math.abs(beta[at + 1] ?? 0) > SEPARATED);
    if (separating) return { undetermined: `${separating.name} tells the outcomes apart completely` };
  }
  if (iterations === MAX_ITERATIONS) return { undetermined: `no answer after ${MAX_ITERATIONS} steps` };
  predict(beta, columns, probabilities, weights);
  informationOf(columns, weights, information);
  const coefficients = unscale(beta, information, scaled).map(({ estimate, std_error }, at) => {
    const half = normalQuantile(1 - (1 - level) / 2) * std_error;
    const t = estimate / std_error;
    const p_value = 2 * normalCdf(-Math.abs(t));
    const term = at === 0 ? 'const' : (terms[at - 1]?.name ?? '');
    return { term, estimate, std_error, t, p_value, low: estimate - half, high: estimate + half };
  });
  return { n, events, iterations, coefficients, probabilities };
}

function predict(
  beta: Float64Array,
  columns: readonly Float64Array[],
  probabilities: Float64Array,
  weights: Float64Array,
): void {
  for (let row = 0; row < probabilities.length; row++) {
    let eta = beta[0] ?? 0;
    for (const [at, column] of columns.entries()) eta += (beta[at + 1] ?? 0) * (column[row] ?? 0);
    const p = 1 / (1 + Math.exp(-eta));
    probabilities[row] = p;
    weights[row] = p * (1 - p);
  }
}

/** Xᵀ diag(w) X with a constant in front. */
function informationOf(columns: readonly Float64Array[], weights: Float64Array, out: Float64Array): void {
  const width = columns.length + 1;
  const x = new Float64Array(width).fill(1);
  out.fill(0);
  for (let row = 0; row < weights.length; row++) {
    for (let k = 1; k < width; k++) x[k] = columns[k - 1]?.[row] ?? Number.NaN;
    for (let i = 0; i < width; i++) {
      const scaled = (weights[row] ?? 0) * (x[i] ?? 0);
      for (let j = 0; j < width; j++) out[i * width + j] = (out[i * width + j] ?? 0) + scaled * (x[j] ?? 0);
    }
  }
}

/** Xᵀ(y − p). */
function scoreOf(
  outcome: ArrayLike<number>,
  probabilities: Float64Array,
  columns: readonly Float64Array[],
): Float64Array {
  const score = new Float64Array(columns.length + 1);
  for (let row = 0; row < probabilities.length; row++) {
    const residual = (outcome[row] ?? 0) - (probabilities[row] ?? 0);
    score[0] = (score[0] ?? 0) + residual;
    for (const [at, column] of columns.entries()) score[at + 1] = (score[at + 1] ?? 0) + residual * (column[row] ?? 0);
  }
  return score;
}

/** Coefficients and standard errors in the terms' own units: β_k = γ_k/s_k, β_0 = γ_0 − Σ γ_k m_k/s_k. */
function unscale(
  beta: Float64Array,
  information: Float64Array,
  scaled: readonly { readonly mean: number; readonly spread: number }[],
): { estimate: number; std_error: number }[] {
  const width = beta.length;
  const variance = (weights: readonly number[]) => {
    const solved = solveNormalEquations(information, weights) ?? [];
    return weights.reduce((sum, weight, at) => sum + weight * (solved[at] ?? Number.NaN), 0);
  };
  const rows = [
    [1, ...scaled.map(({ mean, spread }) => -mean / spread)],
    ...scaled.map(({ spread }, term) => Array.from({ length: width }, (_, at) => (at === term + 1 ? 1 / spread : 0))),
  ];
  return rows.map((weights) => ({
    estimate: weights.reduce((sum, weight, at) => sum + weight * (beta[at] ?? 0), 0),
    std_error: Math.sqrt(variance(weights)),
  }));
}

function standardise(values: Float64Array): { values: Float64Array; mean: number; spread: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { values: values.map((value) => (value - mean) / spread), mean, spread };
}
