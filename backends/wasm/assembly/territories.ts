/** Numbers of `upwind` that are no tetrahedron's corner, as in twin/eikonal/solve.ts. */
const SEEDED: i32 = -1;
/** As in `findTerritories` (twin/eikonal/territories.ts): a ring is swept until no number in it moves by more than this. */
const SETTLED: f64 = 1e-12;
const SWEEPS: i32 = 1000;

/**
 * Derivatives of each node's time by the parameters that it depends on: `findTerritories` (twin/eikonal/territories.ts), in float64, the
 * four numbers of a PMJ in two vectors.
 *
 * @param order, groups   of `orderGroups`
 * @param upwind, source  i32, [nodes]
 * @param upwindNodes     of `linearise`
 * @param weights         of `linearise`; on seeded nodes ∂τ/∂x_i instead, ms/mm
 * @param legByVelocity   of `linearise`; on seeded nodes of the whole way from the PMJ
 * @param merged          scratch, bytes, [12 · 36]
 * @param sources         i32, PMJs by falling ∂τ/∂t, −1 after the last, [nodes, 4]
 * @param derivatives     f64, ∂τ/∂t, ∂τ/∂x of each, [nodes, 4, 4]
 * @param byVelocity      f64, [nodes, 4]
 */
export function findTerritories(
  groupCount: i32,
  order: usize,
  groups: usize,
  upwind: usize,
  source: usize,
  upwindNodes: usize,
  weights: usize,
  legByVelocity: usize,
  merged: usize,
  sources: usize,
  derivatives: usize,
  byVelocity: usize,
): void {
  const none = i32x4.splat(-1);
  const zero = f64x2.splat(0);
  for (let group: usize = 0; group < <usize>groupCount; group++) {
    const start = <usize>load<u32>(groups + (group << 2));
    const end = <usize>load<u32>(groups + (group << 2), 4);
    const isRing = end - start > 1;
    if (isRing) {
      for (let at = start; at < end; at++) {
        const node = <usize>load<u32>(order + (at << 2));
        v128.store(sources + (node << 4), none);
        v128.store(byVelocity + (node << 5), zero);
        v128.store(byVelocity + (node << 5), zero, 16);
        memory.fill(derivatives + (node << 7), 0, 128);
      }
    }
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      let moved = 0.0;
      for (let at = start; at < end; at++) {
        const node = <usize>load<u32>(order + (at << 2));
        const code = load<i32>(upwind + (node << 2));
        const speeds = byVelocity + (node << 5);
        let lv = zero;
        let rv = zero;
        if (code >= SEEDED) {
          lv = v128.load(legByVelocity + (node << 5));
          rv = v128.load(legByVelocity + (node << 5), 16);
        }
        if (code >= 0) {
          for (let k: usize = 0; k < 3; k++) {
            const from = load<i32>(upwindNodes + 12 * node + (k << 2));
            if (from < 0) continue;
            const weight = v128.load64_splat(weights + 24 * node + (k << 3));
            lv = f64x2.add(lv, f64x2.mul(weight, v128.load(byVelocity + ((<usize>from) << 5))));
            rv = f64x2.add(rv, f64x2.mul(weight, v128.load(byVelocity + ((<usize>from) << 5), 16)));
          }
        }
        if (isRing) {
          moved = max(moved, largest(f64x2.sub(lv, v128.load(speeds))));
          moved = max(moved, largest(f64x2.sub(rv, v128.load(speeds, 16))));
        }
        v128.store(speeds, lv);
        v128.store(speeds, rv, 16);
        if (code >= 0) {
          const links = upwindNodes + 12 * node;
          moved = max(moved, pushNode(node, links, weights + 24 * node, merged, sources, derivatives, isRing));
          continue;
        }
        const owners = sources + (node << 4);
        v128.store(owners, none);
        if (code < SEEDED) continue;
        store<i32>(owners, load<i32>(source + (node << 2)));
        const place = derivatives + (node << 7);
        const slope = weights + 24 * node;
        store<f64>(place, 1);
        store<f64>(place, load<f64>(slope), 8);
        store<f64>(place, load<f64>(slope, 8), 16);
        store<f64>(place, load<f64>(slope, 16), 24);
      }
      if (!isRing || moved <= SETTLED) break;
    }
  }
}

/** Merges what the upwind nodes depend on and keeps the four strongest; returns the largest change in a ring. */
function pushNode(
  node: usize,
  links: usize,
  weights: usize,
  merged: usize,
  sources: usize,
  derivatives: usize,
  isRing: bool,
): f64 {
  // Numbers of the merged PMJs stand behind their derivatives.
  const names = merged + 384;
  let count: usize = 0;
  for (let k: usize = 0; k < 3; k++) {
    const from = load<i32>(links + (k << 2));
    if (from < 0) continue;
    const weight = v128.load64_splat(weights + (k << 3));
    const owners = sources + ((<usize>from) << 4);
    const numbers = derivatives + ((<usize>from) << 7);
    for (let rank: usize = 0; rank < 4; rank++) {
      const owner = load<i32>(owners + (rank << 2));
      if (owner < 0) break;
      const low = f64x2.mul(weight, v128.load(numbers + (rank << 5)));
      const high = f64x2.mul(weight, v128.load(numbers + (rank << 5), 16));
      let found: usize = 0;
      while (found < count && load<i32>(names + (found << 2)) !== owner) found++;
      const to = merged + (found << 5);
      if (found === count) {
        store<i32>(names + (count << 2), owner);
        count++;
        v128.store(to, low);
        v128.store(to, high, 16);
      } else {
        v128.store(to, f64x2.add(v128.load(to), low));
        v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
      }
    }
  }
  let moved = 0.0;
  const owners = sources + (node << 4);
  const numbers = derivatives + (node << 7);
  for (let rank: usize = 0; rank < 4; rank++) {
    if (rank >= count) {
      store<i32>(owners + (rank << 2), -1);
      continue;
    }
    // Of those not yet taken, the strongest; the first of equal ones.
    let strongest = rank;
    if (count > 1) {
      for (let other = rank + 1; other < count; other++) {
        if (load<f64>(merged + (other << 5)) > load<f64>(merged + (strongest << 5))) strongest = other;
      }
    }
    const from = merged + (strongest << 5);
    const owner = load<i32>(names + (strongest << 2));
    const low = v128.load(from);
    const high = v128.load(from, 16);
    const to = numbers + (rank << 5);
    if (isRing) {
      if (load<i32>(owners + (rank << 2)) !== owner) moved = max(moved, 1);
      moved = max(moved, largest(f64x2.sub(low, v128.load(to))));
      moved = max(moved, largest(f64x2.sub(high, v128.load(to, 16))));
    }
    store<i32>(owners + (rank << 2), owner);
    v128.store(to, low);
    v128.store(to, high, 16);
    if (strongest === rank) continue;
    // What was at the rank's place waits where the strongest was.
    const first = merged + (rank << 5);
    v128.store(from, v128.load(first));
    v128.store(from, v128.load(first, 16), 16);
    store<i32>(names + (strongest << 2), load<i32>(names + (rank << 2)));
  }
  return moved;
}

/** Larger magnitude of two numbers. */
function largest(pair: v128): f64 {
  const size = f64x2.abs(pair);
  return max(f64x2.extract_lane(size, 0), f64x2.extract_lane(size, 1));
}
