import { VELOCITY_PARAMETERS } from '../backend.ts';
import type { Linearisation } from './linearisation.ts';
import { SEEDED, UNREACHED } from './solve.ts';

/** PMJs that are kept a node. A node's wave comes from one, or along the line where waves meet from two or three. */
export const TERRITORIES = 4;
/** Numbers a node keeps of a PMJ: ∂τ/∂t, ∂τ/∂x, ∂τ/∂y, ∂τ/∂z. */
const DERIVATIVES = 4;
/** A ring is swept until no number in it moves by more than this (times are near 100 ms and weights near 1). */
const SETTLED = 1e-12;
const SWEEPS = 1000;

/** Derivatives of each node's time by the parameters it depends on. */
export interface Territories {
  /** PMJs by falling ∂τ/∂t, −1 after the last, [nodes, 4] */
  readonly sources: Int32Array;
  /** ∂τ/∂t, ∂τ/∂x (ms/mm) of each of them, [nodes, 4, 4] */
  readonly derivatives: Float64Array;
  /** ∂τ/∂(lv.fibre, lv.transverse, rv.fibre, rv.transverse), ms per mm/ms, [nodes, 4] */
  readonly byVelocity: Float64Array;
}

/** Pushes the derivatives of the parameters along the order of dependence; of more than four PMJs at a node the strongest stay. */
export function findTerritories(linearisation: Linearisation): Territories {
  const { order, groups, wave } = linearisation;
  const nodes = order.length;
  const sources = new Int32Array(TERRITORIES * nodes).fill(-1);
  const derivatives = new Float64Array(TERRITORIES * DERIVATIVES * nodes);
  const byVelocity = new Float64Array(VELOCITY_PARAMETERS * nodes);
  const territories = { sources, derivatives, byVelocity };
  const merged = {
    sources: new Int32Array(3 * TERRITORIES),
    derivatives: new Float64Array(3 * TERRITORIES * DERIVATIVES),
  };
  for (let group = 0; group < groups.length - 1; group++) {
    const start = groups[group];
    const end = groups[group + 1];
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      let moved = 0;
      for (let at = start; at < end; at++) {
        const node = order[at];
        const upwind = wave.upwind[node];
        if (upwind === UNREACHED) continue;
        const velocityMoved = pushVelocities(linearisation, node, byVelocity);
        if (velocityMoved > moved) moved = velocityMoved;
        const pmjMoved =
          upwind === SEEDED
            ? seedNode(linearisation, node, territories)
            : pushNode(linearisation, node, territories, merged);
        if (pmjMoved > moved) moved = pmjMoved;
      }
      if (end - start === 1 || moved <= SETTLED) break;
    }
  }
  return territories;
}

/** Number of nodes whose earliest wave comes mostly from each PMJ, [pmjs]. */
export function territorySizes({ sources }: Territories, pmjs: number): Uint32Array {
  const sizes = new Uint32Array(pmjs);
  for (let at = 0; at < sources.length; at += TERRITORIES) if (sources[at] >= 0) sizes[sources[at]]++;
  return sizes;
}

/** Returns the largest change of the node's numbers, as do the next two. */
function pushVelocities(
  { upwindNodes, weights, legByVelocity }: Linearisation,
  node: number,
  out: Float64Array,
): number {
  let moved = 0;
  for (let velocity = 0; velocity < VELOCITY_PARAMETERS; velocity++) {
    const at = VELOCITY_PARAMETERS * node + velocity;
    let sum = legByVelocity[at];
    for (let k = 3 * node; k < 3 * node + 3; k++) {
      if (upwindNodes[k] >= 0) sum += weights[k] * out[VELOCITY_PARAMETERS * upwindNodes[k] + velocity];
    }
    const change = Math.abs(sum - out[at]);
    if (change > moved) moved = change;
    out[at] = sum;
  }
  return moved;
}

function seedNode({ wave, legByPosition }: Linearisation, node: number, out: Territories): number {
  out.sources[TERRITORIES * node] = wave.source[node];
  const at = TERRITORIES * DERIVATIVES * node;
  out.derivatives[at] = 1;
  for (let axis = 0; axis < 3; axis++) out.derivatives[at + 1 + axis] = legByPosition[3 * node + axis];
  return 0;
}

function pushNode(
  { upwindNodes, weights }: Linearisation,
  node: number,
  out: Territories,
  merged: { readonly sources: Int32Array; readonly derivatives: Float64Array },
): number {
  const { sources, derivatives } = out;
  let count = 0;
  for (let k = 3 * node; k < 3 * node + 3; k++) {
    const upwind = upwindNodes[k];
    if (upwind < 0) continue;
    const weight = weights[k];
    for (let place = TERRITORIES * upwind; place < TERRITORIES * (upwind + 1); place++) {
      const source = sources[place];
      if (source < 0) break;
      let found = 0;
      while (found < count && merged.sources[found] !== source) found++;
      const to = DERIVATIVES * found;
      if (found === count) {
        merged.sources[count++] = source;
        merged.derivatives.fill(0, to, to + DERIVATIVES);
      }
      for (let d = 0; d < DERIVATIVES; d++) merged.derivatives[to + d] += weight * derivatives[DERIVATIVES * place + d];
    }
  }
  let moved = 0;
  for (let rank = 0; rank < TERRITORIES; rank++) {
    const place = TERRITORIES * node + rank;
    let strongest = -1;
    for (let found = 0; found < count; found++) {
      if (merged.sources[found] < 0) continue;
      if (strongest < 0 || merged.derivatives[DERIVATIVES * found] > merged.derivatives[DERIVATIVES * strongest]) {
        strongest = found;
      }
    }
    if (strongest < 0) {
      sources[place] = -1;
      continue;
    }
    if (sources[place] !== merged.sources[strongest]) moved = 1;
    sources[place] = merged.sources[strongest];
    merged.sources[strongest] = -1;
    for (let d = 0; d < DERIVATIVES; d++) {
      const value = merged.derivatives[DERIVATIVES * strongest + d];
      const change = Math.abs(value - derivatives[DERIVATIVES * place + d]);
      if (change > moved) moved = change;
      derivatives[DERIVATIVES * place + d] = value;
    }
  }
  return moved;
}
