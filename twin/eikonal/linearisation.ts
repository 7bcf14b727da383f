import { VELOCITY_PARAMETERS } from '../backend.ts';
import type { ActivationParameters } from '../calibrate/twin.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import { type Dependencies, findDependencies } from './dependencies.ts';
import { legTime, VELOCITY_COLUMN, velocitiesByRegion } from './metric.ts';
import { SEEDED, type Wave } from './solve.ts';
import { type PmjSeeds, seedLegs } from './sources.ts';

/**
 * Derivatives of a solved activation, one leg at a time. With the weights held (they are at a minimum, so their own
 * change counts only to second order), for a node reached by a leg and for a seeded one:
 *
 *     dτ_n = Σ_k λ_k dτ_k + ∂leg/∂v · dv        dτ_n = dt_i + ∂leg/∂x_i · dx_i + ∂leg/∂v · dv
 */
export interface Linearisation extends Dependencies {
  readonly wave: Wave;
  readonly pmjs: number;
  /** ∂leg/∂(lv.fibre, lv.transverse, rv.fibre, rv.transverse), ms per mm/ms, [nodes, 4] */
  readonly legByVelocity: Float64Array;
  /** ∂leg/∂x_i on seeded nodes, ms/mm, zero on others, [nodes, 3] */
  readonly legByPosition: Float64Array;
}

/** Derivatives around a solution of `solveEikonal` from PMJs. */
export function linearise(
  mesh: TetMesh,
  metric: Float64Array,
  parameters: ActivationParameters,
  seeds: PmjSeeds,
  wave: Wave,
): Linearisation {
  const { points, tets, regions } = mesh;
  const nodes = wave.tau.length;
  const dependencies = findDependencies(metric, tets, wave);
  const { upwindNodes, weights } = dependencies;
  const byRegion = velocitiesByRegion(parameters);
  const legByVelocity = new Float64Array(VELOCITY_PARAMETERS * nodes);
  const legByPosition = new Float64Array(3 * nodes);
  const leg = new Float64Array(3);
  const timed = new Float64Array(6);
  for (let node = 0; node < nodes; node++) {
    const code = wave.upwind[node];
    if (code < 0) continue;
    const column = VELOCITY_COLUMN[regions[code >>> 2]];
    if (column < 0) continue;
    for (let axis = 0; axis < 3; axis++) {
      let x = points[3 * node + axis];
      for (let k = 3 * node; k < 3 * node + 3; k++) {
        if (upwindNodes[k] >= 0) x -= weights[k] * points[3 * upwindNodes[k] + axis];
      }
      leg[axis] = x;
    }
    legTime(mesh, byRegion, code >>> 2, leg, timed);
    legByVelocity[VELOCITY_PARAMETERS * node + column] = timed[1];
    legByVelocity[VELOCITY_PARAMETERS * node + column + 1] = timed[2];
  }
  const near = seedLegs(seeds, parameters, (seed) => wave.upwind[seeds.nodes[seed]] === SEEDED);
  for (let seed = 0; seed < seeds.nodes.length; seed++) {
    const node = seeds.nodes[seed];
    if (wave.upwind[node] !== SEEDED) continue;
    legByPosition.set(near.byPosition.subarray(3 * seed, 3 * seed + 3), 3 * node);
    legByVelocity.set(near.byVelocity.subarray(4 * seed, 4 * seed + 4), VELOCITY_PARAMETERS * node);
  }
  return { ...dependencies, wave, pmjs: parameters.pmjTimes_ms.length, legByVelocity, legByPosition };
}
