/** Invocations of a workgroup in every kernel. */
export const WORKGROUP = 64;

/** Times are counted in 2⁻²⁰ ms, from the earliest seed of their member on: exact integers, up to 4 s apart. */
export const UNITS_PER_MS = 2 ** 20;

/** A time that no wave has. */
export const UNREACHED_UNITS = 0xffffffff;

/** `legs[i].x` of a node that a seed reached first, and of one that no wave reached. */
export const SEEDED_CODE = 0xffffffff;
export const UNREACHED_CODE = 0xfffffffe;

/** Members of one batch at most: what the uniform buffer of slowness holds. */
export const MOST_MEMBERS = 1024;

/**
 * The numbers of a batch, and where an invocation stands. Everything a member has of a node lies at
 * `(tile · stride + node) · lanes + lane`, tile and lane being the member's number divided by the lanes: neighbouring
 * invocations share a node's tetrahedra, and what they gather from another node lies side by side.
 */
export const BATCH = /* wgsl */ `
struct Batch {
  nodes: u32, stride: u32, members: u32, lanes: u32,
  leads: u32, samples: u32, steps: u32, width: u32,
  stepUnits: i32, stepShare: f32, step_ms: f32, halfStep_mV: f32,
  rest_mV: f32, waves: u32, lane: u32, firstRow: u32,
  rows: u32, pmjs: u32, tile: u32, invocations: u32,
  near: vec4u,
  velocityScale: f32, radius_mm: f32,
}
@group(0) @binding(0) var<uniform> batch: Batch;

const NEVER = ${UNREACHED_UNITS}u;
const SEEDED = ${SEEDED_CODE}u;
const UNREACHED = ${UNREACHED_CODE}u;
const PER_MS = ${UNITS_PER_MS}.0;

fn invocation(group: vec3u, groups: vec3u, local: u32) -> u32 {
  return (group.y * groups.x + group.x) * ${WORKGROUP}u + local;
}
fn nodeOf(at: u32) -> u32 { return (at / batch.lanes) % batch.stride; }
fn memberOf(at: u32) -> u32 { return at / (batch.lanes * batch.stride) * batch.lanes + at % batch.lanes; }
fn placeOf(node: u32, member: u32) -> u32 {
  return (member / batch.lanes * batch.stride + node) * batch.lanes + member % batch.lanes;
}
`;

/** Nodes of a tetrahedron; the last one's highest bits are the code of its conduction. */
export const CORNERS = /* wgsl */ `
fn cornersOf(tet: u32) -> vec4u {
  let corners = tets[3u * tet];
  return vec4u(corners.xyz, corners.w & 0x0fffffffu);
}
`;

/**
 * Tetrahedra seen from a corner. Each is stored in the frame of its fibre, in mm divided by its `speed`: divided by the velocities along and
 * across, the same nine numbers (one of them zero) serve all members, and times are plain distances.
 */
export const TETRAHEDRA = /* wgsl */ `
@group(0) @binding(1) var<storage, read> tets: array<vec4u>;
@group(0) @binding(2) var<uniform> slowness: array<vec4f, ${MOST_MEMBERS * 4}>;

struct Corner { a: vec3f, b: vec3f, c: vec3f, nodes: vec3u, code: u32 }

fn slownessOf(member: u32, code: u32) -> vec3f {
  let pair = slowness[4u * member + (code >> 1u)];
  let s = select(pair.xy, pair.zw, (code & 1u) == 1u);
  return vec3f(s.x, s.y, s.y);
}
${CORNERS}fn around(tet: u32, corner: u32, member: u32) -> Corner {
  let code = tets[3u * tet].w >> 28u;
  let nodes = cornersOf(tet);
  let g = bitcast<vec4f>(tets[3u * tet + 1u]);
  let h = bitcast<vec4f>(tets[3u * tet + 2u]);
  let s = slownessOf(member, code);
  let p = s * vec3f(g.x, g.y, 0.0);
  let q = s * vec3f(g.z, g.w, h.x);
  let r = s * h.yzw;
  switch corner {
    case 0u: { return Corner(p, q, r, nodes.yzw, code); }
    case 1u: { return Corner(-p, q - p, r - p, nodes.xzw, code); }
    case 2u: { return Corner(-q, p - q, r - q, nodes.xyw, code); }
    default: { return Corner(-r, p - r, q - r, nodes.xyz, code); }
  }
}
`;

/** The tetrahedra around each node: `incident[node] … incident[node + 1]` are places in the same array, each item `4 · tetrahedron + corner`. */
export const INCIDENCE = /* wgsl */ `
@group(0) @binding(3) var<storage, read> incident: array<u32>;
`;
