/**
 * The local problem of `twin/eikonal/localSolve.ts` in the scaled frame, in float32 on times from the earliest of the three
 * corners on. With a, b, c the edges from the node to the others, `n_a = b × c` and so on are the gradients of the shape
 * functions times the volume V, `g₀ = Σ w_i n_i`, `g₁ = −Σ n_i`, and the face's time is the larger root of
 * `|g₀ + t g₁|² = V²`. Its discriminant is taken as `|g₁|² V² − |g₀ × g₁|²`, which loses no digits where the wave is steep.
 */
export const LOCAL_SOLVE = /* wgsl */ `
/** Times of corners without a wave, ms after the earliest; and a limit under which all real ones lie. */
const FAR = 1e6;
const REACHED = 5e5;
/** A leg takes less than this, ms; a longer one could not be counted. */
const LONGEST = 2000.0;

struct EdgeWay { time: f32, share: f32 }

/** The earliest way from the edge p q to the node: its time, and where it leaves the edge (0 at p, 1 at q). */
fn edgeWay(p: vec3f, q: vec3f, area: f32, tp: f32, tq: f32) -> EdgeWay {
  let along = q - p;
  let square = dot(along, along);
  let difference = tq - tp;
  let free = square - difference * difference;
  if (free > 0.0) {
    let height = sqrt(area / free);
    let share = -(dot(p, along) + difference * height);
    if (share > 0.0 && share < square) {
      return EdgeWay(tp + share / square * difference + height, share / square);
    }
  }
  let byP = tp + length(p);
  let byQ = tq + length(q);
  return EdgeWay(min(byP, byQ), select(1.0, 0.0, byP <= byQ));
}

struct Way { time: f32, weights: vec3f }

/** The earliest way through the tetrahedron; FAR when none is earlier than best. Weights are those of a, b, c. */
fn earliest(corner: Corner, w: vec3f, best: f32) -> Way {
  let na = cross(corner.b, corner.c);
  let nb = cross(corner.c, corner.a);
  let nc = cross(corner.a, corner.b);
  var tries = vec3<bool>(true, true, true);
  if (max(w.x, max(w.y, w.z)) < REACHED) {
    let volume = dot(corner.a, na);
    let g0 = w.x * na + w.y * nb + w.z * nc;
    let g1 = -(na + nb + nc);
    let square = dot(g1, g1);
    let side = cross(g0, g1);
    let root = square * volume * volume - dot(side, side);
    if (root >= 0.0) {
      let time = (sqrt(root) - dot(g0, g1)) / square;
      if (time >= best) { return Way(FAR, vec3f()); }
      let gradient = g0 + time * g1;
      let inside = -vec3f(dot(na, gradient), dot(nb, gradient), dot(nc, gradient));
      tries = inside < vec3f();
      if (!any(tries)) { return Way(time, inside / (inside.x + inside.y + inside.z)); }
    }
  }
  var way = Way(FAR, vec3f());
  if (tries.x) {
    let found = edgeWay(corner.b, corner.c, dot(na, na), w.y, w.z);
    if (found.time < way.time) { way = Way(found.time, vec3f(0.0, 1.0 - found.share, found.share)); }
  }
  if (tries.y) {
    let found = edgeWay(corner.a, corner.c, dot(nb, nb), w.x, w.z);
    if (found.time < way.time) { way = Way(found.time, vec3f(1.0 - found.share, 0.0, found.share)); }
  }
  if (tries.z) {
    let found = edgeWay(corner.a, corner.b, dot(nc, nc), w.x, w.y);
    if (found.time < way.time) { way = Way(found.time, vec3f(1.0 - found.share, found.share, 0.0)); }
  }
  return way;
}

fn since(time: u32, least: u32) -> f32 {
  return select(f32(time - least) / PER_MS, FAR, time == NEVER);
}

struct Arrival { time: u32, weights: vec3f }

/** The earlier of a node's time and that of a way through one tetrahedron; weights only where the way is earlier. */
fn arrive(corner: Corner, ta: u32, tb: u32, tc: u32, now: u32) -> Arrival {
  let least = min(ta, min(tb, tc));
  if (now <= least) { return Arrival(now, vec3f()); }
  let way = earliest(corner, vec3f(since(ta, least), since(tb, least), since(tc, least)), since(now, least));
  if (way.time >= LONGEST) { return Arrival(now, vec3f()); }
  let time = u32(way.time * PER_MS + 0.5);
  if (time >= now - least) { return Arrival(now, vec3f()); }
  return Arrival(least + time, way.weights);
}
`;
