/** Numbers of `upwind` that are no tetrahedron's corner, as in twin/eikonal/solve.ts. */
const SEEDED: i32 = -1;
/** As in twin/eikonal/adjoint.ts: a ring is swept until this share of what came into it is left. */
const SETTLED: f64 = 1e-16;
const SWEEPS: i32 = 10000;

/**
 * Pulls a sensitivity of nodal times back to the parameters: `pullBack` (twin/eikonal/adjoint.ts), in float64.
 *
 * @param order, groups   of `orderGroups`
 * @param upwind, source  i32, [nodes]
 * @param upwindNodes, weights, legByVelocity  as in `findTerritories`
 * @param waiting         f64, ∂loss/∂τ on entry, overwritten, [nodes]
 * @param out             f64, zero on entry, [4 · pmjs + 4]
 */
export function pullBack(
  groupCount: i32,
  order: usize,
  groups: usize,
  upwind: usize,
  source: usize,
  upwindNodes: usize,
  weights: usize,
  legByVelocity: usize,
  waiting: usize,
  pmjs: i32,
  out: usize,
): void {
  const velocities = out + ((<usize>pmjs) << 5);
  for (let group = groupCount - 1; group >= 0; group--) {
    const start = load<i32>(groups + ((<usize>group) << 2));
    const end = load<i32>(groups + ((<usize>group) << 2), 4);
    const isRing = end - start > 1;
    const settled = isRing ? SETTLED * left(order, start, end, waiting) : 0;
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      for (let at = end - 1; at >= start; at--) {
        const node = <usize>load<u32>(order + ((<usize>at) << 2));
        const passing = load<f64>(waiting + (node << 3));
        if (passing === 0) continue;
        store<f64>(waiting + (node << 3), 0);
        const code = load<i32>(upwind + (node << 2));
        if (code < SEEDED) continue;
        const leg = legByVelocity + (node << 5);
        const by = f64x2.splat(passing);
        v128.store(velocities, f64x2.add(v128.load(velocities), f64x2.mul(by, v128.load(leg))));
        v128.store(velocities, f64x2.add(v128.load(velocities, 16), f64x2.mul(by, v128.load(leg, 16))), 16);
        const shares = weights + 24 * node;
        if (code === SEEDED) {
          const row = out + ((<usize>load<u32>(source + (node << 2))) << 5);
          store<f64>(row, load<f64>(row) + passing);
          store<f64>(row, load<f64>(row, 8) + passing * load<f64>(shares), 8);
          store<f64>(row, load<f64>(row, 16) + passing * load<f64>(shares, 8), 16);
          store<f64>(row, load<f64>(row, 24) + passing * load<f64>(shares, 16), 24);
        } else {
          for (let k: usize = 0; k < 3; k++) {
            const from = load<i32>(upwindNodes + 12 * node + (k << 2));
            if (from < 0) continue;
            const to = waiting + ((<usize>from) << 3);
            store<f64>(to, load<f64>(to) + load<f64>(shares + (k << 3)) * passing);
          }
        }
      }
      if (!isRing || left(order, start, end, waiting) <= settled) break;
    }
  }
}

/** Sum of the magnitudes that wait in a group. */
function left(order: usize, start: i32, end: i32, waiting: usize): f64 {
  let sum = 0.0;
  for (let at = start; at < end; at++) {
    sum += abs(load<f64>(waiting + ((<usize>load<u32>(order + ((<usize>at) << 2))) << 3)));
  }
  return sum;
}
