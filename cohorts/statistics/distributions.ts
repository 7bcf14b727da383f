import jstat from 'jstat';

const { jStat } = jstat;

/** Distribution function of the standard normal, Φ(x). */
export const normalCdf = (x: number): number => jStat.normal.cdf(x, 0, 1);
/** Quantile of the standard normal, Φ⁻¹(p), p in (0, 1). */
export const normalQuantile = (p: number): number => jStat.normal.inv(p, 0, 1);
/** ln Γ(x), x > 0. */
export const logGamma = (x: number): number => jStat.gammaln(x);

/** Terms after which the continued fraction is given up; it needs about √(a + b) of them. */
const MAX_TERMS = 10_000;
const CONVERGED = 1e-16;
/** Stands for a zero denominator in Lentz's method. */
const TINY = 1e-300;

/**
 * Regularised incomplete beta function by its continued fraction (modified Lentz), to about 1e-14.
 *
 *     I_x(a, b) = x^a (1−x)^b / (a B(a, b)) · 1/(1 + d₁/(1 + d₂/(1 + …)))
 *
 * jstat's own stops at 3e-7, which is not enough for p values that are compared with other software.
 *
 * @param x  in [0, 1]
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a),
  );
  let numerator = 1;
  let denominator = 1 - ((a + b) * x) / (a + 1);
  denominator = 1 / (Math.abs(denominator) < TINY ? TINY : denominator);
  let fraction = denominator;
  for (let m = 1; m <= MAX_TERMS; m++) {
    let change = 1;
    for (const d of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      denominator = 1 + d * denominator;
      denominator = 1 / (Math.abs(denominator) < TINY ? TINY : denominator);
      numerator = 1 + d / numerator;
      if (Math.abs(numerator) < TINY) numerator = TINY;
      change = numerator * denominator;
      fraction *= change;
    }
    if (Math.abs(change - 1) < CONVERGED) break;
  }
  return front * fraction;
}

/** Probability that a Student t variable lies further from zero than `t`, both sides together. */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  return incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
}

/**
 * Quantile of Student's t: jstat's, polished by Newton steps on the distribution function above.
 *
 * @param p  in (0.5, 1)
 */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  const nu = degreesOfFreedom;
  const logScale = logGamma((nu + 1) / 2) - logGamma(nu / 2) - 0.5 * Math.log(nu * Math.PI);
  let t = jStat.studentt.inv(p, nu);
  for (let step = 0; step < 4; step++) {
    const density = Math.exp(logScale - ((nu + 1) / 2) * Math.log1p((t * t) / nu));
    t += (studentTwoSided(t, nu) / 2 - (1 - p)) / density;
  }
  return t;
}
