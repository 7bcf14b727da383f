import { LEG_BY_VELOCITY } from './adjoint.ts';
import { BATCH, CORNERS, INCIDENCE, TETRAHEDRA } from './common.ts';
import { KERNEL } from './kernel.ts';

/**
 * What a node keeps in a tile: PMJs by falling ∂τ/∂t (−1 after the last), ∂τ/∂(t, x, y, z) of each of the four, and ∂τ by the four
 * velocities, six rows of four numbers.
 */
export const STATE_ROWS = 6;

const STATE = /* wgsl */ `
fn memberHere(at: u32) -> u32 { return batch.tile * batch.lanes + at % batch.lanes; }
`;

/** No PMJ reaches any node; nothing is awake. */
export const CLEAR_STATES = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read_write> states: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> next: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> active0: array<u32>;
@group(0) @binding(4) var<storage, read_write> active1: array<u32>;
${KERNEL}
  if (at >= batch.stride * batch.lanes) { return; }
  active0[at] = 0u;
  active1[at] = 0u;
  for (var row = 0u; row < ${STATE_ROWS}u; row++) {
    let value = select(vec4u(), vec4u(0xffffffffu), row == 0u);
    states[${STATE_ROWS}u * at + row] = value;
    next[${STATE_ROWS}u * at + row] = value;
  }
}
`;

/**
 * Legs as derivatives: of each node its upwind nodes' places and weights stay in \`legs\`; the velocities' part of its own leg is put
 * into the last row of both arrays of states, where \`PUSH\` starts from it.
 */
export const OWN_VELOCITIES = /* wgsl */ `${BATCH}${TETRAHEDRA}
@group(0) @binding(4) var<storage, read> legs: array<vec4u>;
@group(0) @binding(5) var<storage, read_write> own: array<vec4f>;
${LEG_BY_VELOCITY}${STATE}
${KERNEL}
  if (at >= batch.stride * batch.lanes) { return; }
  let leg = legs[at];
  var value = vec4f();
  if (leg.x < UNREACHED) {
    let passing = legByVelocity(leg, memberHere(at));
    let column = velocityColumn(leg);
    if (column == 0u) { value = vec4f(passing, 0.0, 0.0); }
    if (column == 2u) { value = vec4f(0.0, 0.0, passing); }
  }
  own[at] = value;
}
`;

const WAKE_DEPENDENTS = /* wgsl */ `
/** Wakes the nodes whose wave came through this one. */
fn wakeDependents(at: u32, node: u32) {
  let here = at - node * batch.lanes;
  for (var item = incident[node]; item < incident[node + 1u]; item++) {
    let entry = incident[item];
    let nodes = cornersOf(entry >> 2u);
    for (var k = 0u; k < 4u; k++) {
      if (k == (entry & 3u)) { continue; }
      let other = here + nodes[k] * batch.lanes;
      if (legs[other].x == (entry & ~3u) + k) { atomicStore(&awakeNext[other], 1u); }
    }
  }
}
`;

/** Copies the states of seeded nodes, and wakes what came from them. */
export const WAKE_STATES = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read> tets: array<vec4u>;
@group(0) @binding(2) var<storage, read> states: array<vec4u>;
${INCIDENCE}
@group(0) @binding(4) var<storage, read> legs: array<vec4u>;
@group(0) @binding(5) var<storage, read_write> next: array<vec4u>;
@group(0) @binding(6) var<storage, read_write> awakeNext: array<atomic<u32>>;
${CORNERS}${WAKE_DEPENDENTS}
${KERNEL}
  if (at >= batch.stride * batch.lanes || legs[at].x != SEEDED) { return; }
  for (var row = 0u; row < ${STATE_ROWS}u; row++) { next[${STATE_ROWS}u * at + row] = states[${STATE_ROWS}u * at + row]; }
  wakeDependents(at, nodeOf(at));
}
`;

/**
 * One Jacobi sweep of the derivatives along the legs, of the nodes that a wave came to through a node which changed in the sweep
 * before. Of more than four PMJs at a node the strongest stay.
 */
export const PUSH = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read> tets: array<vec4u>;
@group(0) @binding(2) var<storage, read> own: array<vec4u>;
${INCIDENCE}
@group(0) @binding(4) var<storage, read> legs: array<vec4u>;
@group(0) @binding(5) var<storage, read> states: array<vec4u>;
@group(0) @binding(6) var<storage, read_write> next: array<vec4u>;
@group(0) @binding(7) var<storage, read_write> awake: array<u32>;
@group(0) @binding(8) var<storage, read_write> awakeNext: array<atomic<u32>>;
${CORNERS}${WAKE_DEPENDENTS}
const NONE = 0xffffffffu;
fn moved(one: vec4f, other: vec4f) -> bool {
  return any(abs(one - other) > 1e-6 * max(vec4f(1.0), abs(other)));
}
${KERNEL}
  if (at >= batch.stride * batch.lanes || awake[at] == 0u) { return; }
  awake[at] = 0u;
  let leg = legs[at];
  if (leg.x >= UNREACHED) { return; }
  let node = nodeOf(at);
  let here = at - node * batch.lanes;
  let nodes = cornersOf(leg.x >> 2u);
  let weights = bitcast<vec3f>(leg.yzw);
  var found: array<u32, 12>;
  var numbers: array<vec4f, 12>;
  var count = 0u;
  var velocities = bitcast<vec4f>(own[at]);
  var place = 0u;
  for (var k = 0u; k < 4u; k++) {
    if (k == (leg.x & 3u)) { continue; }
    let weight = weights[place];
    place++;
    if (weight == 0.0) { continue; }
    let row = ${STATE_ROWS}u * (here + nodes[k] * batch.lanes);
    let sources = states[row];
    velocities += weight * bitcast<vec4f>(states[row + 5u]);
    for (var rank = 0u; rank < 4u; rank++) {
      let source = sources[rank];
      if (source == NONE) { break; }
      let passing = weight * bitcast<vec4f>(states[row + 1u + rank]);
      var at0 = 0u;
      while (at0 < count && found[at0] != source) { at0++; }
      if (at0 == count) {
        found[count] = source;
        numbers[count] = passing;
        count++;
      } else {
        numbers[at0] += passing;
      }
    }
  }
  let row = ${STATE_ROWS}u * at;
  let before = states[row];
  var sources = vec4u(NONE);
  var isMoved = moved(velocities, bitcast<vec4f>(states[row + 5u]));
  for (var rank = 0u; rank < 4u; rank++) {
    var strongest = NONE;
    for (var i = 0u; i < count; i++) {
      if (found[i] == NONE) { continue; }
      if (strongest == NONE || numbers[i].x > numbers[strongest].x) { strongest = i; }
    }
    if (strongest == NONE) { break; }
    sources[rank] = found[strongest];
    found[strongest] = NONE;
    isMoved = isMoved || moved(numbers[strongest], bitcast<vec4f>(states[row + 1u + rank]));
    next[row + 1u + rank] = bitcast<vec4u>(numbers[strongest]);
  }
  isMoved = isMoved || any(sources != before);
  if (!isMoved) {
    for (var k = 0u; k < ${STATE_ROWS}u; k++) { next[row + k] = states[row + k]; }
    return;
  }
  next[row] = sources;
  next[row + 5u] = bitcast<vec4u>(velocities);
  atomicStore(&awakeNext[at], 1u);
  atomicStore(&awakeNext[batch.stride * batch.lanes], 1u);
  wakeDependents(at, node);
}
`;

/** Nodes by the PMJ that reaches them strongest, of the member in a lane. */
export const COUNT_TERRITORIES = /* wgsl */ `${BATCH}
@group(0) @binding(1) var<storage, read> states: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> sizes: array<atomic<u32>>;
${KERNEL}
  if (at >= batch.nodes) { return; }
  let source = states[${STATE_ROWS}u * (at * batch.lanes + batch.lane)].x;
  if (source < batch.pmjs) { atomicAdd(&sizes[source], 1u); }
}
`;
