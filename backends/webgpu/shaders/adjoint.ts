import { BATCH, CORNERS, INCIDENCE, TETRAHEDRA } from './common.ts';
import { KERNEL } from './kernel.ts';

/** Derivative of a leg's time by the region's velocities along and across, ms per mm/ms; zero in scar. */
export const LEG_BY_VELOCITY = /* wgsl */ `
fn legByVelocity(leg: vec4u, member: u32) -> vec2f {
  let corner = around(leg.x >> 2u, leg.x & 3u, member);
  if ((corner.code & 3u) == 3u) { return vec2f(); }
  let weights = bitcast<vec3f>(leg.yzw);
  let way = weights.x * corner.a + weights.y * corner.b + weights.z * corner.c;
  let time = max(length(way), 1e-20);
  let s = slownessOf(member, corner.code);
  // Without a fibre there is no way along one.
  let along = select(way.x * way.x, 0.0, corner.code >= 4u);
  return -vec2f(along, dot(way, way) - along) * s.xy / time;
}
/** First of the two velocities, among lv along, lv across, rv along, rv across, that a leg depends on. */
fn velocityColumn(leg: vec4u) -> u32 { return 2u * (((tets[3u * (leg.x >> 2u)].w >> 28u) & 3u) - 1u); }
`;

/** Every node is awake. */
export const WAKE_ALL = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read_write> active0: array<u32>;
@group(0) @binding(2) var<storage, read_write> active1: array<u32>;
${KERNEL}
  if (at >= batch.invocations) { return; }
  active0[at] = 1u;
  active1[at] = 0u;
}
`;

/**
 * One Jacobi sweep of `s_n = g_n + Σ_m λ_mn s_m` over the nodes m that depend on n, found among the tetrahedra around n, from one
 * array to another. Sweeping until nothing moves needs no order, and does rings of dependence as it does chains. A move within the
 * rounding is none.
 */
export const ACCUMULATE = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read> tets: array<vec4u>;
@group(0) @binding(2) var<storage, read> own: array<f32>;
${INCIDENCE}
@group(0) @binding(4) var<storage, read> legs: array<vec4u>;
@group(0) @binding(5) var<storage, read> through: array<f32>;
@group(0) @binding(6) var<storage, read_write> next: array<f32>;
@group(0) @binding(7) var<storage, read_write> awake: array<u32>;
@group(0) @binding(8) var<storage, read_write> awakeNext: array<atomic<u32>>;
${CORNERS}${KERNEL}
  if (at >= batch.invocations || awake[at] == 0u) { return; }
  awake[at] = 0u;
  let node = nodeOf(at);
  if (node >= batch.nodes) { return; }
  let here = at - node * batch.lanes;
  var sum = own[at];
  for (var item = incident[node]; item < incident[node + 1u]; item++) {
    let entry = incident[item];
    let tet = entry >> 2u;
    let corner = entry & 3u;
    let nodes = cornersOf(tet);
    for (var k = 0u; k < 4u; k++) {
      if (k == corner) { continue; }
      let other = here + nodes[k] * batch.lanes;
      let leg = legs[other];
      if (leg.x != 4u * tet + k) { continue; }
      let place = select(corner, corner - 1u, corner > k);
      sum += bitcast<f32>(leg[1u + place]) * through[other];
    }
  }
  let before = through[at];
  if (abs(sum - before) <= 2.5e-7 * abs(before)) {
    next[at] = before;
    return;
  }
  next[at] = sum;
  atomicStore(&awakeNext[at], 1u);
  atomicStore(&awakeNext[batch.invocations], 1u);
  let leg = legs[at];
  if (leg.x >= UNREACHED) { return; }
  let nodes = cornersOf(leg.x >> 2u);
  for (var k = 0u; k < 4u; k++) { atomicStore(&awakeNext[here + nodes[k] * batch.lanes], 1u); }
}
`;

/** Nodes that one invocation of `BY_VELOCITY` sums. */
export const NODES_A_SUM = 256;

/** Parts of the gradient by the four velocities, each a sum over consecutive nodes reached by a leg, [members, chunks] */
export const BY_VELOCITY = /* wgsl */ `${BATCH}${TETRAHEDRA}
@group(0) @binding(4) var<storage, read> legs: array<vec4u>;
@group(0) @binding(5) var<storage, read> through: array<f32>;
@group(0) @binding(6) var<storage, read_write> parts: array<vec4f>;
${LEG_BY_VELOCITY}
${KERNEL}
  let chunks = (batch.nodes + ${NODES_A_SUM - 1}u) / ${NODES_A_SUM}u;
  if (at >= batch.members * chunks) { return; }
  let member = at / chunks;
  var sum = vec4f();
  let first = at % chunks * ${NODES_A_SUM}u;
  for (var node = first; node < min(first + ${NODES_A_SUM}u, batch.nodes); node++) {
    let place = placeOf(node, member);
    let leg = legs[place];
    if (leg.x >= UNREACHED) { continue; }
    let column = velocityColumn(leg);
    let passing = through[place] * legByVelocity(leg, member);
    if (column == 0u) { sum += vec4f(passing, 0.0, 0.0); }
    if (column == 2u) { sum += vec4f(0.0, 0.0, passing); }
  }
  parts[at] = sum;
}
`;
