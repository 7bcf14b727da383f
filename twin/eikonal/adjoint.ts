import { VELOCITY_PARAMETERS } from '../backend.ts';
import type { Linearisation } from './linearisation.ts';
import { SEEDED } from './solve.ts';

/** A ring is swept until this share of what came into it is left: the rounding of the sum. */
const SETTLED = 1e-16;
/** Sweeps after which a ring is left as it is; each loses a share of what goes round, and no mesh has needed a tenth of these. */
const SWEEPS = 10000;

/**
 * Pulls a sensitivity of nodal times back to the parameters, in one pass against the order of dependence:
 *
 *     s_n = g_n + Σ_{m that depend on n} λ_mn s_m,   ∂/∂t_i = Σ_{n seeded by i} s_n,   ∂/∂v = Σ_n s_n ∂leg_n/∂v
 *
 * @param nodeSensitivity  g = ∂loss/∂τ, loss/ms, [nodes]
 * @returns per PMJ its time and x, y, z, then the four velocities, [4·pmjs + VELOCITY_PARAMETERS]
 */
export function pullBack(linearisation: Linearisation, nodeSensitivity: Float64Array): Float64Array {
  const { wave, pmjs, legByVelocity, legByPosition } = linearisation;
  const through = accumulate(linearisation, nodeSensitivity);
  const gradient = new Float64Array(4 * pmjs + VELOCITY_PARAMETERS);
  for (let node = 0; node < through.length; node++) {
    const passing = through[node];
    if (passing === 0) continue;
    for (let velocity = 0; velocity < VELOCITY_PARAMETERS; velocity++) {
      gradient[4 * pmjs + velocity] += passing * legByVelocity[VELOCITY_PARAMETERS * node + velocity];
    }
    if (wave.upwind[node] !== SEEDED) continue;
    const row = 4 * wave.source[node];
    gradient[row] += passing;
    gradient[row + 1] += passing * legByPosition[3 * node];
    gradient[row + 2] += passing * legByPosition[3 * node + 1];
    gradient[row + 3] += passing * legByPosition[3 * node + 2];
  }
  return gradient;
}

/** s of `pullBack`: what a later loss feels of a delay at each node, [nodes]. */
export function accumulate(
  { upwindNodes, weights, order, groups }: Linearisation,
  nodeSensitivity: Float64Array,
): Float64Array {
  const through = new Float64Array(nodeSensitivity.length);
  const waiting = nodeSensitivity.slice();
  for (let group = groups.length - 2; group >= 0; group--) {
    const start = groups[group];
    const end = groups[group + 1];
    let incoming = 0;
    for (let at = start; at < end; at++) incoming += Math.abs(waiting[order[at]]);
    const settled = SETTLED * incoming;
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      for (let at = end - 1; at >= start; at--) {
        const node = order[at];
        const passing = waiting[node];
        if (passing === 0) continue;
        waiting[node] = 0;
        through[node] += passing;
        for (let k = 3 * node; k < 3 * node + 3; k++) {
          if (upwindNodes[k] >= 0) waiting[upwindNodes[k]] += weights[k] * passing;
        }
      }
      if (end - start === 1) break;
      let left = 0;
      for (let at = start; at < end; at++) left += Math.abs(waiting[order[at]]);
      if (left <= settled) break;
    }
  }
  return through;
}
