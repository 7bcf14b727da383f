import { BATCH, TETRAHEDRA, WORKGROUP } from './common.ts';

/** Places are counted in 2⁻²⁰ mm from the middle of the mesh, so that differences of places keep the digits that float32 would lose. */
export const UNITS_PER_MM = 2 ** 20;
/** Words of a PMJ, see `Pmj` of the kernels. */
export const PMJ_WORDS = 16;

/**
 * Straight ways from PMJs, as `twin/eikonal/straightWay.ts` walks them: `ways` holds of each tetrahedron the neighbours across its
 * faces, then fibre and 1/speed. One workgroup has one PMJ, its invocations share the nodes of the cells around.
 */
const WALK = /* wgsl */ `
struct Pmj {
  whole: vec3i, tet: u32,
  rest_mm: vec3f, start: u32,
  firstCell: vec3u, member: u32,
  lastCell: vec3u, number: u32,
}
@group(0) @binding(3) var<storage, read> ways: array<vec4u>;
@group(0) @binding(4) var<storage, read> points: array<vec4i>;
@group(0) @binding(5) var<storage, read> cells: array<u32>;
@group(0) @binding(6) var<storage, read> pmjs: array<Pmj>;

const MM = ${1 / UNITS_PER_MM};
const OUTSIDE = 1e6;
const MOST_STEPS = 512u;
/** Its node is a corner of the tetrahedron: the way ends there. */
const ARRIVED = 4u;
/** No tetrahedron across a face. */
const NO_TET = 0xffffffffu;

fn fromPmj(pmj: Pmj, node: u32) -> vec3f { return vec3f(points[node].xyz - pmj.whole) * MM - pmj.rest_mm; }
fn twiceArea(p: vec3f, q: vec3f) -> f32 { return p.x * q.y - p.y * q.x; }
fn cornerOf(nodes: vec4u, node: u32) -> u32 {
  return select(select(select(3u, 2u, nodes.z == node), 1u, nodes.y == node), 0u, nodes.x == node);
}

struct Walked { time: f32, byPosition: vec3f, byVelocity: vec4f }

/** Time of the straight way to a node, OUTSIDE when it leaves the muscle or takes at least latest; derivatives when they are asked. */
fn walk(pmj: Pmj, node: u32, latest: f32, isDerived: bool) -> Walked {
  var walked = Walked(OUTSIDE, vec3f(), vec4f());
  let e = fromPmj(pmj, node);
  let square = dot(e, e);
  let size = abs(e);
  var u = vec3f(-e.y, e.x, 0.0);
  if (size.x <= size.y && size.x <= size.z) { u = vec3f(0.0, -e.z, e.y); }
  else if (size.y <= size.z) { u = vec3f(e.z, 0.0, -e.x); }
  // Seen along e: two coordinates across, one along.
  let seen = transpose(mat3x3f(u, cross(e, u), e));

  var here = pmj.tet;
  var nodes = cornersOf(here);
  var face = vec3u();
  var entry = vec3u();
  var a = vec3f();
  var b = vec3f();
  var c = vec3f();
  var left = ARRIVED;
  if (!any(nodes == vec4u(node))) {
    var best = -1e30;
    for (var corner = 0u; corner < 4u; corner++) {
      var outline = nodes.yzw;
      if (corner == 1u) { outline = nodes.xwz; }
      if (corner == 2u) { outline = nodes.xyw; }
      if (corner == 3u) { outline = nodes.xzy; }
      let p = seen * fromPmj(pmj, outline.x);
      let q = seen * fromPmj(pmj, outline.y);
      let r = seen * fromPmj(pmj, outline.z);
      let inside = min(twiceArea(p, q), min(twiceArea(q, r), twiceArea(r, p)));
      if (inside <= best) { continue; }
      best = inside;
      left = corner;
      face = outline;
      a = p;
      b = q;
      c = r;
    }
  }

  var time = 0.0;
  var share = 0.0;
  var before = 0.0;
  var byPosition = vec3f();
  var byVelocity = vec4f();
  for (var step = 0u; step < MOST_STEPS; step++) {
    let conduction = bitcast<vec4f>(ways[2u * here + 1u]);
    let code = tets[3u * here].w >> 28u;
    let s = slownessOf(pmj.member, code) * conduction.w;
    let along = dot(e, conduction.xyz);
    let across = max(square - along * along, 0.0);
    let whole = sqrt(along * along * s.x * s.x + across * s.y * s.y);
    if (isDerived && step > 0u) {
      let corner = fromPmj(pmj, entry.x);
      let normal = cross(fromPmj(pmj, entry.y) - corner, fromPmj(pmj, entry.z) - corner);
      let through = dot(normal, e);
      if (through > 0.0) { byPosition += (before - whole) * (share - 1.0) / through * normal; }
    }
    before = whole;
    var exit = 1.0;
    if (left < ARRIVED) {
      let weights = vec3f(twiceArea(b, c), twiceArea(c, a), twiceArea(a, b));
      let area = (weights.x + weights.y + weights.z) * square;
      if (area > 0.0) { exit = dot(weights, vec3f(a.z, b.z, c.z)) / area; }
      exit = min(max(exit, share), 1.0);
    }
    let part = exit - share;
    time += part * whole;
    if (isDerived) {
      let inverse = part / max(whole, 1e-20);
      byPosition -= inverse * (s.y * s.y * e + (s.x * s.x - s.y * s.y) * along * conduction.xyz);
      let region = code & 3u;
      if (region < 3u) {
        // Without a fibre there is no way along one, and none in the record.
        let velocities = -inverse * vec2f(along * along * s.x * s.x, across * s.y * s.y) * slownessOf(pmj.member, code).xy;
        if (region == 1u) { byVelocity += vec4f(velocities, 0.0, 0.0); } else { byVelocity += vec4f(0.0, 0.0, velocities); }
      }
    }
    share = exit;
    if (left == ARRIVED || exit >= 1.0) {
      if (time < latest) { walked = Walked(time, byPosition, byVelocity); }
      return walked;
    }
    if (time >= latest) { return walked; }
    entry = face;
    here = ways[2u * here][left];
    if (here == NO_TET) { return walked; }
    nodes = cornersOf(here);
    var other = nodes.x;
    for (var corner = 1u; corner < 4u; corner++) {
      if (any(face == vec3u(other))) { other = nodes[corner]; }
    }
    if (other == node) {
      left = ARRIVED;
      continue;
    }
    let d = seen * fromPmj(pmj, other);
    let da = twiceArea(d, a);
    let db = twiceArea(d, b);
    let dc = twiceArea(d, c);
    var gone = face.y;
    if (da >= 0.0 && db <= 0.0) {
      gone = face.z;
      face.z = other;
      c = d;
    } else if (db >= 0.0 && dc <= 0.0) {
      gone = face.x;
      face.x = other;
      a = d;
    } else {
      face.y = other;
      b = d;
    }
    left = cornerOf(nodes, gone);
  }
  return walked;
}
`;

/** The opening of a kernel of one PMJ a workgroup: `visit` is called once for each node of its tetrahedron and of its near field. */
const EACH_NODE = /* wgsl */ `
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let wave = group.y * groups.x + group.x;
  // The same for the whole workgroup: the PMJs past the last do the last one's work again, and keep nothing of it.
  let isOne = wave < batch.waves;
  let pmj = pmjs[batch.near.z + min(wave, batch.waves - 1u)];
  let own = cornersOf(pmj.tet);
  if (local < 4u && isOne) { visit(pmj, own[local]); }
  for (var z = pmj.firstCell.z; z <= pmj.lastCell.z; z++) {
    for (var y = pmj.firstCell.y; y <= pmj.lastCell.y; y++) {
      let row = (z * batch.near.y + y) * batch.near.x;
      let end = cells[row + pmj.lastCell.x + 1u];
      for (var item = cells[row + pmj.firstCell.x] + local; item < end; item += ${WORKGROUP}u) {
        let node = cells[item];
        let way = fromPmj(pmj, node);
        if (!isOne || dot(way, way) > batch.radius_mm * batch.radius_mm || any(own == vec4u(node))) { continue; }
        visit(pmj, node);
      }
    }
  }
`;

const COUNTED = /* wgsl */ `
/** A little over the ms from a start to a time, so that no way is cut short which rounding would let win. */
fn margin(time: u32, start: u32) -> f32 {
  return select(f32(time - start) / PER_MS * 1.000001 + 1e-5, OUTSIDE, time == NEVER);
}
/** The time after a way, NEVER when it cannot be counted. */
fn countFrom(start: u32, time: f32) -> u32 {
  if (time >= 2000.0) { return NEVER; }
  let units = u32(time * PER_MS + 0.5);
  return select(start + units, NEVER, units >= NEVER - start);
}
`;

/** The earliest straight way to each node of the near fields. */
export const SEED_NODES = /* wgsl */ `${BATCH}${TETRAHEDRA}${WALK}${COUNTED}
@group(0) @binding(7) var<storage, read_write> tau: array<atomic<u32>>;
fn visit(pmj: Pmj, node: u32) {
  let place = placeOf(node, pmj.member);
  let known = atomicLoad(&tau[place]);
  if (known <= pmj.start) { return; }
  let walked = walk(pmj, node, margin(known, pmj.start), false);
  atomicMin(&tau[place], countFrom(pmj.start, walked.time));
}
${EACH_NODE}}
`;

/** The first of the PMJs that a seeded node's time may come from: those within two units, for kernels may round differently. */
export const FIND_ORIGINS = /* wgsl */ `${BATCH}${TETRAHEDRA}${WALK}${COUNTED}
@group(0) @binding(7) var<storage, read> seedTau: array<u32>;
@group(0) @binding(8) var<storage, read_write> origins: array<atomic<u32>>;
fn visit(pmj: Pmj, node: u32) {
  let place = placeOf(node, pmj.member);
  let known = seedTau[place];
  if (known == NEVER || known < pmj.start) { return; }
  let walked = walk(pmj, node, margin(known, pmj.start), false);
  let time = countFrom(pmj.start, walked.time);
  if (time != NEVER && max(time, known) - min(time, known) <= 2u) { atomicMin(&origins[place], pmj.number); }
}
${EACH_NODE}}
`;

/** Adds the invocations' numbers of a workgroup, always in the same order. */
const SHARED = /* wgsl */ `
var<workgroup> first: array<vec4f, ${WORKGROUP}>;
var<workgroup> second: array<vec4f, ${WORKGROUP}>;
var<private> ownFirst = vec4f();
var<private> ownSecond = vec4f();
`;

/** The part of the gradient by a PMJ: time and place, then the four velocities, [PMJs, 2] */
export const SUM_SEEDS = /* wgsl */ `${BATCH}${TETRAHEDRA}${WALK}
@group(0) @binding(7) var<storage, read> legs: array<vec4u>;
@group(0) @binding(8) var<storage, read> through: array<f32>;
@group(0) @binding(9) var<storage, read_write> sums: array<vec4f>;
${SHARED}
fn visit(pmj: Pmj, node: u32) {
  let place = placeOf(node, pmj.member);
  let leg = legs[place];
  if (leg.x != SEEDED || leg.y != pmj.number) { return; }
  let walked = walk(pmj, node, OUTSIDE, true);
  ownFirst += through[place] * vec4f(1.0, walked.byPosition);
  ownSecond += through[place] * walked.byVelocity;
}
${EACH_NODE}
  first[local] = ownFirst;
  second[local] = ownSecond;
  workgroupBarrier();
  if (local == 0u && isOne) {
    for (var other = 1u; other < ${WORKGROUP}u; other++) {
      ownFirst += first[other];
      ownSecond += second[other];
    }
    sums[2u * (batch.near.z + wave)] = ownFirst;
    sums[2u * (batch.near.z + wave) + 1u] = ownSecond;
  }
}
`;

/** Derivatives of the seeds of a tile's PMJs, into their nodes' states; and each PMJ's steepest by its place, ms/mm, [PMJs] */
export const SEED_STATES = (rows: number) => /* wgsl */ `${BATCH}${TETRAHEDRA}${WALK}
@group(0) @binding(7) var<storage, read> legs: array<vec4u>;
@group(0) @binding(8) var<storage, read_write> states: array<vec4u>;
@group(0) @binding(9) var<storage, read_write> steepest: array<f32>;
${SHARED}
fn visit(pmj: Pmj, node: u32) {
  let place = node * batch.lanes + pmj.member % batch.lanes;
  let leg = legs[place];
  if (leg.x != SEEDED || leg.y != pmj.number) { return; }
  let walked = walk(pmj, node, OUTSIDE, true);
  let row = ${rows}u * place;
  states[row] = vec4u(pmj.number, vec3u(0xffffffffu));
  states[row + 1u] = vec4u(bitcast<u32>(1.0), bitcast<vec3u>(walked.byPosition));
  states[row + 5u] = bitcast<vec4u>(walked.byVelocity);
  ownFirst = max(ownFirst, vec4f(abs(walked.byPosition), 0.0));
}
${EACH_NODE}
  first[local] = ownFirst;
  workgroupBarrier();
  if (local == 0u && isOne) {
    for (var other = 1u; other < ${WORKGROUP}u; other++) { ownFirst = max(ownFirst, first[other]); }
    steepest[batch.near.z + wave] = max(ownFirst.x, max(ownFirst.y, ownFirst.z));
  }
}
`;
