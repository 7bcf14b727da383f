import { CORNER_EDGES, OTHER_CORNERS } from './localSolve.ts';
import { METRIC_STRIDE } from './metric.ts';
import type { Wave } from './solve.ts';

/**
 * Which nodes a node's time came from: `τ_n = Σ_k weight_k · τ_{upwind k} + leg`, the weights λ of the local solve.
 *
 * On obtuse anisotropic tetrahedra nodes can depend on each other in a ring, so no order by time or by depth-first
 * search makes one sweep exact. The nodes are therefore grouped into the strongly connected components of this graph
 * (Tarjan, SIAM J Comput 1972): each group depends on earlier groups only, nearly all hold one node, and the few
 * others are swept in themselves until they stand still (`docs/decisions/0012-rings-of-dependence.md`).
 */
export interface Dependencies {
  /** −1 where there is none, [nodes, 3] */
  readonly upwindNodes: Int32Array;
  /** λ ≥ 0, sum 1 on nodes reached by a leg and 0 on others, [nodes, 3] */
  readonly weights: Float64Array;
  /** Nodes, group by group, [nodes] */
  readonly order: Uint32Array;
  /** Group g is `order[groups[g]] … order[groups[g + 1] − 1]`, [groups + 1] */
  readonly groups: Uint32Array;
}

/** Finds weights and order of a solved activation. */
export function findDependencies(metric: Float64Array, tets: Uint32Array, wave: Wave): Dependencies {
  const nodes = wave.tau.length;
  const upwindNodes = new Int32Array(3 * nodes).fill(-1);
  const weights = new Float64Array(3 * nodes);
  const lambda = new Float64Array(3);
  for (let node = 0; node < nodes; node++) {
    const code = wave.upwind[node];
    if (code < 0) continue;
    const corner = code & 3;
    upwindWeights(metric, tets, wave.tau, code >>> 2, corner, lambda);
    for (let k = 0; k < 3; k++) {
      if (lambda[k] <= 0) continue;
      upwindNodes[3 * node + k] = tets[(code & ~3) + OTHER_CORNERS[3 * corner + k]];
      weights[3 * node + k] = lambda[k];
    }
  }
  return { upwindNodes, weights, ...stronglyConnected(upwindNodes) };
}

/**
 * The λ of `localTime`'s minimum: on the face when its solution enters through it, otherwise of the earliest of its edges and corners.
 *
 * @param out  λ of the three other corners, ascending, [3]
 * @returns the time that they give, ms
 */
export function upwindWeights(
  metric: Float64Array,
  tets: Uint32Array,
  tau: Float64Array,
  tet: number,
  corner: number,
  out: Float64Array,
): number {
  const k = METRIC_STRIDE * tet;
  const l = k + 6;
  const ta = tau[tets[4 * tet + OTHER_CORNERS[3 * corner]]];
  const tb = tau[tets[4 * tet + OTHER_CORNERS[3 * corner + 1]]];
  const tc = tau[tets[4 * tet + OTHER_CORNERS[3 * corner + 2]]];
  const least = Math.min(ta, tb, tc);
  const kva = metric[k + CORNER_EDGES[6 * corner]];
  const kvb = metric[k + CORNER_EDGES[6 * corner + 1]];
  const kvc = metric[k + CORNER_EDGES[6 * corner + 2]];
  const kab = metric[k + CORNER_EDGES[6 * corner + 3]];
  const kac = metric[k + CORNER_EDGES[6 * corner + 4]];
  const kbc = metric[k + CORNER_EDGES[6 * corner + 5]];
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
  if (root > 0) {
    const speed = Math.sqrt(root);
    const time = (half + speed) / square;
    const a = kva * (time - wa) - kab * dab - kac * dac;
    const b = kvb * (time - wb) + kab * dab - kbc * dbc;
    const c = kvc * (time - wc) + kac * dac + kbc * dbc;
    if (a >= 0 && b >= 0 && c >= 0) {
      out[0] = a / speed;
      out[1] = b / speed;
      out[2] = c / speed;
      return time + least;
    }
  }
  let best = Number.POSITIVE_INFINITY;
  for (let edge = 0; edge < 3; edge++) {
    const p = edge === 2 ? 1 : 0;
    const q = edge === 0 ? 1 : 2;
    const tp = p === 0 ? ta : tb;
    const tq = q === 1 ? tb : tc;
    if (tp === Number.POSITIVE_INFINITY && tq === Number.POSITIVE_INFINITY) continue;
    const lp = metric[l + CORNER_EDGES[6 * corner + p]];
    const lq = metric[l + CORNER_EDGES[6 * corner + q]];
    const lpq = metric[l + CORNER_EDGES[6 * corner + 3 + edge]];
    const share = edgeShare(tp, tq, lp, lq, lpq);
    const middle = share * lq + (1 - share) * lp - share * (1 - share) * lpq;
    const start = share === 0 ? tp : share === 1 ? tq : tp + share * (tq - tp);
    const time = start + Math.sqrt(Math.max(middle, 0));
    if (time < best) {
      best = time;
      out[0] = 0;
      out[1] = 0;
      out[2] = 0;
      out[p] = 1 - share;
      out[q] = share;
    }
  }
  return best;
}

/** Where on the edge p q the earliest wave to the third corner leaves it: 0 at p, 1 at q. */
function edgeShare(tp: number, tq: number, lp: number, lq: number, lpq: number): number {
  const difference = tq - tp;
  const free = lpq - difference * difference;
  if (free > 0) {
    const middle = 0.5 * (lq - lp - lpq);
    const area = lp * lpq - middle * middle;
    const share = -(middle + difference * Math.sqrt(Math.max(area, 0) / free)) / lpq;
    if (share > 0 && share < 1) return share;
  }
  return tp + Math.sqrt(lp) <= tq + Math.sqrt(lq) ? 0 : 1;
}

/** Tarjan's algorithm without recursion on a graph of at most three arcs a node; a group comes after all that it depends on. */
function stronglyConnected(upwindNodes: Int32Array): { order: Uint32Array; groups: Uint32Array } {
  const nodes = upwindNodes.length / 3;
  const order = new Uint32Array(nodes);
  const groups = new Uint32Array(nodes + 1);
  /** Visit number from 1; 0 before a node's visit, −1 once it stands in a group. */
  const visit = new Int32Array(nodes);
  const lowest = new Int32Array(nodes);
  const nextArc = new Uint8Array(nodes);
  const path = new Uint32Array(nodes);
  const open = new Uint32Array(nodes);
  let visits = 0;
  let opened = 0;
  let ordered = 0;
  let groupCount = 0;
  for (let root = 0; root < nodes; root++) {
    if (visit[root] !== 0) continue;
    let depth = 0;
    path[0] = root;
    visit[root] = lowest[root] = ++visits;
    open[opened++] = root;
    while (depth >= 0) {
      const node = path[depth];
      if (nextArc[node] < 3) {
        const upwind = upwindNodes[3 * node + nextArc[node]++];
        if (upwind < 0) continue;
        if (visit[upwind] === 0) {
          visit[upwind] = lowest[upwind] = ++visits;
          open[opened++] = upwind;
          path[++depth] = upwind;
        } else if (visit[upwind] > 0 && visit[upwind] < lowest[node]) {
          lowest[node] = visit[upwind];
        }
        continue;
      }
      depth--;
      if (depth >= 0 && lowest[node] < lowest[path[depth]]) lowest[path[depth]] = lowest[node];
      if (lowest[node] !== visit[node]) continue;
      groups[groupCount++] = ordered;
      let start = opened;
      do start--;
      while (open[start] !== node);
      for (let at = start; at < opened; at++) {
        order[ordered++] = open[at];
        visit[open[at]] = -1;
      }
      opened = start;
    }
  }
  groups[groupCount] = nodes;
  return { order, groups: groups.slice(0, groupCount + 1) };
}
