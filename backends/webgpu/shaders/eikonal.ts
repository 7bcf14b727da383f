import { BATCH, CORNERS, INCIDENCE, TETRAHEDRA } from './common.ts';
import { KERNEL } from './kernel.ts';
import { LOCAL_SOLVE } from './localSolve.ts';

/** Neither node nor member has a wave, nothing is active. */
export const CLEAR = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read_write> tau: array<u32>;
@group(0) @binding(2) var<storage, read_write> next: array<u32>;
@group(0) @binding(3) var<storage, read_write> active0: array<u32>;
@group(0) @binding(4) var<storage, read_write> active1: array<u32>;
${KERNEL}
  if (at >= batch.invocations) { return; }
  tau[at] = NEVER;
  next[at] = NEVER;
  active0[at] = 0u;
  active1[at] = 0u;
}
`;

/** Wakes the surroundings of every node that has a seed. */
export const WAKE_SEEDS = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read> tets: array<vec4u>;
@group(0) @binding(2) var<storage, read> tau: array<u32>;
${INCIDENCE}
@group(0) @binding(4) var<storage, read_write> awake: array<atomic<u32>>;
${CORNERS}
${KERNEL}
  if (at >= batch.invocations || tau[at] == NEVER) { return; }
  let node = nodeOf(at);
  for (var item = incident[node]; item < incident[node + 1u]; item++) {
    let nodes = cornersOf(incident[item] >> 2u);
    for (var k = 0u; k < 4u; k++) { atomicStore(&awake[at + (nodes[k] - node) * batch.lanes], 1u); }
  }
}
`;

/**
 * One Jacobi sweep `τ′_n = min(τ_n, every way through a tetrahedron around n)` from one array of times to another, over the
 * nodes of which a neighbour, or they themselves, changed in the sweep before. The others would find what they have.
 */
export const SWEEP = /* wgsl */ `${BATCH}${TETRAHEDRA}${INCIDENCE}
@group(0) @binding(4) var<storage, read> tau: array<u32>;
@group(0) @binding(5) var<storage, read_write> next: array<u32>;
@group(0) @binding(6) var<storage, read_write> awake: array<u32>;
@group(0) @binding(7) var<storage, read_write> awakeNext: array<atomic<u32>>;
${LOCAL_SOLVE}
${KERNEL}
  if (at >= batch.invocations || awake[at] == 0u) { return; }
  awake[at] = 0u;
  let node = nodeOf(at);
  let member = memberOf(at);
  let here = at - node * batch.lanes;
  let first = incident[node];
  let end = incident[node + 1u];
  let before = tau[at];
  var now = before;
  for (var item = first; item < end; item++) {
    let entry = incident[item];
    let corner = around(entry >> 2u, entry & 3u, member);
    let others = here + corner.nodes * batch.lanes;
    now = arrive(corner, tau[others.x], tau[others.y], tau[others.z], now).time;
  }
  next[at] = now;
  if (now == before) { return; }
  atomicStore(&awakeNext[batch.invocations], 1u);
  for (var item = first; item < end; item++) {
    let nodes = here + cornersOf(incident[item] >> 2u) * batch.lanes;
    for (var k = 0u; k < 4u; k++) { atomicStore(&awakeNext[nodes[k]], 1u); }
  }
}
`;

/** The tetrahedron, corner and weights that each node's time came through: the earliest way from the final times of its neighbours. */
export const LEGS = /* wgsl */ `${BATCH}${TETRAHEDRA}${INCIDENCE}
@group(0) @binding(4) var<storage, read> tau: array<u32>;
@group(0) @binding(5) var<storage, read_write> legs: array<vec4u>;
${LOCAL_SOLVE}
${KERNEL}
  if (at >= batch.invocations) { return; }
  let node = nodeOf(at);
  let member = memberOf(at);
  if (node >= batch.nodes || member >= batch.members || tau[at] == NEVER) {
    legs[at] = vec4u(UNREACHED, 0u, 0u, 0u);
    return;
  }
  let here = at - node * batch.lanes;
  var now = NEVER;
  var leg = vec4u(UNREACHED, 0u, 0u, 0u);
  for (var item = incident[node]; item < incident[node + 1u]; item++) {
    let entry = incident[item];
    let corner = around(entry >> 2u, entry & 3u, member);
    let others = here + corner.nodes * batch.lanes;
    let arrival = arrive(corner, tau[others.x], tau[others.y], tau[others.z], now);
    if (arrival.time < now) {
      now = arrival.time;
      leg = vec4u(entry, bitcast<vec3u>(arrival.weights));
    }
  }
  legs[at] = leg;
}
`;

/** No PMJ is known of any node. */
export const CLEAR_ORIGINS = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read_write> origins: array<u32>;
${KERNEL}
  if (at < batch.invocations) { origins[at] = NEVER; }
}
`;

/** A node whose time is still its seed's was reached by the seed, from the PMJ in `origins`. */
export const MARK_SEEDS = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read> seedTau: array<u32>;
@group(0) @binding(2) var<storage, read> tau: array<u32>;
@group(0) @binding(3) var<storage, read> origins: array<u32>;
@group(0) @binding(4) var<storage, read_write> legs: array<vec4u>;
${KERNEL}
  if (at >= batch.invocations || tau[at] == NEVER || tau[at] != seedTau[at] || origins[at] == NEVER) { return; }
  legs[at] = vec4u(SEEDED, origins[at], 0u, 0u);
}
`;

/** Of which nodes the times are still their seeds', as bits, member by member, [members, ⌈nodes / 32⌉] */
export const SEEDED_BITS = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read> seedTau: array<u32>;
@group(0) @binding(2) var<storage, read> tau: array<u32>;
@group(0) @binding(3) var<storage, read_write> bits: array<u32>;
${KERNEL}
  let words = (batch.nodes + 31u) / 32u;
  if (at >= batch.members * words) { return; }
  let first = at % words * 32u;
  var word = 0u;
  for (var node = first; node < min(first + 32u, batch.nodes); node++) {
    let place = placeOf(node, at / words);
    if (tau[place] != NEVER && tau[place] == seedTau[place]) { word |= 1u << (node - first); }
  }
  bits[at] = word;
}
`;

/** Times member by member, [members, nodes]. */
export const UNFOLD = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read> tau: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;
${KERNEL}
  if (at >= batch.members * batch.nodes) { return; }
  out[at] = tau[placeOf(at % batch.nodes, at / batch.nodes)];
}
`;
