import { METRIC_STRIDE } from './metric.ts';

/** Corners other than 0, 1, 2, 3, ascending, [4, 3]. */
export const OTHER_CORNERS = Uint8Array.of(1, 2, 3, 0, 2, 3, 0, 1, 3, 0, 1, 2);
/** With v a corner and a, b, c the others: places of va vb vc ab ac bc among 01 02 03 12 13 23, [4, 6]. */
export const CORNER_EDGES = Uint8Array.of(0, 1, 2, 3, 4, 5, 0, 3, 4, 1, 2, 5, 1, 3, 5, 0, 2, 4, 2, 4, 5, 0, 1, 3);

/**
 * Earliest time at which a wave inside one tetrahedron reaches its corner v by a way that starts at a given other
 * corner or on a face or edge with it; over the three others this is
 *
 *     min over λ ≥ 0, Σλ = 1 of  Σ λ_i τ_i + |x_v − Σ λ_i x_i|_{D⁻¹}
 *
 * The face's solution is the larger root of `|∇τ|²_D = 1` in τ_v. Where its λ has a negative part, the minimum of this
 * convex function lies on an edge opposite to one such corner, so only those edges are tried, and their end points.
 * (The edge opposite to the given corner is left to a call for one of its own ends.) When the root is not below the
 * time that v already has, neither is any edge: then nothing else is looked at.
 * (Fu, Kirby & Whitaker, SIAM J Sci Comput 2013, solve the same problem on tetrahedra.)
 *
 * @param metric  of `tetMetric`, [tets, 12]
 * @param tau     ms, Infinity where no wave has come yet, [nodes]
 * @param from    the given corner, 0 … 3 and not v
 * @returns the earlier of that time and the one that v has
 */
export function localTime(
  metric: Float64Array,
  tets: Uint32Array,
  tau: Float64Array,
  tet: number,
  corner: number,
  from: number,
): number {
  const best = tau[tets[4 * tet + corner]];
  const ta = tau[tets[4 * tet + OTHER_CORNERS[3 * corner]]];
  const tb = tau[tets[4 * tet + OTHER_CORNERS[3 * corner + 1]]];
  const tc = tau[tets[4 * tet + OTHER_CORNERS[3 * corner + 2]]];
  let least = Math.min(ta, tb);
  least = Math.min(least, tc);
  if (best <= least) return best;
  let most = Math.max(ta, tb);
  most = Math.max(most, tc);
  const k = METRIC_STRIDE * tet;
  const l = k + 6;
  const va = CORNER_EDGES[6 * corner];
  const vb = CORNER_EDGES[6 * corner + 1];
  const vc = CORNER_EDGES[6 * corner + 2];
  const ab = CORNER_EDGES[6 * corner + 3];
  const ac = CORNER_EDGES[6 * corner + 4];
  const bc = CORNER_EDGES[6 * corner + 5];
  const place = from < corner ? from : from - 1;
  let triesA = place !== 0;
  let triesB = place !== 1;
  let triesC = place !== 2;
  if (most < Number.POSITIVE_INFINITY) {
    const kva = metric[k + va];
    const kvb = metric[k + vb];
    const kvc = metric[k + vc];
    const kab = metric[k + ab];
    const kac = metric[k + ac];
    const kbc = metric[k + bc];
    const wa = ta - least;
    const wb = tb - least;
    const wc = tc - least;
    const dab = wa - wb;
    const dac = wa - wc;
    const dbc = wb - wc;
    const square = kva + kvb + kvc;
    const half = kva * wa + kvb * wb + kvc * wc;
    const energy = kva * wa * wa + kvb * wb * wb + kvc * wc * wc + kab * dab * dab + kac * dac * dac + kbc * dbc * dbc;
    const root = half * half - square * (energy - 1);
    if (root >= 0) {
      const time = (half + Math.sqrt(root)) / square;
      if (time >= best - least) return best;
      const isOutsideA = kva * (wa - time) + kab * dab + kac * dac > 0;
      const isOutsideB = kvb * (wb - time) - kab * dab + kbc * dbc > 0;
      const isOutsideC = kvc * (wc - time) - kac * dac - kbc * dbc > 0;
      if (!isOutsideA && !isOutsideB && !isOutsideC) return time + least;
      triesA = triesA && isOutsideA;
      triesB = triesB && isOutsideB;
      triesC = triesC && isOutsideC;
    }
  }
  let time = best;
  if (triesA) time = edgeTime(tb, tc, metric[l + vb], metric[l + vc], metric[l + bc], time);
  if (triesB) time = edgeTime(ta, tc, metric[l + va], metric[l + vc], metric[l + ac], time);
  if (triesC) time = edgeTime(ta, tb, metric[l + va], metric[l + vb], metric[l + ab], time);
  return time;
}

/**
 * The same in a triangle: from the edge p q to the corner v, or from its ends. An edge whose linear extension to v
 * has a gradient of at most 1 cannot improve on `best`, which is found without a division.
 *
 * @param lp, lq  squared times of v p and v q, ms²
 * @param lpq     squared time of p q, ms²
 */
function edgeTime(tp: number, tq: number, lp: number, lq: number, lpq: number, best: number): number {
  const dp = best - tp;
  const dq = best - tq;
  if (!(dp > 0 || dq > 0)) return best;
  const difference = tq - tp;
  const free = lpq - difference * difference;
  if (free > 0) {
    const dot = 0.5 * (lp + lq - lpq);
    const area = lp * lq - dot * dot;
    if (lq * dp * dp - 2 * dot * dp * dq + lp * dq * dq <= area) return best;
    const middle = 0.5 * (lq - lp - lpq);
    const height = Math.sqrt(Math.max(area, 0) / free);
    const share = -(middle + difference * height);
    if (share > 0 && share < lpq) {
      const time = tp + (share / lpq) * difference + height;
      return Math.min(time, best);
    }
  }
  let time = best;
  if (dp > 0 && dp * dp > lp) time = tp + Math.sqrt(lp);
  const rest = time - tq;
  if (rest > 0 && rest * rest > lq) time = tq + Math.sqrt(lq);
  return time;
}
