import { studentQuantile, studentTwoSided } from './distributions.ts';

/** One number from several completed tables. */
export interface PooledEstimate {
  readonly estimate: number;
  readonly std_error: number;
  readonly low: number;
  readonly high: number;
  readonly p_value: number;
  readonly degreesOfFreedom: number;
  /** Mean of the squared standard errors, W */
  readonly within: number;
  /** Variance of the estimates, B, as of draws that are never used twice */
  readonly between: number;
  /** What the unknown adds to the variance by what there would be without it, r = (1 + h) B/W */
  readonly relativeIncrease: number;
  /** Fraction of what the table would say were all known that is missing, 0 … 1 */
  readonly fractionMissing: number;
  /** Completed tables, M */
  readonly imputations: number;
}

/**
 * Rubin's rules: the estimates of M completed tables as one (Rubin, Multiple Imputation for Nonresponse in Surveys, 1987), with the degrees of
 * freedom of Barnard & Rubin (Biometrika 86:948–955, 1999).
 *
 *     T = W + (1 + 1/M) B,   λ = (1 + 1/M) B/T,   r = (1 + 1/M) B/W
 *     ν = 1/(1/ν_old + 1/ν_obs),   ν_old = (M − 1)/λ²,   ν_obs = (ν_com + 1)/(ν_com + 3) · ν_com (1 − λ)
 *     fraction missing = (r + 2/(ν + 3))/(1 + r)
 *
 * Where people have fewer draws D than there are tables and draws are dealt again, tables resemble each other and their mean errs as that of D draws: with
 * h the mean of 1/min(D, M) over people, B = (1 − 1/M)/(1 − h) times the variance of the estimates, and h stands for 1/M beside it. (The variance of M values
 * that are D values dealt M/D times is (1 − 1/D)/(1 − 1/M) of that of the D, on average.)
 *
 * @param std_errors      of each completed table's estimate
 * @param completeDegrees ν_com, degrees of freedom were all known
 * @param reuse           h, 1/M … 1; default 1/M, every table of draws of its own
 * @returns undefined for fewer than two tables, a single draw each (h = 1), a number that is not finite, or standard errors that are all 0
 */
export function poolByRubin(
  estimates: ArrayLike<number>,
  std_errors: ArrayLike<number>,
  completeDegrees: number,
  level = 0.95,
  reuse = 1 / estimates.length,
): PooledEstimate | undefined {
  const m = estimates.length;
  if (m < 2 || std_errors.length !== m || !(completeDegrees > 0) || !(reuse < 1)) return undefined;
  let estimate = 0;
  let within = 0;
  for (let at = 0; at < m; at++) {
    estimate += (estimates[at] ?? Number.NaN) / m;
    within += (std_errors[at] ?? Number.NaN) ** 2 / m;
  }
  let between = 0;
  for (let at = 0; at < m; at++) between += ((estimates[at] ?? Number.NaN) - estimate) ** 2 / m;
  between /= 1 - reuse;
  const added = (1 + reuse) * between;
  const total = within + added;
  if (!Number.isFinite(estimate + total) || !(within > 0)) return undefined;
  const lambda = added / total;
  const observed = ((completeDegrees + 1) / (completeDegrees + 3)) * completeDegrees * (1 - lambda);
  const degreesOfFreedom = 1 / (lambda ** 2 / (m - 1) + 1 / observed);
  const relativeIncrease = added / within;
  const std_error = Math.sqrt(total);
  const half = studentQuantile(1 - (1 - level) / 2, degreesOfFreedom) * std_error;
  return {
    estimate,
    std_error,
    low: estimate - half,
    high: estimate + half,
    p_value: studentTwoSided(estimate / std_error, degreesOfFreedom),
    degreesOfFreedom,
    within,
    between,
    relativeIncrease,
    fractionMissing: (relativeIncrease + 2 / (degreesOfFreedom + 3)) / (1 + relativeIncrease),
    imputations: m,
  };
}
